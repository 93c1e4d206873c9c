### Платежи по расписанию: напоминания и то, что кошелёк платит сам.

button-scheduled = 🔁 Расписания
button-schedule-discount = 🔔 Напомнить о скидке
button-schedule-pause = ⏸ Приостановить
button-schedule-resume = ▶️ Возобновить
button-schedule-change = Изменить
button-schedule-end = Завершить
button-schedule-end-now = Завершить навсегда
button-schedule-stop = Больше не нужно
button-schedule-later = Завтра
button-schedule-skip = Пропустить
button-schedule-open = К расписанию
button-schedule-pay-for = Оплатить за { $day }
button-schedule-every-month = Каждый месяц
button-schedule-every-week = Каждую неделю
button-schedule-every-days = Раз в несколько дней
button-schedule-every-once = Один раз, в нужный день
button-schedule-last-day = Последний день
button-schedule-amount-ask = Спрашивать каждый раз
button-schedule-remind = 🔔 Только напоминать
button-schedule-auto = ⚡ Платить автоматически
button-schedule-before =
    { $days ->
        [0] В тот же день
        [one] За { $days } день
        [few] За { $days } дня
       *[other] За { $days } дней
    }
button-schedule-what-day = Когда
button-schedule-what-amount = Сумму
button-schedule-what-mode = Напоминать или платить

schedule-list-title = <b>Платежи по расписанию.</b> Откройте любой: когда следующий и как прошли прежние.
schedule-list-none = Расписаний нет. Откройте в истории чек платежа и нажмите «Каждый месяц».
schedule-line =
    { $state ->
        [paused] ⏸ { $provider } · { $amount }
       *[other] { $provider } · { $amount } · { $next }
    }
schedule-no-next = без даты

schedule-rule-month = каждый месяц, { $day }-го числа
schedule-rule-month-short = каждый месяц, { $day }-го числа; в коротких месяцах — в последний день
schedule-rule-month-last = каждый месяц, в последний день
schedule-rule-week-1 = по понедельникам
schedule-rule-week-2 = по вторникам
schedule-rule-week-3 = по средам
schedule-rule-week-4 = по четвергам
schedule-rule-week-5 = по пятницам
schedule-rule-week-6 = по субботам
schedule-rule-week-7 = по воскресеньям
schedule-rule-days =
    { $days ->
        [1] каждый день
        [one] раз в { $days } день
        [few] раз в { $days } дня
       *[other] раз в { $days } дней
    }
schedule-rule-once = один раз, { $on }

schedule-amount-asked = каждый раз другая
schedule-source-account = вашего счёта в { $currency }
schedule-source-card = карты
schedule-mode-auto = Кошелёк платит <b>сам</b> с { $source }: не больше <b>{ $most }</b> за раз и <b>{ $month }</b> за месяц. То, что дороже, не оплачивается: я спрошу вас.
schedule-mode-remind =
    { $days ->
        [0] Напомню в тот же день. Без вас ничего не оплачивается.
        [one] Напомню за { $days } день. Без вас ничего не оплачивается.
        [few] Напомню за { $days } дня. Без вас ничего не оплачивается.
       *[other] Напомню за { $days } дней. Без вас ничего не оплачивается.
    }
schedule-mode-discount =
    { $days ->
        [0] Напомню в последний день скидки. Без вас ничего не оплачивается.
        [one] Напомню за { $days } день до конца скидки. Без вас ничего не оплачивается.
        [few] Напомню за { $days } дня до конца скидки. Без вас ничего не оплачивается.
       *[other] Напомню за { $days } дней до конца скидки. Без вас ничего не оплачивается.
    }

schedule-page =
    🔁 <b>{ $provider }</b>
    Счёт: { $account }
    Сумма: <b>{ $amount }</b>
    Когда: { $rule }
    { $mode }
schedule-page-next = Следующий раз: <b>{ $next }</b>
schedule-page-paused = ⏸ Приостановлено: пока вы не возобновите, ничего не происходит. Пропущенное за это время не оплачивается.
schedule-page-ended = Расписание завершено.
schedule-page-past = Как проходило:
schedule-past-line = { $day } — { $what }
schedule-past-paid = оплачено
schedule-past-way = в пути
schedule-past-held = ждёт вашего кода
schedule-past-reminded = напоминание отправлено
schedule-past-skipped = пропущено
schedule-past-paying = оплачивается
schedule-past-planned = отложено: { $reason }
schedule-past-failed = не оплачено: { $reason }
schedule-past-refused = получатель не принял платёж

schedule-ask-every = <b>{ $provider }</b>, { $account }: как часто?
schedule-ask-day-month = В какой <b>день месяца</b>? Выберите или напишите число от 1 до 31. Если в месяце нет такого дня, это будет последний.
schedule-ask-day-week = В какой <b>день недели</b>?
schedule-ask-day-days = Раз в <b>сколько дней</b>? Напишите число от 1 до 366.
schedule-ask-day-once = <b>Какого числа</b>? Напишите дату так: { $example }
schedule-ask-amount = <b>Сколько</b> каждый раз? Выберите или напишите сумму в { $currency }.
schedule-ask-mode = Кошельку <b>платить автоматически</b> или только напоминать?
schedule-ask-before = <b>Когда</b> напомнить?
schedule-ask-most = Сколько самое большее можно платить <b>за раз</b> без вашего подтверждения, со всеми комиссиями? Сегодня это стоит { $cost }. Выберите или напишите сумму в { $currency }.
schedule-ask-month = А сколько всего <b>за месяц</b>? Выберите или напишите сумму в { $currency }.
schedule-ask-change = Что изменить?
schedule-weekday-1 = Пн
schedule-weekday-2 = Вт
schedule-weekday-3 = Ср
schedule-weekday-4 = Чт
schedule-weekday-5 = Пт
schedule-weekday-6 = Сб
schedule-weekday-7 = Вс

schedule-offer =
    <b>Проверьте, пожалуйста</b>

    { $page }
schedule-offer-cost = Сегодня это стоит { $cost }.
schedule-offer-until = Действует до { $until }. Пока вы не подтвердите, ничего не меняется.
schedule-code =
    Вы разрешаете кошельку самому платить <b>{ $provider }</b>, не больше <b>{ $most }</b> за раз.

    На <b>{ $phone }</b> отправлен код. Напишите его сюда, чтобы разрешить; он действует 5 минут.
schedule-made = ✅ <b>Запланировано.</b>
schedule-changed = ✅ <b>Изменено.</b>
schedule-cancelled = Ничего не запланировано.
schedule-change-cancelled = Всё осталось как было.
schedule-ask-end = <b>Завершить расписание навсегда?</b> Платежи, которые уже в пути, это не остановит.
schedule-was-ended = Расписание завершено. По нему больше ничего не платится и не напоминается.
schedule-was-skipped = Пропущено. За этот раз ничего не оплачивается.
schedule-was-put-off = Напомню снова { $at }.
schedule-ask-pay-amount = <b>{ $provider }</b>, { $account }: <b>сколько</b> на этот раз? Напишите сумму в { $currency }.
schedule-ask-reading = <b>{ $provider }</b>: { $label }? Напишите показание.
schedule-ask-reading-optional = <b>{ $provider }</b>: { $label }? Напишите показание или «-», если его нет.

## Сообщения, которые приходят сами.

notice-schedule =
    🔔 <b>{ $provider }</b>: { $amount }
    Счёт: { $account }
    Срок: <b>{ $due }</b>
notice-schedule-discount =
    🔔 <b>{ $provider }</b>: последний день скидки — <b>{ $due }</b>
    Счёт: { $account }
    До этого дня: { $amount }
notice-schedule-failed =
    ⚠️ <b>{ $provider }</b>: автоматически не оплачено — { $reason }
    Счёт: { $account }
    Сумма: { $amount }
    Срок: { $due }
notice-schedule-put-off =
    ⏳ <b>{ $provider }</b>: пока не оплачено — { $reason }
    Счёт: { $account }
    Сумма: { $amount }
    Попробую снова { $next }.
notice-schedule-skipped =
    🔒 <b>{ $provider }</b>: пропущено — { $reason }
    Счёт: { $account }
    Сумма: { $amount }
    Срок: { $due }
notice-schedule-missed =
    ⚠️ <b>{ $provider }</b>: не оплачено, пока кошелёк не работал
    Счёт: { $account }
    Сумма: { $amount }
    Сроки: { $days }
    Само по себе ничего из этого не оплатится. Оплатите то, что ещё нужно:

schedule-reason-insufficient-funds = не хватает денег
schedule-reason-wallet-locked = кошелёк заблокирован
schedule-reason-allowance = это дороже, чем вы разрешили
schedule-reason-month-spent = это больше, чем вы разрешили на месяц
schedule-reason-provider-closed = получатель сейчас не принимает платежи
schedule-reason-provider-not-found = этому получателю отсюда больше нельзя заплатить
schedule-reason-provider-down = получатель не отвечает
schedule-reason-provider-silent = получатель не отвечает
schedule-reason-provider-refused = получатель не принял платёж
schedule-reason-account-refused = получатель не знает этого счёта или сейчас его не принимает
schedule-reason-account-field = получатель теперь хочет, чтобы счёт был записан иначе
schedule-reason-amount-below-minimum = получатель больше не принимает такую маленькую сумму
schedule-reason-amount-above-maximum = получатель больше не принимает такую большую сумму
schedule-reason-source-unknown = счёта или карты, с которых платили, больше нет
schedule-reason-card-frozen = карта заморожена
schedule-reason-card-limit = это больше лимита карты
schedule-reason-limit-exceeded = это больше лимита вашего кошелька
schedule-reason-rate-missing = для этого нет курса обмена
schedule-reason-rate-stale = курс обмена слишком старый
schedule-reason-missed = кошелёк в это время не работал
schedule-reason-paused = расписание было приостановлено
schedule-reason-other = платёж был отклонён

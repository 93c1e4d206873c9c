### Карты.

button-add-card = ➕ Добавить карту
button-card-virtual = 💳 Виртуальная
button-card-single-use = ☝️ На одну покупку
button-all-cards = Все карты
button-to-card = К карте
button-send-details = ✉️ Прислать данные
button-send-now = Прислать
button-freeze = ❄️ Заморозить
button-unfreeze = Разморозить
button-limits = Лимиты
button-reissue = Перевыпустить
button-reissue-now = Перевыпустить
button-close-card = Закрыть
button-close-now = Закрыть навсегда
button-limit-payment = На платёж
button-limit-day = На день
button-limit-month = На месяц
button-no-limit = Без лимита
button-open-card-page = Показать остальное

cards-title = <b>Ваши карты.</b> Каждая платит с баланса кошелька.
cards-none = Карт нет. Добавьте: это бесплатно и сразу.
card-line =
    { $state ->
        [frozen] •••• { $last_four } · { $kind } · заморожена
       *[other] •••• { $last_four } · { $kind }
    }
card-kind-virtual = виртуальная
card-kind-single-use = на одну покупку

card-title = 💳 <b>Карта •••• { $last_four }</b>, { $kind }
card-expires = Действует до конца { $expires }
card-state = Состояние: <b>{ $state }</b>
card-state-active = активна
card-state-frozen = заморожена
card-state-reissued = заменена
card-state-closed = закрыта
card-state-expired = истекла
card-currency = Валюта: { $currency }
card-limit-payment = На платёж: не больше { $limit }
card-limit-payment-none = На платёж: без лимита
card-limit-day = Сегодня: { $spent } из { $limit }
card-limit-day-none = Сегодня: { $spent }, без лимита
card-limit-month = В этом месяце: { $spent } из { $limit }
card-limit-month-none = В этом месяце: { $spent }, без лимита
card-quota = Прислать данные сегодня можно ещё { $left } из { $most } раз
card-rate = 1 { $base } = { $rate } { $quote } ({ $at })

card-was-frozen = ❄️ Карта •••• { $last_four } заморожена. Платить ею нельзя, пока вы её не разморозите.
card-was-unfrozen = Карта •••• { $last_four } снова активна.
card-was-added = Карта •••• { $last_four } ({ $kind }) готова. Откройте её и нажмите «Прислать данные», чтобы узнать номер.
card-was-reissued = Новая карта — •••• { $last_four }. Старой больше нет. Новые данные уже в пути.
card-was-closed = Карта •••• { $last_four } закрыта навсегда.
card-limit-set = Лимит карты •••• { $last_four } изменён.

card-add = <b>Какую карту?</b> Карта на одну покупку закроется сама после первого платежа.

card-details-ask =
    <b>Данные карты •••• { $last_four }</b>

    Номер и первая цифра кода безопасности придут по SMS на { $phone }. Остальное показывается один раз, на странице, которую можете открыть только вы и только из этого чата.

    { $quota }
card-quota-none = За сутки они уже присланы { $most } раз, больше нельзя. Снова можно будет { $until }.
card-quota-until = Прислать можно ещё { $left } из { $most } раз до { $until }.
card-quota-fresh = Прислать можно { $left } из { $most } раз за сутки.
card-details-sent = SMS отправлено на { $phone }. Страница с остальным — в следующем сообщении.
card-reissue-ask =
    <b>Перевыпустить карту •••• { $last_four }?</b>

    Вы сразу получите новый номер и новый код. В тот же миг старая карта исчезнет: её нельзя будет ни увидеть, ни списать с неё, и магазинам, которые её знают, нужно будет дать новую. Деньги останутся на месте.

    Предложение действует до { $until }.
card-close-ask =
    <b>Закрыть карту •••• { $last_four } навсегда?</b>

    Её нельзя будет ни увидеть, ни списать с неё. Деньги останутся в кошельке.

    Предложение действует до { $until }.

limits-title = <b>Лимиты карты •••• { $last_four }.</b> Какой изменить?
limit-payment = На платёж: { $limit }
limit-payment-none = На платёж: без лимита
limit-day = На день: { $limit }
limit-day-none = На день: без лимита
limit-month = На месяц: { $limit }
limit-month-none = На месяц: без лимита
limit-ask-payment = Сколько самое большее можно платить <b>за раз</b>? Напишите сумму или «нет».
limit-ask-day = Сколько самое большее можно платить <b>за день</b>? Напишите сумму или «нет».
limit-ask-month = Сколько самое большее можно платить <b>за месяц</b>? Напишите сумму или «нет».

## Страница, которая показывает остальное; открывается из чата.

card-page-title = Ваша карта
card-page-hint = Номер и первая цифра кода — в SMS.
card-page-expires = Действует до
card-page-code-end = Остальное кода безопасности
card-page-loading = Минутку…
card-page-hides = Скроется через минуту. Показывается только один раз.
card-page-hidden = Скрыто. Чтобы увидеть снова, нажмите в чате «Прислать данные».
card-page-gone = Показывать уже нечего: это видели, или время вышло. Нажмите в чате «Прислать данные», чтобы получить заново.
card-page-refused = Откройте эту страницу кнопкой в чате кошелька.
card-page-failed = Не получилось. Попробуйте ещё раз через минуту.
card-page-retry = Попробовать снова

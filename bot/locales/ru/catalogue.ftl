### Кому платить: каталог и то, что заполняют до предложения.

button-pay-home = 💸 Оплатить
button-pay-more = 💸 Оплата
button-favourites = ⭐ Избранное
button-all-categories = Все категории
button-first-page = ‹‹ В начало
button-next-page = Дальше ›
button-my-number = Мой номер
button-skip = Пропустить
button-all-i-have = Всё, что есть: { $amount }
button-discounted = { $amount }, со скидкой
button-in-full = { $amount }, полностью
button-open-twin = Открыть тот платёж
button-yes-again = Да, оплатить ещё раз

pay-title =
    <b>Что оплатить?</b>

    Выберите или напишите в одну строку: /pay название счёт сумма
pay-nobody = Платить здесь пока некому. Счета магазинов оплачиваются как всегда.
pay-category = { $icon } <b>{ $name }</b>
pay-type-number = Напишите номер телефона, и я найду оператора. Или выберите его сами.
pay-number-unknown = Не знаю, чей это номер: { $number }. Выберите, пожалуйста, оператора.
pay-ask = Кого ищете? Напишите часть названия; опечатка не страшна.
pay-found = Вот что нашлось на «{ $text }». Не то? Напишите иначе.
pay-found-nothing = Никого с названием «{ $text }» не нашлось. Напишите иначе или поищите в категориях.

order-title = { $picture } <b>{ $name }</b>
order-field = { $label }: <b>{ $value }</b>
order-ask = Напишите: <b>{ $label }</b>
order-hint = { $hint }
order-mask = В таком виде: { $mask }
order-ask-amount = Какая сумма, в { $currency }? От { $least } до { $most }.
order-step = Сумма кратна { $step }.
order-commission = Комиссия: { $terms }
order-discount = 🏷 До { $until } это стоит на { $percent } % меньше.
order-discount-how = Напишите полную сумму; скидка вычтется следом.
order-ask-share = Что оплатить?
order-no-source = <b>{ $total }, получатель «{ $name }»: сейчас оплатить нечем.</b>
order-choose-source = <b>{ $total }, получатель «{ $name }».</b> Чем оплатить? Выгодное сверху.
order-stopped = Остановлено. Ничего не оплачено и ничего не зарезервировано.

commission-none = нет
commission-borne = за счёт получателя
commission-percent = { $percent } %
commission-tier = { $percent } % с того, что больше { $above }
commission-fixed = плюс { $amount }
commission-minimum = не меньше { $amount }
commission-maximum = не больше { $amount }

order-twin =
    { $state ->
        [done] ⚠️ <b>Это вы уже оплатили { $ago }. Ещё раз?</b>
       *[other] ⚠️ <b>Это вы уже отправили { $ago }, платёж ещё в пути. Ещё раз?</b>
    }
order-twin-facts =
    { $picture } { $name }, { $account }
    { $at }: <b>{ $amount }</b>
order-twin-ask = Без вашего согласия ничего не спишется.
ago-minutes =
    { $count ->
        [0] только что
        [1] минуту назад
        [one] { $count } минуту назад
        [few] { $count } минуты назад
       *[many] { $count } минут назад
    }
ago-hours =
    { $count ->
        [1] час назад
        [one] { $count } час назад
        [few] { $count } часа назад
       *[many] { $count } часов назад
    }

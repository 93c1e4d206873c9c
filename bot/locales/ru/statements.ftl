### Выписки за период и расходы за месяц картинкой.

button-statement = 📑 Выписка
button-spending = 📊 Расходы за месяц
button-this-month = Этот месяц
button-last-month = Прошлый месяц
button-other-dates = Другие даты
button-month-before = ‹ Месяцем раньше
button-month-after = Месяцем позже ›

statement-title = Выписка
statement-period = Период
statement-period-value = { $first } – { $last }
statement-account = Счёт
statement-wallet = Кошелёк
statement-made = Составлена
statement-made-early = { $at }: период ещё не закончился
statement-opening = Остаток в начале
statement-closing = Остаток в конце
statement-came-sum = Поступило
statement-went-sum = Списано
statement-when = Когда
statement-what = Что
statement-came = Приход
statement-went = Расход
statement-balance = Остаток
statement-nothing = За это время на счёте ничего не произошло.

statement-choose = <b>Выписка</b>. За какое время?
statement-ask = Напишите две даты, первый и последний день: 01.11.2026 - 15.11.2026
statement-format =
    <b>{ $first } – { $last }</b>
    По какому счёту и в каком виде? PDF — читать и показывать, CSV — для таблиц, JSON — для программ.
statement-format-button = { $currency } · { $format }
statement-caption = Выписка, { $currency }: { $first } – { $last }
    На конец: { $closing }

spending-title = Расходы: { $month }
spending-days = По дням
spending-shops = Магазины и счета
spending-transfers = Переводы
spending-others = Другое
spending-other-currency = и { $amount }
spending-caption = Расходы, { $month }: { $total }.
    { $count ->
        [one] { $count } платёж.
        [few] { $count } платежа.
       *[many] { $count } платежей.
    }

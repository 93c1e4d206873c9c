### Statements of a period, and the picture of a month's spending.

button-statement = 📑 Statement
button-spending = 📊 Picture of the month
button-this-month = This month
button-last-month = Last month
button-other-dates = Other dates
button-month-before = ‹ The month before
button-month-after = The month after ›

statement-title = Statement
statement-period = Period
statement-period-value = { $first } – { $last }
statement-account = Account
statement-wallet = Wallet
statement-made = Made
statement-made-early = { $at }: the period is not over yet
statement-opening = Opening balance
statement-closing = Closing balance
statement-came-sum = Came in
statement-went-sum = Went out
statement-when = When
statement-what = What
statement-came = In
statement-went = Out
statement-balance = Balance
statement-nothing = Nothing happened on this account in this period.

statement-choose = <b>Statement</b>. For which time?
statement-ask = Type two dates, the first and the last day: 01.11.2026 - 15.11.2026
statement-format = <b>{ $first } – { $last }</b>. Which account, and as what? PDF to read and to show, CSV for a spreadsheet, JSON for programs.
statement-format-button = { $currency } · { $format }
statement-caption = Statement, { $currency }: { $first } – { $last }
    At the end: { $closing }

spending-title = Spent in { $month }
spending-days = By day
spending-shops = Shops and invoices
spending-transfers = Transfers
spending-others = Other
spending-other-currency = and { $amount }
spending-caption = { $month }: { $total } spent.
    { $count ->
        [one] One payment.
       *[other] { $count } payments.
    }

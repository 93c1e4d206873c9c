### Invoices and paying them.

button-pay = Pay
button-refuse = Refuse
button-view = View
button-all-invoices = All invoices
button-to-invoice = To the invoice
button-pay-with = Pay with { $source }

invoices-title = <b>Invoices that wait to be paid</b>, newest first:
invoices-none = You have no unpaid invoices. When a shop sends you one, I will tell you at once.
invoice-line = { $amount } — { $name }
invoices-line = • <b>{ $amount }</b> — { $payee }: { $description }

invoice-title = 🧾 <b>Invoice from { $payee }</b>
invoice-amount = Amount: <b>{ $amount }</b>
invoice-description = For: { $description }
invoice-issued = Issued: { $at }
invoice-until = To be paid by: { $until }
invoice-recurring = 🔁 Paying it lets { $payee } charge you again without asking, until you end that in /links.
invoice-held = ⏳ The money is held for up to { $days } days, until the shop takes it or lets it go.
invoice-test = 🧪 A test of the shop's: no money moves, and it cannot be paid from here.
invoice-state = State: <b>{ $state }</b>
invoice-refunded = Given back: { $amount }
invoice-state-waiting = waits to be paid
invoice-state-authorised = paid, held until the shop takes it
invoice-state-paid = paid
invoice-state-rejected = refused
invoice-state-expired = expired
invoice-state-refunded-in-part = paid, given back in part
invoice-state-refunded = paid and given back

source-account = { $currency } account
source-card = card •••• { $last_four }
source-usable = • { $source }: { $available } available
source-exchange = 💱 Exchanged on the way:
source-exchanged = • { $source }: costs <b>{ $cost }</b>, exchanged. { $rate }. { $available } available
source-blocked = • { $source }: not possible now. { $reason }

nothing-said = not said

payment-choose = <b>{ $amount } to { $payee }.</b> What would you like to pay with?
payment-offer =
    <b>Please check</b>

    To: <b>{ $payee }</b>
    For: { $description }
    Amount: <b>{ $amount }</b>
    With: { $source }
    Commission: none
    Total: <b>{ $total }</b>
    Balance afterwards: { $after }

    Good until { $until }. Nothing is paid before you confirm.
payment-code =
    { $amount } for <b>{ $payee }</b> is reserved.

    A code was sent to <b>{ $phone }</b>. Type it here to pay; it is good for 5 minutes.
payment-receipt =
    ✅ <b>Paid</b>

    To: <b>{ $payee }</b>
    For: { $description }
    Amount: <b>{ $amount }</b>
    With: { $source }
    Commission: none
    When: { $at }
    Number: { $number }
payment-held =
    ⏳ <b>Paid, held for the shop</b>

    To: <b>{ $payee }</b>
    For: { $description }
    Held: <b>{ $amount }</b>
    With: { $source }
    Until: { $until } at the latest; what the shop does not take by then is free again
    Number: { $number }
payment-cancelled = This payment was cancelled. Nothing was paid, and nothing is reserved for it.
payment-offer-exchanged =
    <b>Please check</b>

    To: <b>{ $payee }</b>
    For: { $description }
    Amount: <b>{ $amount }</b>
    Commission: none
    With: { $source }
    { $terms }
    You give in all: <b>{ $total }</b>
    Balance afterwards: { $after }

    Good until { $until }: the rate is kept until then. Nothing is paid before you confirm.
payment-receipt-exchanged =
    ✅ <b>Paid</b>

    To: <b>{ $payee }</b>
    For: { $description }
    Amount: <b>{ $amount }</b>
    Commission: none
    With: { $source }
    { $terms }
    You gave in all: <b>{ $total }</b>
    When: { $at }
    Number: { $number }

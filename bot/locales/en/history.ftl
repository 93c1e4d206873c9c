### History, refunds, top-ups.

button-search = 🔍 Search
button-show-all = Show all
button-receipt = 📄 Receipt
button-enter-code = ✏️ Enter the code

history-title = <b>History</b>, newest first. Open a line to see every step.
history-found = <b>History</b> with “{ $text }”. Type something else to search again.
history-none = Nothing here yet.
history-ask = What are you looking for? Type part of a shop's name or of what was bought.
history-line =
    { $state ->
        [held] ⏳ { $day } · <b>{ $amount }</b> · { $title }
        [sent] ⏳ { $day } · <b>{ $amount }</b> · { $title }
        [unknown] ⏳ { $day } · <b>{ $amount }</b> · { $title }
        [failed] ✖ { $day } · { $amount } · { $title }
       *[other] { $day } · <b>{ $amount }</b> · { $title }
    }
history-button =
    { $state ->
        [held] ⏳ { $amount } · { $title }
        [sent] ⏳ { $amount } · { $title }
        [unknown] ⏳ { $amount } · { $title }
        [failed] ✖ { $amount } · { $title }
       *[other] { $amount } · { $title }
    }
history-kind = <b>{ $kind }</b>: <b>{ $amount }</b>
history-title-line = { $title }
history-state = State: <b>{ $state }</b>
history-at = When: { $at }
history-note =
    { $kind ->
        [payment] For: { $note }
        [provider_payment] Account: { $note }
        [topup] Receipt: { $note }
        [exchange] You get: { $note }
       *[other] Note: { $note }
    }
history-steps = <b>Step by step</b>

filter-kind = { $kind ->
        [payment] Payments
        [topup] Top-ups
        [refund] Refunds
        [correction] Corrections
        [exchange] Exchanges
        [provider_payment] Services
       *[other] All kinds
    }
filter-currency = { $currency ->
        [all] All currencies
       *[other] { $currency }
    }
filter-period = { $days ->
        [7] A week
        [30] A month
        [365] A year
       *[other] Any time
    }

kind-payment = Payment
kind-topup = Top-up
kind-refund = Refund
kind-correction = Correction
kind-exchange = Exchange

state-held = reserved, not paid yet
state-authorised = held until the shop takes it
state-done = done
state-failed = not paid, the money is free again
state-exchange-held = reserved, not exchanged yet
state-exchange-failed = not exchanged, the money is free again
state-credited = credited
state-paid = credited
state-announced = announced
state-received = received

step-line = { $at }: { $what }
step-note = { $note }
step-other = changed
step-payment-hold = money reserved, code sent
step-payment-settle = paid
step-payment-fail = ended without payment, the money is free again
step-payment-refund-part = given back in part
step-payment-refund-rest = given back
step-topup-announce = the terminal announced it
step-topup-receive = the terminal took the cash
step-topup-credit = credited to the wallet
step-refund-pay = credited to the account that had paid
step-exchange-hold = money reserved, rate kept
step-exchange-settle = exchanged
step-exchange-fail = ended without exchange, the money is free again
step-correction-credit = credited by the operator

reason-cancelled = you cancelled it
reason-expired = nobody confirmed it in time
reason-invoice-paid = the invoice was paid otherwise
reason-invoice-rejected = the invoice was refused
reason-invoice-expired = the invoice expired
reason-wallet-locked = the wallet was locked
reason-merchant-disabled = the shop takes no payments
reason-card-frozen = the card was frozen

refunds-title = <b>What came back to you</b>, newest first:
refunds-none = Nothing was given back to you yet. When a shop refunds a payment, the money comes to the account that paid, and I will tell you at once.
refunds-balances = <b>Your accounts now</b>
refund-line =
    ↩️ <b>{ $amount }</b> from { $payee }
    { $at }, to the { $currency } account
refund-reason = Why: { $reason }
refund-button = { $amount } · { $payee }

topup-how =
    <b>Top up with cash</b>

    At a terminal choose this wallet, enter your number { $phone } and put banknotes in. Whole amounts only; a terminal gives no change. The money comes at once, and I will tell you.
topup-found = <b>This is where the receipt is:</b>
topup-line =
    🧾 No. { $receipt } · <b>{ $amount }</b>
    { $terminal }: { $state }, { $at }
topup-state-announced = the terminal asked, but has not confirmed the cash yet
topup-state-received = the cash was taken and will be credited
topup-state-credited = credited
topup-state-unclaimed = waits for its owner
topup-ask = Money not here yet? Type the number of the receipt.

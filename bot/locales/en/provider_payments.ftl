### Paying a provider: the offer, the code, on its way, the receipt.

button-change-source = Change source
button-refresh = 🔄 Refresh
button-open-payment = ⏳ Where it is
button-again = 🔁 Again
button-try-again = 🔁 Try again
button-save = ⭐ Save
button-monthly = 📅 Repeat monthly
button-document = 📄 PDF

provider-offer = <b>Please check</b>
provider-to = To: { $picture } <b>{ $name }</b>
provider-payee = Account's owner: { $payee }
provider-amount = Amount: <b>{ $amount }</b>
provider-commission = Commission: { $commission }
provider-sum = With commission: { $total }
provider-total = Total: <b>{ $total }</b>
provider-given = You give in all: <b>{ $given }</b>
provider-gave = You gave in all: <b>{ $given }</b>
provider-source = With: { $source }
provider-after = Balance afterwards: { $after }
provider-until = Good until { $until }. Nothing is paid before you confirm.
provider-code =
    { $given } for <b>{ $name }</b> is reserved.

    A code was sent to <b>{ $phone }</b>. Type it here to pay; it is good for 5 minutes.
provider-on-its-way = ⏳ <b>On its way</b>
provider-asking = { $given } is reserved, and { $name } is being asked to credit it. That takes a few seconds as a rule; I will tell you.
provider-waiting = { $name } has not confirmed yet. Nothing is lost: { $given } stays reserved, and we ask again at { $again }. Do not pay a second time; I will tell you how it ends.
provider-unknown = { $name } has not said in 24 hours whether it credited this. Nothing is lost: { $given } stays reserved until its daily list of payments or the wallet's operator shows what became of it. Do not pay a second time; I will tell you.
provider-why = Why: { $reason }.
provider-why-code = The payee's code: { $code }.
provider-receipt = ✅ <b>Paid</b>
provider-failed =
    ✖ <b>Not paid</b>

    { $name } was not paid. { $given } is free again, in full.
provider-when = When: { $at }
provider-number = Number: { $number }
provider-txn = Number at the payee: { $number }

kind-provider-payment = Payment
state-sent = on its way, the money is reserved
state-unknown = the payee has not said yet; the money stays reserved
step-provider-payment-hold = money reserved, code sent
step-provider-payment-send = confirmed; the payee is asked
step-provider-payment-ask = the payee was asked
step-provider-payment-settle = the payee credited it
step-provider-payment-fail = not paid, the money is free again
step-provider-payment-lose = the payee did not say; its list is waited for
step-provider-payment-resolve = decided

reason-timeout = no answer in time
reason-cut-off = the connection broke off
reason-unreachable = no connection to the payee
reason-not-connected = the wallet cannot reach this payee
reason-no-answer = no answer
reason-provider-down = the payee does not answer at present
reason-http-error = an error in the payee's system
reason-login-refused = the payee did not let the wallet in
reason-too-many-requests = the payee is overloaded
reason-redirected = the payee's system has an error
reason-too-long = the answer could not be understood
reason-empty = the answer was empty
reason-not-understood = the answer could not be understood
reason-no-result = the answer could not be understood
reason-other-payment = the answer was about another payment
reason-unknown-code = the answer could not be understood
reason-echoed-other-sum = credited, but another amount was named; it is being checked
reason-busy = the payee is busy
reason-not-finished = the payee has not finished yet
reason-account-format = the account is written in a wrong way
reason-account-not-found = there is no such account
reason-forbidden = the payee does not take this payment
reason-out-of-order = the payee is out of order
reason-field-wrong = something that was filled in is wrong
reason-rate-changed = the payee's rate has changed
reason-account-inactive = the account is not active
reason-amount-too-small = the amount is too small
reason-amount-too-large = the amount is too large
reason-account-not-checked = the account could not be checked
reason-provider-error = an error at the payee
reason-refused-after-silence = refused, after a request that was not answered
reason-resolved = decided by the payee's list or the wallet's operator

### Receipts: the document, the page that checks it, the chat.

button-pdf-receipt = 📄 PDF receipt
button-receipts = 🧾 Other receipts

receipt-title = Receipt
receipt-state = Done
receipt-to = Paid to
receipt-from = From
receipt-terminal = Terminal
receipt-refunded-by = Refunded by
receipt-what = What
receipt-purpose = For
receipt-why = Reason
receipt-account-holder = Account's owner
receipt-amount = Amount
receipt-credited = Credited
receipt-commission = Commission
receipt-commission-none = none
receipt-borne-by-provider = { $amount }, borne by the payee
receipt-total = Total
receipt-given = You gave
receipt-got = You got
receipt-fee = Exchange fee, part of it
receipt-fee-none = none
receipt-rate = Rate
receipt-rate-value = 1 { $unit } = { $rate } { $counter }
receipt-rate-source = Source of the rate
receipt-rate-source-value = { $source }, { $day }
receipt-paid-with = Paid with
receipt-came-to = Came to
receipt-account-value = { $currency } account
receipt-card-value = card •• { $last_four }
receipt-phone = Wallet
receipt-begun = Begun
receipt-done = Done
receipt-number = Number
receipt-txn = Transaction number
receipt-terminal-txn = Number on the terminal's receipt
receipt-provider-txn = Provider's number
receipt-check = Anyone can check this receipt at { $link }
receipt-check-nowhere = This is the code of the receipt; the wallet's operator can check it.
receipt-check-offline = The file itself is signed: one changed byte, and the signature is void.

receipt-caption = { $title }: { $amount }
receipt-choose = <b>Receipts</b>. Choose an operation, and I send its receipt as a PDF.
    Or write its number after the command: <code>/receipt 0197…</code>
receipt-none = There is nothing to have a receipt of yet: nothing has been paid and nothing has come.

receipt-page-title = Receipt check
receipt-page-genuine = There is such a receipt
receipt-page-explain = { $wallet } has issued a receipt with this code. Compare what it says with what is written here: what differs was changed.
receipt-page-code = Code
receipt-page-state = State
receipt-page-state-done = Done
receipt-page-state-part = Done; { $amount } of it was given back later
receipt-page-state-back = Given back in full later
receipt-page-missing = No receipt has this code
receipt-page-missing-explain = Check the code: it has 13 letters and digits, and one of them may be misread. If it is right, the receipt was not issued by this wallet.
receipt-page-busy = Too many questions
receipt-page-busy-explain = Please come back in a minute.
receipt-page-ask = Code on the receipt
receipt-page-look = Check

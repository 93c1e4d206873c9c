### Payment codes on bills, photographed or pasted.

code-none =
    I found no payment code in this picture.
    Hold the phone straight above the code, so that it fills a third of the picture and nothing glares on it; or send the picture as a file, so that Telegram does not make it smaller.
code-which = <b>Which one is to be paid?</b> Press it, or send me its number.
code-line = { $number }. { $payee } — <b>{ $amount }</b>
code-line-open = { $number }. { $payee }
code-own-invoice = Invoice by link
code-payee = 📷 The code says: <b>{ $payee }</b>
code-bank-gost = Bank: { $bank }
code-bank-emv = Town: { $bank }
code-purpose = For: { $purpose }
code-amount = Amount: <b>{ $amount }</b>
code-stranger =
    This wallet has no such payee yet, so the bill cannot be paid here. Nothing was moved. Tell the wallet's operator, who can add it.
code-suggested = Perhaps you are looking for one of these; make sure that it is the same company:

### Short messages: plain, short, and never asking for anything.

sms-code-join = { $code } is your code to open the wallet, good for { $minutes } min. Tell it to nobody: we never ask for it.
sms-code-payment = { $code } pays { $amount } to { $payee }, good for { $minutes } min. Tell it to nobody: we never ask for it.
sms-code-checkout = { $code } pays { $amount } to { $payee }, asked for on its page, good for { $minutes } min. Not you? Ignore this and tell it to nobody.
sms-code-checkout-exchanged = { $code } pays { $amount } to { $payee }, { $cost } leaves the wallet, asked for on its page, good for { $minutes } min. Not you? Ignore this and tell it to nobody.
sms-code-exchange = { $code } exchanges { $amount } for { $gets }, good for { $minutes } min. Tell it to nobody: we never ask for it.
sms-code-schedule = { $code } lets the wallet pay up to { $amount } at a time to { $payee } by itself, good for { $minutes } min. Tell it to nobody.
sms-code-unlock = { $code } unlocks your wallet, good for { $minutes } min. Tell it to nobody: we never ask for it.
sms-card-details = Card { $number }, security code starts with { $code_start }. The rest is in the wallet's chat. Tell them to nobody.

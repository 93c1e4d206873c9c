### The page on which shops' customers pay.

title = Payment to { $payee }
to = To
for = For
until = To be paid by { $until } ({ $zone })
languages = Language

note-hold = The money is held for up to { $days } days, until the shop takes it or lets it go.
note-recurring = Paying this lets { $payee } charge your wallet again later without asking, until you end that: send /links to the wallet’s chat.
consent = I agree that { $payee } may charge my wallet again without asking, until I end it.
note-test = TEST: no money moves
note-test-explain = The shop is trying out its page. Choose how the payment ends.
test-pay = Act as if it was paid
test-refuse = Act as if it was refused

telegram-heading = In Telegram
telegram-explain = Scan the code with your phone, or open the wallet’s chat here.
telegram-open = Open Telegram
qr-label = QR code that opens the wallet’s chat

phone-heading = With your wallet’s number
phone-label = Phone number of your wallet
phone-hint = With the country code: +1 415 555 0132
from-label = Pay from
from-own = { $amount }
from-exchanged = { $amount }, exchanged: { $rate }, fee { $fee }
from-exchanged-free = { $amount }, exchanged: { $rate }
way-label = Confirm
way-code = with a code by SMS
way-chat = in the wallet’s chat
continue = Continue

card-heading = With a card of the wallet
card-number = Card number
card-expires = Good until (MM/YY)
card-code = Security code
card-cost = { $amount } leaves the wallet.

cash-heading = In cash at a terminal
cash-offer = The terminal asks for a number of eight digits.
cash-show = Show the number
cash-explain = Type this number at a terminal and put in exactly { $amount }: it gives no change.

code-heading = Type the code
code-sent = If { $phone } has a wallet, a code is on its way to it by SMS.
code-sent-card = If the card is right, a code is on its way by SMS to its owner’s number, card •••• { $last }.
code-label = Code from the SMS
code-pay = Pay { $amount }
code-none = No code after a minute? Go back and confirm in the wallet’s chat.
code-again = Send another code
other-way = Pay another way
chat-heading = Confirm in Telegram
chat-explain = If { $phone } has a wallet, its chat asks now. Press Pay there; this page notices by itself.
chat-none = Nothing came? Open the chat yourself:
cost = { $amount } leaves the wallet
cost-rate = at { $rate }, fee { $fee }
cost-rate-free = at { $rate }

state-waiting = Waiting for payment
state-waiting-explain = This page notices the payment by itself.
state-paid = Paid
state-paid-explain = The shop has been told.
state-authorised = Paid, held for the shop
state-authorised-explain = The shop takes the money when it is ready, or lets it go.
state-expired = Too late
state-expired-explain = The time for this payment is over, and nothing was paid. Ask the shop for a new one.
state-rejected = Cancelled
state-rejected-explain = This payment was refused or taken back, and nothing was paid.
state-refunded = Paid and given back
state-refunded-explain = The shop has given all of it back.
state-refunded-in-part = Paid, given back in part
state-refunded-in-part-explain = { $amount } was given back.
state-closed = The shop takes no payments now
state-closed-explain = Nothing was paid. Ask the shop.
number = Number

return = Return to the shop
return-none = Go back to the shop’s page: it knows.

missing = There is no such payment
missing-explain = Check the link, or ask the shop for a new one.
stale = Please try again
stale-explain = The page was open for too long, or your browser keeps no cookies for it. Open the shop’s link again and allow cookies.
busy = Too many tries
busy-explain = Please come back in a few minutes.

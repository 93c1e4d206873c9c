### Why a payment on that page was refused.

error-phone-not-understood = That is no phone number. Type it with the country code.
error-card-text = Check the card: sixteen digits, month and year, three digits of the code.
error-consent-missing = The shop wants to charge again later. Tick that you agree, or do not pay.
error-code-wrong = That is not the code. Tries left: { $tries_left }.
error-code-expired = The code was good for five minutes and is too old now. Ask for another one.
error-code-exhausted = Wrong too often: no more tries, and nothing was paid. Begin again.
error-code-throttled = A code was sent just now. Wait half a minute before you ask again.
error-checkout-expired = That waited too long, and nothing was paid. Begin again.
error-checkout-not-found = This browser has no such payment under way. Begin again.
error-insufficient-funds = Not enough money: { $needed } is needed, { $available } is there. Top up and send the same code again, or pay another way.
error-wallet-locked = The wallet is locked, and nothing was paid. Unlock it in its chat.
error-card-frozen = The card is frozen, and nothing was paid. Unfreeze it in the chat: /cards
error-card-limit = The card’s own limit does not allow it, and nothing was paid. See /cards in the chat.
error-source-unknown = The wallet has no such account or card, and nothing was paid. Choose another way to pay.
error-limit-exceeded = The wallet’s limit does not allow it, and nothing was paid. See /limits in the chat.
error-exchange = It cannot be exchanged now, and nothing was paid. Choose another currency or come back later.
error-held-exchange = This shop takes the money later, so it is paid in { $currency } only.
error-other = The wallet refused it, and nothing was paid. Its chat says more.

### What is wrong and what to do about it, by the code of the error.  Without markup.

## Families: for an error that has no sentence of its own.

error-not-found = There is no such thing in your wallet. Open /start and try again.
error-invalid-request = I could not read that. Please write it differently.
error-refused = That is not possible right now. Nothing was moved.
error-conflict = That was already asked, with other content. Open /start and begin anew.
error-unavailable = Something does not answer right now. Nothing was moved; please try again in a minute.
error-key-reused = That was already asked, with other content. Open /start and begin anew.
error-not-committed = I could not write that down. Nothing was moved; please try again.
error-outcome-unknown = The database went away just then. Look at /history before you try again: it may have been done.
error-database-away = The database does not answer. Nothing was moved; please try again in a minute.
error-wrong-state = That cannot be done any more: it has changed meanwhile. Open it again.

## Joining

error-not-joined = You have no wallet yet. Send /start to open one.
error-foreign-contact = That is somebody else's number. Please share your own with the button below the chat.
error-phone-not-understood = That is no phone number I can send a code to. Share your own number with the button.
error-phone-taken = The wallet of this number is used from another Telegram account. Use that account, or ask the wallet's operator.
error-already-joined = You have a wallet already. Send /start to see it.
error-nothing-to-prove = No number is waiting for a code. Send /start and share your number again.

## Codes

error-code-wrong =
    { $tries_left ->
        [one] That is not the code. One try is left.
       *[other] That is not the code. { $tries_left } tries are left.
    }
error-code-expired = This code is too old, or a newer one was sent. Enter the newest one, or choose “Send again”.
error-code-exhausted = That was wrong { $tries } times, so this code is void. Choose “Send again” for a new one.
error-code-throttled =
    { $rule ->
        [resend] A code was sent just now. Wait half a minute, then ask for another one.
        [wrong] Too many wrong codes for this phone. Try again after { $retry_at }; if it was not you, tell the operator.
        [account] Too many codes for you today. The next one can be sent at { $retry_at }.
       *[other] Too many codes for this phone. The next one can be sent at { $retry_at }.
    }
error-code-not-found = No code is awaited here. Begin again from /start.

## Offers and invoices

error-offer-not-found = This offer is not yours, or it is gone. Open /invoices and begin again.
error-offer-used = This was done already; it is not done twice. See /history.
error-offer-withdrawn = This was cancelled before. Nothing was moved. To pay, open /invoices.
error-offer-expired = This offer waited too long and is over. Nothing was moved. Please begin again.
error-invoice-not-found = This invoice is not for you, or there is none. Ask the shop to send it to your number.
error-invoice-paid = This invoice is paid already; it is not paid twice. See /history.
error-invoice-rejected = This invoice was refused or taken back by the shop. Ask the shop for a new one.
error-invoice-expired = This invoice expired on { $expired_at }. Ask the shop for a new one.
error-invoice-changed = The invoice has changed since you saw it. Nothing was paid; open it again.
error-invoice-times = An invoice can be valid until { $latest } at the latest.
error-invoice-text = The text is too long (at most { $maximum } characters) or has characters that cannot be shown.
error-reference-used = The shop has another invoice of that number.
error-source-unknown = You have no such account or card. Open the invoice again and choose another.
error-insufficient-funds = Not enough money: { $needed } are needed, { $available } are available. Top up: /topup
error-merchant-disabled = This shop takes no payments at present. Nothing was moved; ask the shop.
error-wallet-locked = The wallet is locked. Unlock it with /lock → “Unlock”, then try again.

## Cards

error-card-not-found = This card is gone or not yours. Open /cards to see yours.
error-card-changed = The card has changed since you opened it. Open it again and look.
error-card-frozen = This card is frozen. Unfreeze it in /cards, or pay with something else.
error-card-limit =
    { $rule ->
        [payment] More than this card may pay at once ({ $limit }). Raise the limit in /cards, or pay with something else.
        [day] Over this card's limit for a day ({ $limit }): { $left } are left until { $resets_at }. Raise it in /cards, or pay with something else.
       *[month] Over this card's limit for a month ({ $limit }): { $left } are left until { $resets_at }. Raise it in /cards, or pay with something else.
    }
error-limit-unknown = There is no such limit. There are: { $limits }.
error-too-many-cards = You have as many cards as you may ({ $maximum }). Close one first, in /cards.
error-too-many-sends = The details were sent { $maximum } times in 24 hours, which is all. The next time is possible at { $retry_at }.
error-reveal-not-found = There is nothing to show: it was seen already, or its time is over. Send the details anew in /cards.

## Amounts and other things that are typed

error-amount-not-understood = That is not an amount. Type digits, such as 1500 or 99.90.
error-amount-too-precise = That is finer than the smallest coin of { $currency }: at most { $digits } digits after the point.
error-amount-out-of-range = That is nothing, or too much. Type an amount above zero, at most { $maximum }.
error-currency-unknown = I do not know the currency { $currency }.
error-rate-not-understood = That is not a rate. Write a pair and a number, such as USD/RUB 92.50.
error-language-unknown = I do not speak that language. I speak: { $languages }.
error-search-too-long = That is too long to search for: at most { $maximum } characters.
error-receipt-not-understood = A receipt number is digits only, at most { $digits } of them. It stands on the receipt.
error-reason-missing = Say why, in at most { $maximum } characters.

## Top-ups, refunds, history

error-topup-not-found = No receipt of that number came for your phone. Check the number on the receipt; if it is right, wait a little and ask again.
error-topup-not-whole = A terminal gives no change: whole amounts only.
error-topup-differs = That receipt number was used for another phone or amount. Ask the terminal's owner.
error-terminal-exhausted = The terminal has taken the cash; it will be credited after it was emptied.
error-terminal-refused = This terminal is not known here.
error-refund-not-found = There is no such refund of yours. See /refunds.
error-not-paid = Only what was paid can be given back.
error-refund-too-large = That is more than what is left of the payment: { $left }.
error-refund-reason = The reason is too long (at most { $maximum } characters) or has characters that cannot be shown.
error-operation-not-found = There is no such payment of yours. See /history.

## The books and the machine side, for completeness

error-account-not-found = You have no account in this currency.
error-holder-not-found = Nobody has a wallet with this number.
error-work-not-found = There is no such delivery that was given up.
error-merchant-not-found = There is no such shop.
error-merchant-name = The name is empty, too long (at most { $maximum } characters), or hides something.
error-key-refused = The key is not known, or was taken back.
error-scope-missing = The key is not good for this: it lacks { $scope }.
error-hold-settled = The reserved money was taken or freed before. Nothing was moved.
error-capture-too-large = That is more than what is reserved: { $held }.
error-already-reversed = That was taken back before; it is not taken back twice.
error-rates-unavailable = The bank that gives the rates does not answer. The rates of before stay; try again later.
error-webhook-url = No webhook can be sent to that address: { $problem }.

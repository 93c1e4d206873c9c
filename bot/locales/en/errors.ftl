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
error-invoice-test = This is a test invoice: no money moves, so it cannot be paid from a wallet.
error-invoice-held = This invoice is paid already: the money is held until the shop takes it. See /history.
error-not-authorised = Nothing is held for this invoice: it is { $state }.
error-capture-amount = At most { $held } can be taken, in that currency, and more than nothing.
error-held-exchange = The shop takes this money later, so it is paid in { $currency } only. Choose an account or card in { $currency }.
error-refund-reference-used = That refund number was used for another amount.
error-paid-in-cash = This was paid with banknotes at a terminal. Give the money back in cash, or by a new payment to the buyer's number.
error-cash-number-unknown = No invoice has this number. Look at it again on the shop's page.
error-cash-amount = This invoice is paid with exactly { $amount }.
error-cash-payment-differs = This receipt number was used for another payment.
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

## Exchange

error-rate-missing = There is no rate for { $pair } at present, so it cannot be exchanged. Nothing was moved; ask the wallet's operator.
error-rate-stale = The newest rate for { $pair } is of { $rate_at }; none older than { $limit } is used. Nothing was moved; try again when a new rate is out.
error-exchange-pair = { $pair } is not exchanged here. Choose other currencies: /exchange
error-exchange-too-small = That is too little to exchange. The least is { $minimum }.
error-exchange-limit = The wallet cannot exchange that much { $pair } now. You could get { $most } at most; or try again later.
error-exchange-exhausted = The wallet has nothing left to exchange { $pair } with now. Nothing was moved; try again later.
error-exchange-terms-not-understood = Write a pair such as USD/RUB, or * for all, and a share such as 0.5%, at most { $maximum }%.

## Receipts and statements

error-no-receipt = There is no receipt of this: it is not finished, or nothing was moved. See /history.
error-receipt-not-found = You have no operation of that number. Look in /history, or send /receipt alone and choose.
error-public-key = That is no public key of a wallet. It is a line of 44 characters; `purser receipt key` prints it.
error-period-not-understood = I could not read these dates. Type the first and the last day, such as 01.11.2026 - 15.11.2026; they cannot be still to come.
error-period-too-long = A statement covers at most { $days } days. Choose a shorter time.
error-statement-too-long = That is { $entries } lines, more than the { $maximum } that one such file may have. Choose a shorter time; CSV takes more than PDF.
error-nothing-spent = Nothing was paid in that month, so there is no picture of it.

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
error-link-not-found = There is no such shop among those that may charge you. See /links.
error-link-ended = The payer ended this on { $ended_at }: nothing is charged by it any more. Ask the payer to pay an invoice that agrees to it anew.
error-not-of-merchant = You are not among this shop's people, or not any more. Ask the wallet's operator.
error-role-too-low =
    { $role ->
        [viewer] Your role in this shop is to look. Ask its owner, or the wallet's operator.
       *[other] This is for the shop's owner. Ask them, or the wallet's operator.
    }
error-merchant-person-not-found = The shop has no such person.
error-telegram-id = That is no id of a Telegram account: a whole number above zero. The person finds it by sending /merchant to the wallet.
error-too-many-people = The shop has as many people as it may ({ $maximum }). Remove one first.
error-key-refused = The key is not known, or was taken back.
error-key-pair-not-found = The shop has no such key pair, or it was taken back.
error-key-pair-name = The name of the key pair is empty, too long (at most { $maximum } characters), or can’t be shown.
error-key-pairs-max = A shop has { $maximum } key pairs at most. Take one back before you make another.
error-key-pair-secret = This key pair was made by an older version and can’t sign notifications. Make a new pair and use that one.
error-pull-shop-not-found = The shop doesn’t use the pull interface.
error-pull-refused = The shop’s number, API ID or password is wrong.
error-scope-missing = The key is not good for this: it lacks { $scope }.
error-hold-settled = The reserved money was taken or freed before. Nothing was moved.
error-capture-too-large = That is more than what is reserved: { $held }.
error-already-reversed = That was taken back before; it is not taken back twice.
error-rates-unavailable = The bank that gives the rates does not answer. The rates of before stay; try again later.
error-webhook-url = No webhook can be sent to that address: { $problem }.
error-return-address-refused = Payers cannot be sent back to { $url }: register its origin first (scheme, host and port).

## Payment codes and pictures

error-payment-code =
    { $why ->
        [charset] The letters in this code cannot be read. Nothing was moved. Ask whoever issued it for another one.
        [checksum] This code is damaged: its check digits do not fit. Photograph it again, or ask for another one.
        [currency] This code asks for a currency that I do not know ({ $field }).
        [cut] This code is cut off or damaged. Photograph it again, or paste all of it.
        [doubled] This code says two different things under “{ $field }”. I do not guess: ask for another one.
        [fee] This code adds a tip or a fee of its own, which I cannot state exactly. Nothing was moved.
        [field] “{ $field }” in this code is not as it should be. Nothing was moved. Ask for another one.
        [header] This is no payment code that I know. Nothing was moved.
        [long] This code is longer than any payment code. Nothing was moved.
        [missing] This code does not say “{ $field }”, without which it cannot be paid. Ask for another one.
        [other_bot] This code is an invoice in another wallet (@{ $field }). Pay it there.
        [phone] This code holds a phone number and no bill. Nothing was moved.
        [sum] The amount in this code is not an amount. Nothing was moved. Ask for another one.
        [url] This code is a web address and no bill. I have not opened it.
       *[text] There is a code, but no bill in it. Nothing was moved.
    }
error-code-forgotten = This list is of an earlier picture. Please send the picture again.
error-code-not-chosen = That is no number from the list. Press a button, or send a number.
error-picture-not-read = I cannot open this file. Send a photo, or a picture in JPEG, PNG or WEBP.
error-picture-too-large = This picture is too large for me: at most { $megabytes } MB and { $megapixels } megapixels. Send it as a photo, not as a file.
error-pictures-too-often =
    { $seconds ->
        [one] So many pictures at once are too much for me. Send the next one in a second.
       *[other] So many pictures at once are too much for me. Send the next one in { $seconds } seconds.
    }
error-picture-not-fetched = Telegram did not give me the picture. Please send it again.
error-look-too-long = I am looking at many pictures right now. Please send yours again in a minute.

## The catalogue

error-provider-not-found = This payee is not in the catalogue now. Open /pay and choose again.
error-provider-closed = { $provider } takes no payments at this hour; it opens { $opens_at }. Nothing was taken.
error-account-field = This is not right for “{ $field }”. { $hint }
error-amount-below-minimum = That is less than this payee takes. The least is { $minimum }.
error-amount-above-maximum = That is more than this payee takes at once. The most is { $maximum }.
error-amount-step = This payee takes whole steps of { $step }. Type an amount that is a multiple of it.
error-amount-currency = This payee is paid in { $currency }. Type the amount in that currency.

## Settling with providers

error-provider-down = This payee's system does not answer at the moment, so nothing was taken. We try it again at { $until }; please pay then.
error-registry-form = The registry cannot be written so: { $problem }.
error-registry-day = { $day } is not over in the payee's time zone. Its registry is made after midnight.
error-registry-not-found = Nothing was paid to this payee on { $day }, so there is no registry.
error-registry-file = The file cannot be read as a list of payments: { $problem }.
error-registry-period = The file does not say which days it is about, or they are more than two months. Name the day.
error-merchant-terms = Nobody can settle by such terms: { $problem }. Nothing was changed.
error-payee-missing = Nobody has said whom to pay: the shop's terms name no payee with an account. State them with purser merchant terms.
error-payout-not-found = There is no such payout and no such batch. See purser merchant payouts list.
error-payout-reason = Say why it came back, in at most { $maximum } characters: the shop will ask.
error-closing-day = { $day } is not over in the wallet's time zone. Its closing can be made ten minutes after midnight.
error-order-file = The file cannot be read as a list of orders: { $problem }. A heading with “order” and “amount” is enough.

## Paying providers, saved accounts

error-provider-payment-not-found = There is no such payment of yours. See /history.
error-account-refused =
    { $reason ->
        [account_not_found] { $provider } has no such account. Nothing was taken. Check it and type it again.
        [account_format] { $provider } says that this is no account of its. Nothing was taken. Check it and type it again.
        [account_inactive] { $provider } has closed this account. Nothing was taken. Ask there.
        [amount_too_small] That is less than { $provider } takes. Nothing was taken. Choose a larger amount.
        [amount_too_large] That is more than { $provider } takes. Nothing was taken. Choose a smaller amount.
       *[other] { $provider } does not take this payment. Nothing was taken. Check what you typed, or ask there.
    }
error-provider-silent = { $provider } does not answer just now. Nothing was taken and nothing is reserved; please try again in a few minutes.
error-terms-changed = The terms of this payee have changed meanwhile. Nothing was taken. Open /pay and begin again.
error-allowance = That would cost { $cost }, and you have allowed { $most } without being asked. Nothing was taken.
error-provider-payment-settled = This payment has ended before. Look at it in /history.
error-resolve-reason = Say why, in at most { $maximum } characters.
error-draft-lost = I do not know any more what this was about. Nothing was taken. Open /pay and begin again.
error-draft-too-large = That is more than I can remember at once. Please write it shorter.
error-favourite-not-found = This saved account is gone. Open /pay and look at your favourites.
error-favourite-name = A name has from 1 to { $maximum } characters, all of which can be shown. Please choose another one.
error-too-many-favourites = You have saved as many accounts as there may be ({ $maximum }). Delete one first.

## Payments on schedule

error-schedule-not-found = There is no such schedule of yours any more. See what is scheduled under /pay.
error-schedule-changed = This has changed since the button was made. Open the schedule again and look at it.
error-month-spent = What you have allowed to be paid in a month, { $limit }, is used up until { $resets_at }.
error-schedule-rule = There is no such day. Type a number from { $least } to { $most }.
error-date-not-understood = That is no day that is still to come. Type it like this: 24.12.2026
error-too-many-schedules = You have as many schedules as there may be ({ $maximum }). End one first.
error-schedule-wish = Only a fixed amount with limits can be paid by itself. Begin again, or choose to be reminded.
error-schedule-limit = It costs { $cost } today, and with these limits it would never be paid. Choose higher ones.
error-reminder-too-early = A reminder may come at most { $most } days before. Choose a later one.
error-schedule-over = That day is over. Choose a later one.
error-discount-not-found = This bill has no discount that is still to end, so there is nothing to remind you of.
error-amount-asked = The amount is asked each time. Press [Pay] in the reminder and type it.

## Limits, e-mail and personal data

limit-of-kind =
    { $kind ->
        [invoice] {" "}on shops' invoices
        [provider] {" "}on paying providers
        [exchange] {" "}on exchange
        [transfer] {" "}on transfers
        [card] {" "}by card
       *[any] {""}
    }
error-limit-exceeded =
    { $rule ->
        [payment] One payment{ limit-of-kind } may be { $limit } at most at your level.
        [day] That is more than your limit{ limit-of-kind } for a day ({ $limit }): { $left } are left until { $resets_at }.
        [month] That is more than your limit{ limit-of-kind } for a month ({ $limit }): { $left } are left until { $resets_at }.
        [day_count] You have made all the payments{ limit-of-kind } that you may in a day ({ $limit }). The next is possible from { $resets_at }.
       *[month_count] You have made all the payments{ limit-of-kind } that you may in a month ({ $limit }). The next is possible from { $resets_at }.
    } { $raised_by ->
        [email] A confirmed e-mail address raises it: /limits
        [person] Personal data raise it: /limits
       *[other] All limits: /limits
    }
error-balance-limit =
    The wallet may hold { $limit } at most at its level; { $left } more fit in. { $raised_by ->
        [email] A confirmed e-mail address raises it: /limits
        [person] Personal data raise it: /limits
       *[other] All limits: /limits
    }
error-limit-rule-unknown = There is no such limit. Known kinds are: { $known }; a balance has no kind but any.
error-limit-value = A limit is 0 or more, at most { $maximum }.
error-email-not-understood = That is no e-mail address. Type it as in name@example.com.
error-email-throttled = Too many mails were asked for. The next is possible at { $retry_at }; look into the spam folder meanwhile.
error-email-confirmed = { $address } is confirmed already. Type another address, or go back.
error-email-taken = This address confirms another wallet already. Give another one: /limits
error-email-link-unknown = We have sent no such link. Ask for a new one: /limits
error-email-link-expired = The link is older than { $hours } hours. Ask for a new one: /limits
error-email-link-replaced = This link does not count any more. Open the newest mail, or ask for a new one: /limits
error-personal-data =
    { $problem ->
        [letters] { $field ->
            [address] Type the address in words: town, street and house.
           *[other] That has signs that no name has. Type letters, as in the document.
        }
        [long] That is too long: { $maximum } characters at most.
        [form] That is no date. Type day, month and year, as 28.02.1990.
        [calendar] There is no such day. Type day, month and year, as 28.02.1990.
        [age] This needs an age of { $minimum } to { $maximum } years. Check the year.
        [digits] A Russian passport has ten digits: four of the series and six of the number. Check them.
        [region] No Russian passport begins with { $minimum }. Check the first two digits.
        [form_year] The third and fourth digit of a series are the year of its form, and { $minimum } cannot be. Check them.
        [foreign] A passport's number has six to nine Latin letters and digits. Check it.
        [length] An address has { $minimum } to { $maximum } characters: town, street and house.
       *[unknown] That cannot be chosen here. Use the buttons.
    }
error-identification-not-found = There are no such personal data, or they were deleted. Begin anew: /limits
error-identification-changed = This was changed or decided since. Look at it as it is now.
error-identification-incomplete = Something is missing still. Go on with your personal data: /limits
error-decline-reason = Say why, in at most { $maximum } characters: the holder is told.
error-checkout-not-found = This browser has no such payment under way. Open the shop's link again.
error-checkout-expired = That waited too long, and nothing was paid. Begin again on the shop's page.
error-consent-missing = This shop wants to charge again later without asking. Agree to that, or do not pay.
error-card-text = Check the card: sixteen digits, the month and year it is good until, and the three digits of its code.
error-return-address = That is no address to return to: it begins with https:// or http:// and has a host in Latin letters.
error-return-address-unknown = That address was not registered for this shop.
error-return-addresses-full = A shop registers { $maximum } addresses at most. Remove one first.
error-test-too-soon = A test was sent to this shop a moment ago. The next is possible at { $retry_at }.
error-nothing-to-test = This shop has named no address that notifications can be sent to. Set one first, then test it.
error-shop-unknown = No shop with Robokassa’s interface has this login. Look it up with `purser merchant robokassa show`.
error-shop-exists = This shop speaks Robokassa’s interface already, as { $login }. Change or rotate it instead.
error-login-used = Another shop has the login { $login }. Choose another one.
error-shop-settings = The shop can’t have this { $setting }. Allowed: { $allowed }.

## Robokassa’s services

error-op-key-unknown = No payment has this OpKey. Take it from the order’s state.
error-fiscal-receipt-not-found = The shop gave no receipt of this number.
error-fiscal-receipt-used = The shop has given another receipt of this number. Give this one another number.
error-fiscal-receipt-limit = This payment has { $maximum } receipts already, and no more can be kept with it.
error-fiscal-receipt-total = The receipt is about more than was paid, { $paid }. Mend its total.

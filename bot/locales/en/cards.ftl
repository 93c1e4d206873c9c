### Cards.

button-add-card = ➕ Add a card
button-card-virtual = 💳 Virtual
button-card-single-use = ☝️ For one purchase
button-all-cards = All cards
button-to-card = To the card
button-send-details = ✉️ Send details
button-send-now = Send
button-freeze = ❄️ Freeze
button-unfreeze = Unfreeze
button-limits = Limits
button-reissue = Re-issue
button-reissue-now = Re-issue it
button-close-card = Close
button-close-now = Close it for good
button-limit-payment = Per payment
button-limit-day = Per day
button-limit-month = Per month
button-no-limit = No limit
button-open-card-page = Show the rest

cards-title = <b>Your cards.</b> Each pays from your wallet's balance.
cards-none = You have no cards. Add one: it is free and ready at once.
card-line =
    { $state ->
        [frozen] •••• { $last_four } · { $kind } · frozen
       *[other] •••• { $last_four } · { $kind }
    }
card-kind-virtual = virtual
card-kind-single-use = for one purchase

card-title = 💳 <b>Card •••• { $last_four }</b>, { $kind }
card-expires = Good until the end of { $expires }
card-state = State: <b>{ $state }</b>
card-state-active = active
card-state-frozen = frozen
card-state-reissued = replaced
card-state-closed = closed
card-state-expired = expired
card-currency = Currency: { $currency }
card-limit-payment = Per payment: at most { $limit }
card-limit-payment-none = Per payment: no limit
card-limit-day = Today: { $spent } of { $limit }
card-limit-day-none = Today: { $spent }, no limit
card-limit-month = This month: { $spent } of { $limit }
card-limit-month-none = This month: { $spent }, no limit
card-quota = Details may be sent { $left } more of { $most } times today
card-rate = 1 { $base } = { $rate } { $quote } ({ $at })

card-was-frozen = ❄️ Card •••• { $last_four } is frozen. Nothing can be paid with it until you unfreeze it.
card-was-unfrozen = Card •••• { $last_four } is active again.
card-was-added = Card •••• { $last_four } ({ $kind }) is ready. Open it and choose “Send details” to get its number.
card-was-reissued = The new card is •••• { $last_four }. The old one is gone. The new details are on their way to you.
card-was-closed = Card •••• { $last_four } is closed for good.
card-limit-set = The limit of card •••• { $last_four } was changed.

card-add = <b>Which card?</b> A card for one purchase closes by itself after its first payment.

card-details-ask =
    <b>Details of card •••• { $last_four }</b>

    The number and the first digit of the security code go to { $phone } by SMS. The rest is shown once, on a page that only you can open from this chat.

    { $quota }
card-quota-none = They have been sent as often as a day allows ({ $most }). The next time is possible at { $until }.
card-quota-until = You can send them { $left } more of { $most } times until { $until }.
card-quota-fresh = You can send them { $left } more of { $most } times in 24 hours.
card-details-sent = The SMS is on its way to { $phone }. The page with the rest follows in the next message.
card-reissue-ask =
    <b>Re-issue card •••• { $last_four }?</b>

    You get a new number and a new code at once. At the same moment the old card is gone: it can be neither seen nor charged, and shops that know it have to be given the new one. Your money stays where it is.

    This offer is good until { $until }.
card-close-ask =
    <b>Close card •••• { $last_four } for good?</b>

    It can be neither seen nor charged any more. Your money stays in the wallet.

    This offer is good until { $until }.

limits-title = <b>Limits of card •••• { $last_four }.</b> Which one would you like to change?
limit-payment = Per payment: { $limit }
limit-payment-none = Per payment: no limit
limit-day = Per day: { $limit }
limit-day-none = Per day: no limit
limit-month = Per month: { $limit }
limit-month-none = Per month: no limit
limit-ask-payment = How much may <b>one payment</b> be at most? Type an amount, or “off”.
limit-ask-day = How much may be paid <b>in a day</b> at most? Type an amount, or “off”.
limit-ask-month = How much may be paid <b>in a month</b> at most? Type an amount, or “off”.

## The page that shows the rest of the details, opened from the chat.

card-page-title = Your card
card-page-hint = The number and the first digit of the code are in the SMS.
card-page-expires = Good until
card-page-code-end = Rest of the security code
card-page-loading = One moment…
card-page-hides = Hidden in a minute. It is shown only once.
card-page-hidden = Hidden. To see it again, choose “Send details” in the chat.
card-page-gone = There is nothing to show any more: it was seen, or its time is over. Choose “Send details” in the chat to get it anew.
card-page-refused = Please open this page with the button in the wallet's chat.
card-page-failed = That did not work. Please try again in a moment.
card-page-retry = Try again

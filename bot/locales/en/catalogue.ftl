### Whom to pay: the catalogue, and what is filled in before the offer.

button-pay-home = 💸 Pay
button-pay-more = 💸 Pay
button-favourites = ⭐ Favourites
button-all-categories = All categories
button-first-page = ‹‹ First
button-next-page = Next ›
button-my-number = My number
button-skip = Skip
button-all-i-have = All I have: { $amount }
button-discounted = { $amount }, with the discount
button-in-full = { $amount }, in full
button-open-twin = Open that payment
button-yes-again = Yes, pay again

pay-title =
    <b>What would you like to pay?</b>

    Choose, or write in one line: /pay name account amount
pay-nobody = There is nobody to pay here yet. Invoices of shops are paid as ever.
pay-category = { $icon } <b>{ $name }</b>
pay-type-number = Type the phone number, and I will find its operator. Or choose one.
pay-number-unknown = I do not know whose number { $number } is. Please choose the operator.
pay-ask = Whom are you looking for? Type a part of the name; a slip of the finger does not matter.
pay-found = This is what I found for “{ $text }”. Not that? Type something else.
pay-found-nothing = I found nobody called “{ $text }”. Type it otherwise, or look through the categories.

order-title = { $picture } <b>{ $name }</b>
order-field = { $label }: <b>{ $value }</b>
order-ask = Type now: <b>{ $label }</b>
order-hint = { $hint }
order-mask = As in: { $mask }
order-ask-amount = How much, in { $currency }? From { $least } to { $most }.
order-step = In whole steps of { $step }.
order-commission = Commission: { $terms }
order-discount = 🏷 Until { $until } it costs { $percent } % less.
order-discount-how = Type the full amount; the discount is taken off next.
order-ask-share = What is to be paid?
order-no-source = <b>{ $total } for { $name } cannot be paid now.</b>
order-choose-source = <b>{ $total } for { $name }.</b> What would you like to pay with? The best comes first.
order-stopped = Stopped. Nothing was paid, and nothing is reserved.

commission-none = none
commission-borne = none for you
commission-percent = { $percent } %
commission-tier = { $percent } % of what is above { $above }
commission-fixed = plus { $amount }
commission-minimum = at least { $amount }
commission-maximum = at most { $amount }

order-twin =
    { $state ->
        [done] ⚠️ <b>You paid this { $ago }. Again?</b>
       *[other] ⚠️ <b>You sent this { $ago }, and it is still on its way. Again?</b>
    }
order-twin-facts =
    { $picture } { $name }, { $account }
    { $at }: <b>{ $amount }</b>
order-twin-ask = Nothing is paid unless you say so.
ago-minutes =
    { $count ->
        [0] just now
        [one] a minute ago
       *[other] { $count } minutes ago
    }
ago-hours =
    { $count ->
        [one] an hour ago
       *[other] { $count } hours ago
    }

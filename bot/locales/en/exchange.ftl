### Exchange between own accounts.

button-exchange = 💱 Exchange
button-exchange-from = From { $available }
button-exchange-get = I say how much I get
button-exchange-give = I say how much I give
button-exchange-turn = ⇄ { $gives } → { $gets }

exchange-from =
    <b>Exchange</b>

    Which money do you give?
exchange-into = You give { $currency }. What do you want to get?
exchange-nothing = There is nothing to exchange: your accounts are empty. Top up first.
exchange-usage =
    I could not read that. Write, for example:
    /exchange 1000 rub usd — give 1000 roubles
    /exchange rub 20 usd — get 20 dollars for roubles
exchange-ask-gives =
    <b>{ $gives } → { $gets }</b>

    How many { $gives } do you give? Type the amount. Available: { $available }
exchange-ask-gets =
    <b>{ $gives } → { $gets }</b>

    How many { $gets } do you want to get? Type the amount. Available: { $available }

exchange-rate = Rate: 1 { $unit } = { $rate } { $counter }
exchange-rate-of = Of { $day }, from: { $source }
exchange-fee = Fee: { $fee }, part of what you give
exchange-no-fee = Fee: none
exchange-source-cbr = Bank of Russia
exchange-source-ecb = European Central Bank
exchange-source-operator = this wallet's operator

exchange-offer =
    <b>Please check</b>

    You give: <b>{ $gives }</b>
    You get: <b>{ $gets }</b>
    { $terms }
    Balance afterwards: { $after }

    Good until { $until }: the rate is kept until then. Nothing is exchanged before you confirm.
exchange-code =
    { $gives } for <b>{ $gets }</b>: the money is reserved, and the rate is kept.

    A code was sent to <b>{ $phone }</b>. Type it here to exchange; it is good for 5 minutes.
exchange-receipt =
    ✅ <b>Exchanged</b>

    You gave: <b>{ $gives }</b>
    You got: <b>{ $gets }</b>
    { $terms }
    Number: { $number }
exchange-cancelled = This exchange was cancelled. Nothing was exchanged, and nothing is reserved for it.

operator-position =
    💱 Exchange position: <b>{ $position }</b>, may go { $least ->
        [any] as far below zero as it likes (no limit is set)
       *[other] down to { $least }
    } and { $most ->
        [any] as far above as it likes (no limit is set)
       *[other] up to { $most }
    }

### Links: shops that may charge the wallet without asking.

button-links = 🔁 All of them
button-link-end = Let it charge no more
button-link-end-now = Yes, end it
button-link-keep = ‹ Leave it so
button-link-open = What it may, and ending it
button-link-receipt = Receipt

links-title = <b>These shops may charge your wallet without asking.</b> You agreed when you paid them; open one to see more or to end it.
links-none = No shop may charge your wallet without asking. One may only after you paid an invoice that says so.
link-line = { $payee } · since { $since }
link-page =
    🔁 <b>{ $payee }</b>
    You agreed: { $since }
    Charged last: { $used }
    From: { $source }
link-never = never yet
link-means = This shop may charge your wallet without asking. A charge never goes beyond your limits and your balance, and I tell you of each. While the wallet is locked nothing is charged.
link-ended = <b>Ended on { $at }.</b> This shop charges no more. What it charged before stays paid: ask the shop if you want it back.
link-ask-end =
    <b>End it for { $payee }?</b>

    The shop can charge you no more, from now on. What you get there for it may end too, and a contract with the shop does not end by this: ask the shop. To begin anew you pay an invoice that agrees to it.
link-source-account = { $currency } account
link-source-card = card •••• { $last_four }
link-source-gone = a card that is closed, so nothing can be charged
link-nothing-said = not said

notice-charge =
    🔁 <b>{ $payee }</b> charged <b>{ $amount }</b>
    For: { $description }
    You let this shop charge without asking. If you do not want that any more, end it below.

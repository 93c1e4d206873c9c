### A shop's own people: what it has, its invoices, keys and notifications.

button-merchant-shop = ‹ The shop
button-merchant-others = Other shops
button-merchant-invoices = 🧾 Invoices
button-merchant-invoice = ‹ The invoice
button-merchant-new-invoice = ➕ New invoice
button-merchant-refund = ↩️ Give back
button-merchant-refund-all = All of it: { $amount }
button-merchant-refund-ok = ↩️ Yes, give it back
button-merchant-keys = 🔑 Keys
button-merchant-deliveries = 📨 Notifications

merchant-none =
    You are not among the people of any shop here. If you have a shop, ask the wallet's operator to add you by the number of your Telegram account: { $id }
merchant-choose = <b>Which shop?</b>
merchant-title =
    { $role ->
        [owner] 🏪 <b>{ $name }</b> · you are the owner
        [manager] 🏪 <b>{ $name }</b> · you are a manager
       *[viewer] 🏪 <b>{ $name }</b> · you may look
    }
merchant-disabled = ⛔️ The operator has disabled this shop: it takes no payments.
merchant-balance = <b>Balance</b>
merchant-available = • <b>{ $amount }</b> available
merchant-reserved = • { $amount } in reserve: promised, given to you later
merchant-in-payout = • { $amount } on its way to your bank
merchant-today = <b>Today</b>
merchant-today-nothing = Nothing was paid yet.
merchant-day-paid =
    { $count ->
        [one] • One payment, <b>{ $amount }</b>
       *[other] • { $count } payments, <b>{ $amount }</b>
    }
merchant-day-fees = • Fees: { $amount }
merchant-day-refunded =
    { $count ->
        [one] • One refund, { $amount }
       *[other] • { $count } refunds, { $amount }
    }

merchant-invoices = <b>Invoices of { $name }</b>, newest first:
merchant-invoices-none = <b>{ $name }</b> has no invoices here.
merchant-invoice-line =
    { $state ->
        [waiting] ⏳ { $amount } — { $name }
        [authorised] 🔒 { $amount } — { $name }
        [paid] ✅ { $amount } — { $name }
        [refunded] ↩️ { $amount } — { $name }
        [refunded_in_part] ↩️ { $amount } — { $name }
       *[other] ✖️ { $amount } — { $name }
    }
merchant-invoice =
    { $state ->
        [waiting] 🧾 <b>{ $amount }</b> · waits to be paid
        [authorised] 🧾 <b>{ $amount }</b> · held for the shop to take
        [paid] 🧾 <b>{ $amount }</b> · paid
        [refunded] 🧾 <b>{ $amount }</b> · given back
        [refunded_in_part] 🧾 <b>{ $amount }</b> · given back in part
        [expired] 🧾 <b>{ $amount }</b> · expired
       *[other] 🧾 <b>{ $amount }</b> · refused
    }
merchant-invoice-test = 🧪 A test: no money moves.
merchant-invoice-reference = Your number: { $reference }
merchant-invoice-description = For: { $description }
merchant-invoice-payer = To: { $phone }
merchant-invoice-issued = Issued: { $at }
merchant-invoice-paid = Paid: { $at }
merchant-invoice-refunded = Given back: { $amount }
merchant-invoice-until = To be paid by { $until }. Give the payer one of these links:
merchant-ask-invoice =
    <b>How much, and what for?</b> In one line, such as: 1500 Coffee beans

    The amount is in { $currency }; write another currency after it: 15 USD Coffee beans. Whoever has the link can pay it.
merchant-ask-refund =
    <b>How much to give back?</b> { $amount } was paid, { $left } can still be given back.

    Choose all of it, or type an amount.
merchant-confirm-refund =
    <b>Give back { $amount }?</b>

    Of: { $paid }, { $name }
    Afterwards { $after } of it can still be given back.

    It goes to whoever paid, at once, from the shop's balance. It cannot be taken back.
merchant-refunded = ✅ <b>{ $amount }</b> was given back.

button-key-new = ➕ New pair
button-key-revoke = Take it back
button-key-revoke-now = Yes, take it back
button-key-hide = 🙈 Hide it now
keys-title = <b>Key pairs that are good</b>, oldest first. Open one to see its public key or to take it back.
keys-none = There is no key pair that is good: the shop's software cannot reach the wallet.
key-line = { $name } · { $at }
key-page =
    🔑 <b>{ $name }</b>
    Made: { $at }
    Public key: { $public }
key-notifies = Signs notifications to { $url }
key-ask-name = <b>What shall the pair be called?</b> Such as the software that will use it.
key-fresh =
    🔑 <b>{ $name }</b>

    Public key: { $public }

    Secret key: { $secret }

    The secret key is shown this once. Copy it into your shop's settings, then hide this message: it went through Telegram's servers, and whoever opens this chat can read it.
key-hidden = The keys are hidden. Nobody can read the secret key again; make a new pair if you did not copy it.
key-ask-revoke =
    <b>Take “{ $name }” back?</b>

    Whatever uses its keys cannot reach the wallet any more, from now on. It does not come back.
key-revoked = “{ $name }” was taken back.

button-delivery-test = 🧪 Send a test
button-delivery-resend = Send № { $number } again
deliveries-title = 📨 <b>What your shop was told</b>
deliveries-failed =
    { $count ->
        [one] ⚠️ <b>One message</b> did not get through, and is not tried any more:
       *[other] ⚠️ <b>{ $count } messages</b> did not get through, and are not tried any more. The newest:
    }
deliveries-newest = <b>The newest attempts:</b>
deliveries-none = Nothing was sent yet.
deliveries-tested = 🧪 <b>A test was sent.</b> It names no order. What your shop said:
delivery-failed = • { $kind }, { $at }: { $why }
delivery-line =
    { $outcome ->
        [delivered] ✅ { $kind }, { $at }: { $status }
        [again] 🔁 { $kind }, { $at }: { $status } { $detail }
       *[other] ⚠️ { $kind }, { $at }: { $status } { $detail }
    }
delivery-answer = It said: { $answer }
delivery-resent = It is sent again now.

button-op-shops = Shops
op-shops-title = <b>Shops</b>, by name:
op-shops-none = There are no shops. Add one with `purser merchant add`.
op-shop-line =
    { $state ->
        [disabled] ⛔️ { $name }
       *[active] { $name }
    }
op-shop =
    🏪 <b>{ $name }</b>
    { $id }
    { $currency }, { $state ->
        [disabled] disabled
       *[active] active
    }
op-shop-people =
    { $count ->
        [0] No people. Add them with `purser merchant people`.
       *[other] People:
    }
op-shop-person =
    { $role ->
        [owner] • { $id }, owner
        [manager] • { $id }, manager
       *[viewer] • { $id }, viewer
    }

### Messages that come by themselves.

notice-invoice =
    🧾 <b>{ $payee }</b> asks you to pay <b>{ $amount }</b>
    For: { $description }
    To be paid by { $until }
notice-topup =
    ➕ <b>{ $amount }</b> came to your wallet
    { $terminal }, receipt { $receipt }
notice-refund =
    ↩️ <b>{ $payee }</b> gave back <b>{ $amount }</b>
    It came to your { $currency } account.
notice-hold-captured =
    ✅ <b>{ $payee }</b> took <b>{ $amount }</b> that was held for it
    For: { $description }
notice-hold-released =
    ↩️ <b>{ $amount }</b> that was held for <b>{ $payee }</b> is free again
    Nothing was paid. For: { $description }
notice-correction =
    <b>{ $amount }</b> came to your wallet from its operator
    Why: { $reason }
notice-card =
    💳 <b>Card •••• { $last_four }</b>
    The number and the first digit of the security code are in the SMS to { $phone }. The rest is on the page below: it is shown once, within 10 minutes.
notice-card-no-page =
    💳 <b>Card •••• { $last_four }</b>
    The number and the first digit of the security code are in the SMS to { $phone }. The page with the rest is not set up here: ask the wallet's operator.

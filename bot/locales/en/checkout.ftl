### A shop's page has asked for the holder.

button-not-me = It was not me

notice-checkout =
    🛒 Somebody gave your number on the page of <b>{ $payee }</b> to pay <b>{ $amount }</b>
    For: { $description }
    Is it you? Press Pay. If not, nothing is paid.
checkout-not-me = Nothing was paid. For a day nobody can ask you like that. Codes that come by SMS: tell them to nobody.

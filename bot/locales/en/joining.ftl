### Joining: greeting, contact, code.

button-share-contact = 📱 Share my phone number
button-other-number = Other number

join-greeting =
    <b>Welcome!</b> This is a wallet inside Telegram: it keeps your money, pays shops' invoices, phone, games, bills and fines, and has a card of its own.

    To open it, share your phone number with the button below. I will send a code to it by SMS.
join-for-invoice = You came to pay an invoice. You need a wallet for that; it takes a minute, and I will bring you back to the invoice.
join-contact-taken = Thank you. The number is yours only once you enter the code.
join-code =
    A code was sent to <b>{ $phone }</b>. Type it here; it is good for 5 minutes.

    I will take it out of the chat. Nobody else should ever ask you for it.
join-welcome = 🎉 <b>Your wallet is open.</b> A card came with it: its details are on their way to you.
join-unreachable =
    The code could not be delivered: that number takes no SMS. No wallet was opened.

    Check that the phone is on and has a signal, then share the number again.

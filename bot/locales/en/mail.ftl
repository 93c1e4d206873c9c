### Mail, and the page that its link opens.

mail-confirm-subject = Confirm your address for the wallet
mail-confirm-text =
    Somebody, we hope you, gave this address for a wallet in Telegram.

    To confirm it, open this link and press the button there:

    { $link }

    The link is good for { $hours } hours and once. If it was not you, do nothing: without the button nothing happens. We never ask for passwords, codes or card numbers.

email-page-title = Your wallet's e-mail address
email-page-ask = Press the button to confirm that this address is yours. It raises the limits of the wallet that asked for it.
email-page-button = Confirm the address
email-page-done = The address is confirmed. The wallet's chat shows your new limits; you can close this page.
email-page-email-link-unknown = We have sent no such link. Open it from the mail itself, or ask for a new one in the wallet's chat: /limits
email-page-email-link-expired = This link is too old. Ask for a new one in the wallet's chat: /limits
email-page-email-link-replaced = This link does not count any more: a newer mail was sent, or the address was deleted. Open the newest mail, or ask for a new one in the chat: /limits
email-page-email-taken = This address confirms another wallet already. Give another address in the wallet's chat: /limits
email-page-failed = That did not work just now. Nothing was changed; please open the link again in a minute.

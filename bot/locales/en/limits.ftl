### What may be spent and kept, and how to be allowed more.

button-my-limits = 📊 Limits
button-to-limits = 📊 To the limits
button-card-limits = 💳 Limits of cards
button-confirm-email = ✉️ Confirm e-mail
button-change-email = ✉️ Change e-mail
button-other-email = Another address
button-give-data = 🪪 Give personal data
button-go-on-data = 🪪 Go on with personal data
button-delete-my-data = Delete my data
button-delete-data = Delete

limits-title-of = <b>Your limits, { $currency }</b>
limits-none = Nothing is limited in this currency.
limit-rule-payment = One payment
limit-rule-day = Today
limit-rule-month = This month
limit-rule-day-count = Payments today
limit-rule-month-count = Payments this month
limit-rule-balance = Balance
limit-rule-of-kind = { $name }, { $kind ->
        [invoice] shops' invoices
        [provider] paying providers
        [exchange] exchange
        [transfer] transfers
       *[card] by card
    }
limit-line-payment =
    <b>{ $name }</b>
    at most { $limit }
limit-line =
    <b>{ $name }</b>
    { $bar } { $used } of { $limit }
    { $resets ->
        [never] room for { $left } more
       *[at] { $left } left until { $at }
    }
limits-level =
    { $level ->
        [person] 🪪 We know who you are. This is the highest level.
        [email] ✉️ Your e-mail address is confirmed.
       *[phone] 📱 We know your phone number.
    }
limits-email-confirmed = E-mail: { $address }
limits-email-awaiting = A link was sent to { $address }. Open it and press the button there.
limits-person-draft = Your personal data are not complete yet. What is left alone is deleted after a day.
limits-person-submitted = Your personal data are being checked. We shall write to you.
limits-person-approved = Your personal data were checked and are kept encrypted.
limits-person-declined = Your personal data were not accepted: { $reason }. Correct them and send them again.
limits-raise = With a confirmed e-mail address the limits are higher, and with personal data higher still.

limits-delete-ask =
    <b>Delete your e-mail address and personal data?</b>

    Your limits will fall to those of a phone number. Data that the law makes us keep after you have spent money as a known person are deleted when its time is over, and nobody looks at them until then.
limits-deleted = Deleted. Your limits are those of a phone number now.
limits-deleted-later = Your e-mail address is deleted, and your limits are those of a phone number now. The law makes us keep your personal data until { $until }; then they are deleted by themselves.

email-ask =
    <b>Your e-mail address</b>

    Type it, for example ann@example.com. We shall send a link to it, and nothing else.
email-sent =
    ✉️ A mail is on its way to <b>{ $address }</b>.

    Open the link in it and press the button there. It is good for { $hours } hours. If nothing comes, look into the spam folder, or give another address.

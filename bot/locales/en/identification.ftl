### Personal data, step by step, and how operators check them.

button-no-patronymic = I have none
button-send-data = Send for checking
button-correct-data = Correct
button-approve = Approve
button-decline = Decline
button-identifications = 🪪 Identifications

field-surname = Surname
field-given-name = Given name
field-patronymic = Patronymic
field-birth-date = Date of birth
field-document = Document
field-number = Number
field-address = Address
document-passport-ru = Russian passport
document-passport = Passport of another country, or for travel

identification-ask-surname =
    <b>Step { $step } of { $steps }: surname</b>

    Type it as in your document. What you type is taken out of the chat at once and kept encrypted; an operator checks it, nobody else sees it.
identification-ask-given-name =
    <b>Step { $step } of { $steps }: given name</b>

    As in your document.
identification-ask-patronymic =
    <b>Step { $step } of { $steps }: patronymic</b>

    If your document has one.
identification-ask-birth-date =
    <b>Step { $step } of { $steps }: date of birth</b>

    Day, month and year, as 28.02.1990.
identification-ask-document =
    <b>Step { $step } of { $steps }: document</b>

    Which one do you have?
identification-ask-number =
    <b>Step { $step } of { $steps }: its number</b>

    { $document ->
        [passport_ru] Series and number, ten digits: 4510 123456.
       *[passport] Six to nine letters and digits, as on the page with your photo.
    }
identification-ask-address =
    <b>Step { $step } of { $steps }: address</b>

    Where you live: town, street, house, at least { $minimum } characters.
identification-said = You have said: { $value }
identification-line = { $name }: <b>{ $value }</b>
identification-review =
    <b>Is all of this right?</b>

    When it is sent, an operator compares it and you are told the outcome here.
identification-correct = <b>What shall be corrected?</b>
identification-sent = ✅ Sent. An operator checks it, and we shall write to you here. From now on your data are shown to nobody else.

notice-email =
    ✉️ <b>Your address is confirmed.</b>
    Your limits are higher now: /limits
notice-identification-approved =
    🪪 <b>Your personal data are accepted.</b>
    Your limits are higher now: /limits
notice-identification-declined =
    🪪 <b>Your personal data were not accepted</b>
    Why: { $reason }
    Correct what is wrong and send them again; what was right need not be typed again.
notice-identification-waits = 🪪 Somebody's personal data wait to be checked.

review-waiting = 🪪 Personal data wait to be checked.
review-title =
    { $count ->
        [0] No personal data wait to be checked.
        [one] <b>One identification waits.</b>
       *[other] <b>{ $count } identifications wait.</b>
    }
review-line = 🪪 { $at }
review-open =
    <b>Wallet of { $phone }</b>, sent { $at }
    { $twins ->
        [0] No other wallet has this document.
        [one] ⚠️ Another wallet has the same document.
       *[other] ⚠️ { $twins } other wallets have the same document.
    }
    That you look at this is noted.
review-approved = Approved. The holder is told.
review-declined = Declined. The holder is told why.
review-ask-reason =
    <b>Why is it declined?</b>

    Type what the holder shall correct. The holder reads it; write none of the data into it.

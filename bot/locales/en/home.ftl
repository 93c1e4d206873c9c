### The home screen, the balance, help, and the buttons that many screens have.

language-name = English

button-home = 🏠 Home
button-back = ‹ Back
button-cancel = Cancel
button-confirm = ✅ Confirm
button-change = Change
button-send-again = Send again
button-older = Older ›
button-newest = ‹‹ Newest
button-help = ❔ Help
button-cards = 💳 Cards
button-history = 🕘 History
button-refunds = ↩️ Refunds
button-settings = ⚙️ Settings
button-topup = ➕ Top up
button-lock = 🔒 Lock the wallet
button-invoices =
    { $count ->
        [0] 🧾 Invoices
       *[other] 🧾 Invoices ({ $count })
    }

home-title = <b>Your wallet</b>
home-unpaid =
    { $count ->
        [one] 🧾 <b>One invoice</b> waits to be paid.
       *[other] 🧾 <b>{ $count } invoices</b> wait to be paid.
    }
home-locked = 🔒 <b>The wallet is locked.</b> Nothing can be paid until you unlock it with a code.
home-quiet = 🔕 Messages about new invoices are off. You can turn them on in Settings.

balance-title = <b>Balance</b>
balance-line = • <b>{ $available }</b>
balance-line-held = • <b>{ $available }</b> available ({ $posted } in all, { $held } reserved)
balance-total = In all, about <b>{ $total }</b>

help =
    <b>What this wallet does</b>

    /balance — what you have
    /invoices — what shops ask you to pay
    /pay — pay for games, phone, bills, fines and more
    /topup — how to bring money in, and where a receipt is
    /exchange — one currency for another, at a rate you see first
    /cards — your cards, their details and limits
    /limits — how much you may spend, and how to raise it
    /history — every payment, step by step, statements, what a month went for
    /receipt — a signed PDF of any operation
    /refunds — what came back to you
    /links — shops that may charge you without asking
    /merchant — your shop, if you have one here
    /settings — language and messages
    /lock — stop every payment at once
    /cancel — leave what you were doing

    A bill with a payment code? Send me a photo of it.

    Money never moves on one tap: you see what will happen, confirm it, and enter a code from an SMS. Nobody from the wallet will ever ask you for a code.

not-understood =
    I did not understand that. To pay an invoice or see your money, use the buttons, or /help for everything I can do.
not-yet =
    This wallet cannot do that yet. What it can do: show your balance, pay invoices, keep your cards, take cash from terminals. See /help.
cancel-nothing = There is nothing to cancel: I was not waiting for an answer.
cancel-done = Cancelled. Nothing was changed.
link-not-understood = That link leads to nothing here. Please ask for a new one where you got it.
private-only = The wallet works in your private chat with me only.
group-only = The wallet works in private only, so that nobody else sees your money. Write to me there: { $link }
button-forged = This button is not yours, or it is damaged. Nothing happened. Open /start and try again.
went-wrong = Something went wrong on our side, and I could not do that (number { $number }). Your money is as the history shows it. If it happens again, tell the operator that number.

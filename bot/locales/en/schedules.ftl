### Payments on schedule: reminders, and what the wallet pays by itself.

button-scheduled = 🔁 Scheduled
button-schedule-discount = 🔔 Remind me of the discount
button-schedule-pause = ⏸ Pause
button-schedule-resume = ▶️ Resume
button-schedule-change = Change
button-schedule-end = End
button-schedule-end-now = End it
button-schedule-stop = Stop
button-schedule-later = Tomorrow
button-schedule-skip = Skip this time
button-schedule-open = To the schedule
button-schedule-pay-for = Pay for { $day }
button-schedule-every-month = Every month
button-schedule-every-week = Every week
button-schedule-every-days = Every so many days
button-schedule-every-once = Once, on a date
button-schedule-last-day = Last day
button-schedule-amount-ask = Ask me each time
button-schedule-remind = 🔔 Only remind me
button-schedule-auto = ⚡ Pay by itself
button-schedule-before =
    { $days ->
        [0] On the day itself
        [one] A day before
       *[other] { $days } days before
    }
button-schedule-what-day = When
button-schedule-what-amount = Amount
button-schedule-what-mode = Remind or pay

schedule-list-title = <b>Scheduled payments.</b> Open one to see when it comes next and how it went.
schedule-list-none = Nothing is scheduled. Open the receipt of a payment in the history and choose “Repeat monthly”.
schedule-line =
    { $state ->
        [paused] ⏸ { $provider } · { $amount }
       *[other] { $provider } · { $amount } · { $next }
    }
schedule-no-next = no date

schedule-rule-month = every month on day { $day }
schedule-rule-month-short = every month on day { $day }, or on its last day where it is shorter
schedule-rule-month-last = every month on its last day
schedule-rule-week-1 = every Monday
schedule-rule-week-2 = every Tuesday
schedule-rule-week-3 = every Wednesday
schedule-rule-week-4 = every Thursday
schedule-rule-week-5 = every Friday
schedule-rule-week-6 = every Saturday
schedule-rule-week-7 = every Sunday
schedule-rule-days =
    { $days ->
        [one] every day
       *[other] every { $days } days
    }
schedule-rule-once = once, on { $on }

schedule-amount-asked = asked each time
schedule-source-account = your { $currency } account
schedule-source-card = card
schedule-mode-auto = The wallet pays <b>by itself</b> from { $source }: at most <b>{ $most }</b> at a time and <b>{ $month }</b> in a month. What costs more is not paid; you are asked instead.
schedule-mode-remind =
    { $days ->
        [0] You are reminded on the day itself. Nothing is paid without you.
        [one] You are reminded a day before. Nothing is paid without you.
       *[other] You are reminded { $days } days before. Nothing is paid without you.
    }
schedule-mode-discount =
    { $days ->
        [0] You are reminded on the last day of the discount. Nothing is paid without you.
        [one] You are reminded a day before the discount ends. Nothing is paid without you.
       *[other] You are reminded { $days } days before the discount ends. Nothing is paid without you.
    }

schedule-page =
    🔁 <b>{ $provider }</b>
    Account: { $account }
    Amount: <b>{ $amount }</b>
    When: { $rule }
    { $mode }
schedule-page-next = Next: <b>{ $next }</b>
schedule-page-paused = ⏸ Paused: nothing happens until you resume it. What falls due meanwhile is let be.
schedule-page-ended = It has ended.
schedule-page-past = How it went:
schedule-past-line = { $day } — { $what }
schedule-past-paid = paid
schedule-past-way = on its way
schedule-past-held = waiting for your code
schedule-past-reminded = you were reminded
schedule-past-skipped = skipped
schedule-past-paying = being paid
schedule-past-planned = put off: { $reason }
schedule-past-failed = not paid: { $reason }
schedule-past-refused = the payee did not take it

schedule-ask-every = <b>{ $provider }</b>, { $account }: how often?
schedule-ask-day-month = On which <b>day of the month</b>? Choose one, or type a number from 1 to 31. Months without that day have their last one.
schedule-ask-day-week = On which <b>day of the week</b>?
schedule-ask-day-days = Every <b>how many days</b>? Type a number from 1 to 366.
schedule-ask-day-once = On which <b>date</b>? Type it like this: { $example }
schedule-ask-amount = <b>How much</b> each time? Choose, or type an amount in { $currency }.
schedule-ask-mode = Shall the wallet <b>pay by itself</b>, or only remind you?
schedule-ask-before = <b>When</b> shall I remind you?
schedule-ask-most = How much may be paid <b>at one time</b> without asking you, with all fees? It costs { $cost } today. Choose, or type an amount in { $currency }.
schedule-ask-month = And how much <b>in one month</b> in all? Choose, or type an amount in { $currency }.
schedule-ask-change = What would you like to change?
schedule-weekday-1 = Mon
schedule-weekday-2 = Tue
schedule-weekday-3 = Wed
schedule-weekday-4 = Thu
schedule-weekday-5 = Fri
schedule-weekday-6 = Sat
schedule-weekday-7 = Sun

schedule-offer =
    <b>Please check</b>

    { $page }
schedule-offer-cost = It costs { $cost } today.
schedule-offer-until = Good until { $until }. Nothing is scheduled before you confirm.
schedule-code =
    You are about to let the wallet pay <b>{ $provider }</b> by itself, at most <b>{ $most }</b> at a time.

    A code was sent to <b>{ $phone }</b>. Type it here to allow it; it is good for 5 minutes.
schedule-made = ✅ <b>Scheduled.</b>
schedule-changed = ✅ <b>Changed.</b>
schedule-cancelled = Nothing was scheduled.
schedule-change-cancelled = Nothing was changed.
schedule-ask-end = <b>End this schedule for good?</b> Payments already on their way stay on their way.
schedule-was-ended = It has ended. Nothing more is paid or said about it.
schedule-was-skipped = Skipped. Nothing is paid for this time.
schedule-was-put-off = I will say it again { $at }.
schedule-ask-pay-amount = <b>{ $provider }</b>, { $account }: <b>how much</b> this time? Type an amount in { $currency }.
schedule-ask-reading = <b>{ $provider }</b>: { $label }? Type what it shows.
schedule-ask-reading-optional = <b>{ $provider }</b>: { $label }? Type what it shows, or “-” if you have none.

## Messages that come by themselves.

notice-schedule =
    🔔 <b>{ $provider }</b>: { $amount }
    Account: { $account }
    Due: <b>{ $due }</b>
notice-schedule-discount =
    🔔 <b>{ $provider }</b>: the discount ends <b>{ $due }</b>
    Account: { $account }
    Until then: { $amount }
notice-schedule-failed =
    ⚠️ <b>{ $provider }</b> was not paid by itself: { $reason }
    Account: { $account }
    Amount: { $amount }
    Due: { $due }
notice-schedule-put-off =
    ⏳ <b>{ $provider }</b> could not be paid yet: { $reason }
    Account: { $account }
    Amount: { $amount }
    I will try again { $next }.
notice-schedule-skipped =
    🔒 <b>{ $provider }</b> was skipped: { $reason }
    Account: { $account }
    Amount: { $amount }
    Due: { $due }
notice-schedule-missed =
    ⚠️ <b>{ $provider }</b> was not paid while the wallet stood still
    Account: { $account }
    Amount: { $amount }
    It fell due: { $days }
    Nothing of it is paid by itself. Pay what is still wanted:

schedule-reason-insufficient-funds = there is not enough money
schedule-reason-wallet-locked = the wallet is locked
schedule-reason-allowance = it costs more than you have allowed
schedule-reason-month-spent = it would be more than you have allowed for a month
schedule-reason-provider-closed = the payee takes no payments at this hour
schedule-reason-provider-not-found = the payee cannot be paid here any more
schedule-reason-provider-down = the payee does not answer
schedule-reason-provider-silent = the payee does not answer
schedule-reason-provider-refused = the payee did not take it
schedule-reason-account-refused = the payee does not know this account or does not take it now
schedule-reason-account-field = the payee wants the account written in another way now
schedule-reason-amount-below-minimum = the payee takes no amount so small any more
schedule-reason-amount-above-maximum = the payee takes no amount so large any more
schedule-reason-source-unknown = the account or card it was paid from is gone
schedule-reason-card-frozen = the card is frozen
schedule-reason-card-limit = it would pass a limit of the card
schedule-reason-limit-exceeded = it would pass a limit of your wallet
schedule-reason-rate-missing = there is no exchange rate for it
schedule-reason-rate-stale = the exchange rate is too old
schedule-reason-missed = the wallet stood still at that time
schedule-reason-paused = it was paused
schedule-reason-other = it was refused

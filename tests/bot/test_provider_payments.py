"""From the offer to the receipt: the code, the truth on the way, the history."""

from dataclasses import replace

from purser.services import Services
from services.connections import Answer, Outcome
from services.money import RUB, Money
from tests.bot.conftest import Outside
from tests.catalogue import STEAM, Billing, stock
from tests.conftest import TestClock
from tests.telegram import Phone, names

LINE = "/pay steam mylogin 500"
NO_ANSWER = Answer(Outcome.UNKNOWN, "timeout")


async def to_code(phone: Phone, line: str = LINE) -> None:
    """From one line to the question for the code."""
    await phone.say(line)
    await phone.press("Confirm")


async def paid(phone: Phone, outside: Outside, line: str = LINE) -> None:
    """From one line to the provider's answer."""
    await to_code(phone, line)
    await phone.say(await outside.code())
    await outside.settle()


async def test_receipt_follows_by_itself(shopper: Phone, outside: Outside) -> None:
    """On its way at first; when the provider has credited, a message is the receipt."""
    await to_code(shopper)
    await shopper.say(await outside.code())
    assert "On its way" in shopper.text
    assert "is being asked to credit it" in shopper.text

    await outside.settle()

    for stated in (
        "✅ <b>Paid</b>",
        "To: 🎮 <b>Steam</b>",
        "Login: <b>mylogin</b>",
        "Commission: RUB 15.00",
        "Total: <b>RUB 515.00</b>",
        "Number at the payee: <code>P",
    ):
        assert stated in shopper.text
    assert shopper.labels() == [
        "🔁 Again",
        "⭐ Save",
        "📅 Repeat monthly",
        "📄 PDF",
        "🕘 History",
        "🏠 Home",
    ]


async def test_refresh_turns_the_screen_into_the_receipt(shopper: Phone, outside: Outside) -> None:
    await to_code(shopper)
    await shopper.say(await outside.code())
    refresh = shopper.data_of("Refresh")
    await outside.settle()

    await shopper.press_data(*refresh)

    assert "✅ <b>Paid</b>" in shopper.shown[refresh[1]]


async def test_refresh_without_news_leaves_the_screen(shopper: Phone, outside: Outside) -> None:
    await to_code(shopper)
    await shopper.say(await outside.code())
    before = shopper.shown

    await shopper.press("Refresh")

    assert shopper.shown == before


async def test_owner_of_the_account_is_shown_masked(shopper: Phone, billing: Billing) -> None:
    """Enough to notice a slip, not to learn a name."""
    billing.payee = "Пётр Иванов"

    await shopper.say(LINE)

    assert "Account's owner: П*** И." in shopper.text


async def test_sms_names_the_payee_and_what_it_costs(shopper: Phone, outside: Outside) -> None:
    await to_code(shopper)
    await outside.settle()

    _, text = outside.sms[-1]
    assert "Steam" in text
    assert "515.00" in text


async def test_sms_names_the_payee_as_the_chat_does(shopper: Phone, outside: Outside) -> None:
    """Another name than the one that was chosen would look like a fraud."""
    await shopper.say("/settings")
    await shopper.press("Русский")
    await shopper.say(LINE)
    assert "Стим" in shopper.text

    await shopper.press("Подтвердить")
    await outside.settle()

    assert "Стим" in outside.sms[-1][1]


async def test_unanswered_payment_tells_the_truth(
    shopper: Phone, outside: Outside, billing: Billing, clock: TestClock
) -> None:
    """Not confirmed, nothing lost, asked again at a time; then it is confirmed."""
    billing.pays.append(NO_ANSWER)
    await to_code(shopper)
    await shopper.say(await outside.code())

    await outside.settle()

    assert "has not confirmed yet. Nothing is lost: RUB 515.00 stays reserved" in shopper.text
    assert "we ask again at 9:0" in shopper.text
    assert "Why: no answer in time" in shopper.text
    await shopper.say("/balance")
    assert "RUB 1,485.00</b> available" in shopper.text
    clock.advance(minutes=1)
    await outside.settle()
    assert "✅ <b>Paid</b>" in shopper.text


async def test_unknown_after_a_day_stays_reserved(
    shopper: Phone, outside: Outside, billing: Billing, clock: TestClock
) -> None:
    """Neither paid nor given back: it waits for the provider's list."""
    billing.pays.extend([NO_ANSWER] * 100)
    await to_code(shopper)
    await shopper.say(await outside.code())
    for _ in range(40):
        await outside.settle()
        clock.advance(minutes=61)

    await outside.settle()

    assert "has not said in 24 hours" in shopper.text
    assert "Do not pay a second time" in shopper.text
    await shopper.say("/balance")
    assert "RUB 1,485.00</b> available" in shopper.text
    await shopper.say("/history")
    await shopper.press("Steam")
    assert "the payee has not said yet" in shopper.text
    await shopper.press("Where it is")
    assert "has not said in 24 hours" in shopper.text


async def test_refusal_gives_the_money_back_and_says_why(
    shopper: Phone, outside: Outside, billing: Billing
) -> None:
    billing.pays.append(Answer(Outcome.REFUSED, "account_inactive", code="79"))

    await paid(shopper, outside)

    assert "✖ <b>Not paid</b>" in shopper.text
    assert "RUB 515.00 is free again, in full" in shopper.text
    assert "Why: the account is not active" in shopper.text
    await shopper.press("Try again")
    assert "How much" in shopper.text
    await shopper.say("/balance")
    assert "• <b>RUB 2,000.00</b>" in shopper.text


async def test_reason_without_words_shows_the_code(
    shopper: Phone, outside: Outside, billing: Billing
) -> None:
    """A provider's own code is better than nothing: its support knows it."""
    billing.pays.append(Answer(Outcome.REFUSED, "a_new_reason", code="4711"))

    await paid(shopper, outside)

    assert "The payee's code: 4711" in shopper.text


async def test_cancel_frees_the_money(shopper: Phone) -> None:
    """From the offer and from the question for the code, by button and by command."""
    await shopper.say(LINE)
    await shopper.press("Cancel")
    assert "was cancelled" in shopper.text
    await to_code(shopper)
    await shopper.press("Cancel")
    assert "was cancelled" in shopper.text

    await to_code(shopper, "/pay steam mylogin 700")
    await shopper.say("/cancel")
    assert "was cancelled" in shopper.text

    await shopper.say("/balance")
    assert "• <b>RUB 2,000.00</b>" in shopper.text


async def test_wrong_code_asks_again_and_another_can_be_sent(
    shopper: Phone, outside: Outside, clock: TestClock
) -> None:
    await to_code(shopper)
    await shopper.say("000000")
    assert "not the code" in shopper.text
    assert "RUB 515.00 for <b>Steam</b> is reserved" in shopper.text
    clock.advance(minutes=1)
    await shopper.press("Send again")

    await shopper.say(await outside.code())

    assert "On its way" in shopper.text


async def test_redelivered_code_pays_once(
    shopper: Phone, outside: Outside, billing: Billing
) -> None:
    await to_code(shopper)
    await shopper.say(await outside.code())
    await shopper.redeliver()

    await outside.settle()

    assert len(billing.credited) == 1


async def test_again_from_the_receipt_and_the_history(
    shopper: Phone, outside: Outside, clock: TestClock
) -> None:
    """The account is filled in; the amount of last time is the first button."""
    await paid(shopper, outside)
    clock.advance(hours=30)
    await shopper.press("Again")
    assert "Login: <b>mylogin</b>" in shopper.text
    await shopper.press("RUB 500.00")
    assert "✅ Confirm" in shopper.labels()

    await shopper.say("/history")
    await shopper.press("Steam")
    assert "the payee credited it" in shopper.text
    await shopper.press("Receipt")
    await shopper.press("Again")

    assert "How much" in shopper.text


async def test_again_asks_for_the_meter_anew(shopper: Phone, outside: Outside) -> None:
    """A reading of last month would be a lie."""
    await shopper.say("/pay city light 1234567890 300")
    await shopper.say("100")
    await shopper.press("Skip")
    await shopper.press("Confirm")
    await shopper.say(await outside.code())
    await outside.settle()

    await shopper.press("Again")

    assert "Type now: <b>Meter, by day</b>" in shopper.text


async def test_history_names_every_answer(
    shopper: Phone, outside: Outside, billing: Billing, clock: TestClock
) -> None:
    billing.pays.append(Answer(Outcome.LATER, "busy", code="1"))
    await paid(shopper, outside)
    clock.advance(minutes=1)
    await outside.settle()

    await shopper.say("/history")
    await shopper.press("Steam")

    for stated in (
        "money reserved, code sent",
        "confirmed; the payee is asked",
        "the payee was asked — the payee is busy",
        "the payee credited it",
    ):
        assert stated in shopper.text


async def test_history_marks_what_is_on_its_way(
    shopper: Phone, outside: Outside, billing: Billing
) -> None:
    """A line without a mark reads as paid."""
    billing.pays.append(Answer(Outcome.LATER, "busy", code="1"))
    await paid(shopper, outside)

    await shopper.say("/history")

    assert "⏳ Nov 24, 2026 · <b>-RUB 515.00</b> · Steam" in shopper.text
    assert any(each.startswith("⏳") for each in shopper.labels())


async def test_code_can_be_entered_from_the_history(shopper: Phone, outside: Outside) -> None:
    """Whoever has lost the screen finds the question again."""
    await to_code(shopper)
    code = await outside.code()
    await shopper.say("/topup")
    await shopper.say("/history")
    await shopper.press("Steam")
    await shopper.press("Enter the code")
    assert "RUB 515.00 for <b>Steam</b> is reserved" in shopper.text

    await shopper.say(code)

    assert "On its way" in shopper.text


async def test_history_lists_by_kind(shopper: Phone, outside: Outside) -> None:
    """Payments to services have a filter of their own."""
    await paid(shopper, outside)
    await shopper.say("/history")
    for kind in ("All kinds", "Payments", "Top-ups", "Refunds", "Corrections", "Exchanges"):
        await shopper.press(kind)

    assert "Services" in shopper.labels()
    assert "Steam" in shopper.text
    assert "gift" not in shopper.text


async def test_expired_offer_says_so(shopper: Phone, clock: TestClock) -> None:
    await shopper.say(LINE)
    clock.advance(minutes=16)

    await shopper.press("Confirm")

    assert "waited too long" in shopper.alert


async def test_terms_changed_before_confirm(shopper: Phone, services: Services) -> None:
    """Nothing is paid under terms that the offer did not state."""
    await shopper.say(LINE)
    await stock(services, replace(STEAM, minimum=Money(60_00, RUB)))

    await shopper.press("Confirm")

    assert "terms of this payee have changed" in shopper.alert
    assert len(shopper.labels()) == 1


async def test_provider_down_between_offer_and_confirm(
    shopper: Phone, outside: Outside, billing: Billing
) -> None:
    """Said before money is held, and when to try again."""
    await shopper.say(LINE)
    confirm = shopper.data_of("Confirm")
    billing.is_silent = True
    for number in range(6):
        await shopper.say(f"/pay steam other{number} 500")

    await shopper.press_data(*confirm)

    assert "does not answer at the moment" in shopper.alert
    await shopper.say("/balance")
    assert "• <b>RUB 2,000.00</b>" in shopper.text


async def test_lock_in_mid_payment(shopper: Phone, outside: Outside) -> None:
    """The right code after /lock pays nothing and says why."""
    await to_code(shopper)
    code = await outside.code()
    await shopper.say("/lock")

    await shopper.say(code)

    assert "Unlock it with /lock" in str(shopper.shown)


async def test_every_step_costs_two_calls(shopper: Phone, outside: Outside) -> None:
    """From one line to the receipt: one screen, and the message that tells of the end."""
    before = len(shopper.telegram.requests)

    await paid(shopper, outside)

    assert names(shopper.telegram.requests[before:]) == [
        "sendMessage",
        "answerCallbackQuery",
        "editMessageText",
        "deleteMessage",
        "editMessageText",
        "sendMessage",
    ]

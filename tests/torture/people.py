"""People at their phones: they join, pay what a shop asks, and press again when nothing comes.

A person does what the screen offers and knows nothing else; what is acknowledged to a
person is what the screen says.
"""

import asyncio
import re
import time
from collections.abc import Callable
from dataclasses import dataclass

from sandbox.people import Person
from sandbox.telegram.chats import Message
from tests.torture.bot_api import RECEIPT
from tests.torture.outside import Outside
from tests.torture.records import Sale

REACTION_SECONDS = 0.4
"""Nobody presses sooner than that; what came meanwhile is seen too."""

IMPATIENT_SECONDS = 6
"""After that without an answer the same is done again."""

PATIENT = 4
"""After so many vain waits for a code, or tries of one, a person asks for another."""

TIRED = 2
"""After so many vain repeats a person begins afresh."""

JOIN_SECONDS_MAX = 120
PAY_SECONDS_MAX = 60
DOUBLE_TAP_SHARE = 0.15
_SPACES = str.maketrans({"\u00a0": " ", "\u202f": " ", "\u2068": None, "\u2069": None})
_CODE = re.compile(r"(\d{6}) (is your code|pays)")
_RECEIPT = re.compile(r"Number: ([0-9a-f]{32})")
_BALANCE = re.compile(r"RUB ?([\d,]+)\.(\d\d)( available)?")


@dataclass(frozen=True, slots=True)
class Move:
    """What to do next; *key* is the same as long as it would be a mere repeat."""

    key: tuple[object, ...]
    act: Callable[[], object]


WAIT = Move(("wait",), lambda: None)


class Somebody:
    """One person with a phone."""

    def __init__(self, outside: Outside, person: Person) -> None:
        self.person = person
        self._outside = outside
        self._phone = outside.phone(person)
        self._chat = outside.telegram.chat(person)
        self._since = 0
        """Screens from before are not looked at any more."""

    async def join(self) -> bool:
        """Open the wallet, or give up after a while."""
        return await self._pursue(self._next_to_join, JOIN_SECONDS_MAX)

    async def pay(self, sale: Sale, seconds: float = PAY_SECONDS_MAX) -> bool:
        """See *sale* through to its receipt; False where there came none."""
        since = self._outside.changes.version
        sale.is_tried = True
        return await self._pursue(lambda vain: self._next_to_pay(sale, since, vain), seconds)

    async def balance(self, seconds: float = PAY_SECONDS_MAX) -> str | None:
        """What `/balance` says after "Balance", or None where it says nothing."""
        since = self._outside.changes.version
        found: list[str] = []

        def choose(_: int) -> Move | None:
            found.extend(text for text in self._texts(since) if text.startswith("Balance"))
            return None if found else Move(("balance",), lambda: self._phone.say("/balance"))

        await self._pursue(choose, seconds)
        return found[0] if found else None

    def transcript(self) -> str:
        """The chat as it is on the screen, oldest message first."""
        lines = [f"== {self.person.phone}"]
        for each in self._chat.messages.values():
            who = "bot" if each.is_from_bot else "me"
            lines.append(f"[{each.id} v{each.version} {each.at:%T}] {who}: {plain(each.text)}")
        lines += [
            f"SMS {sms.at:%T}: {plain(sms.text)}" for sms in self._outside.sms.inbox(self.person)
        ]
        return "\n".join(lines)

    def look_for_receipt(self, sale: Sale, since: int = 0) -> bool:
        """Whether a receipt of *sale* was on the screen, even if something else is there now."""
        for version, shown in reversed(self._outside.bot_api.shown[self.person.id]):
            if version <= since:
                break
            text = plain(shown)
            number = _RECEIPT.search(text)
            if text.startswith(RECEIPT) and f"For: {sale.order}\n" in text and number:
                sale.receipts.setdefault(self.person.phone, set()).add(number[1])
                return True
        return False

    def _next_to_join(self, vain: int) -> Move | None:
        newest = self._newest(self._since, bool)
        if any("Your wallet" in text for text in self._texts(0)):
            return None
        if newest is None or vain >= TIRED:
            return (
                Move(("start", vain), self._afresh("/start")) if vain or not self._since else WAIT
            )
        if newest.text.startswith("Thank you"):
            return WAIT
        if "A code was sent" not in newest.text:
            return Move(("contact", newest.id), self._phone.share_contact)
        code = self._code("is your code", vain)
        return WAIT if code is None else Move(("code", newest.id), lambda: self._phone.say(code))

    def _next_to_pay(self, sale: Sale, since: int, vain: int) -> Move | None:
        if self.look_for_receipt(sale, since) or self._is_hopeless(sale, since):
            return None
        screen = self._newest(max(since, self._since), lambda text: self._is_about(sale, text))
        link = Move(("link", vain), self._afresh(f"/start bill_{sale.invoice}"))
        if screen is None:
            return link if vain or (sale.phone is None and self._since <= since) else WAIT
        if "Type it here to pay" in screen.text:
            words = f"pays RUB {sale.price} "
            return None if sale.is_left else self._type_code(words, screen, vain)
        if vain >= TIRED:
            return link
        for label in ("Confirm", "Pay"):
            pressed = self._press(screen, label)
            if pressed is not None:
                return pressed
        return WAIT

    def _press(self, screen: Message, label: str) -> Move | None:
        """A tap on the button of that *label*, if there is one."""
        place = _button(screen, label)
        if place is None:
            return None
        return Move((label, screen.id, screen.version), self._tap(screen, place))

    def _afresh(self, text: str) -> Callable[[], None]:
        """Say *text*, and look only at what comes after it."""

        def act() -> None:
            self._phone.say(text)
            self._since = self._outside.changes.version

        return act

    def _type_code(self, words: str, screen: Message, vain: int) -> Move:
        """The code of the message that says *words*, or another one where it does not help."""
        code = self._code(words, vain)
        again = self._press(screen, "Send again")
        if again is not None and (vain >= PATIENT or "is void" in screen.text):
            return again
        if code is None:
            return WAIT
        return Move(("code", screen.id), lambda: self._phone.say(code))

    def _tap(self, screen: Message, place: tuple[int, int]) -> Callable[[], None]:
        times = 2 if self._outside.random.random() < DOUBLE_TAP_SHARE else 1

        def act() -> None:
            for _ in range(times):
                self._phone.press(screen.id, *place)

        return act

    def _is_hopeless(self, sale: Sale, since: int) -> bool:
        """Whether the wallet said that this can't be paid by this person any more."""
        words = [text for text in self._texts(since) if not text.startswith("✅")]
        words += [toast.text for toast in self._chat.toasts if toast.version > since]
        if any("not possible now" in text and sale.price in text for text in words):
            return True
        over = [text for text in words if f"For: {sale.order}\n" in text]
        lost = sale.phone is None and (
            any("is paid already" in text for text in words)
            or any("State: paid" in text for text in over)
        )
        return lost or (sale.is_taken_back and any("taken back" in text for text in words))

    def _is_about(self, sale: Sale, text: str) -> bool:
        is_code = "Type it here to pay" in text and f"RUB {sale.price} for" in text
        return is_code or f"For: {sale.order}\n" in text

    def _newest(self, since: int, fits: Callable[[str], bool]) -> Message | None:
        found = [
            each
            for each in self._chat.messages.values()
            if each.is_from_bot and each.version > since and fits(plain(each.text))
        ]
        return max(found, key=lambda each: each.version, default=None)

    def _texts(self, since: int) -> list[str]:
        return [
            plain(each.text)
            for each in self._chat.messages.values()
            if each.is_from_bot and each.version > since
        ]

    def _code(self, words: str, vain: int) -> str | None:
        """The newest code, or an older one where that did not help: an SMS may come late."""
        texts = [plain(sms.text) for sms in self._outside.sms.inbox(self.person)]
        found = [_CODE.match(text) for text in reversed(texts) if words in text]
        codes = list(dict.fromkeys(code[1] for code in found if code))
        return codes[vain % len(codes)] if codes else None

    async def _pursue(self, choose: Callable[[int], Move | None], seconds: float) -> bool:
        """Do what *choose* says until it says nothing; True where that came in time.

        *choose* is told how often the same was done in vain.
        """
        deadline = time.monotonic() + seconds
        last: tuple[object, ...] = ()
        acted_at, vain = time.monotonic(), 0
        while time.monotonic() < deadline:
            move = choose(vain)
            if move is not None and move.key == last:
                if time.monotonic() - acted_at < IMPATIENT_SECONDS:
                    await self._something_happens()
                    continue
                vain += 1
                move = choose(vain)
            if move is None:
                return True
            vain = vain if move.key == last else 0
            move.act()
            last, acted_at = move.key, time.monotonic()
        return False

    async def _something_happens(self) -> None:
        changes = self._outside.changes
        topics = (f"chat:{self.person.id}", f"sms:{self.person.id}")
        await changes.wait(changes.version, timeout_seconds=1, topics=topics)
        await asyncio.sleep(REACTION_SECONDS)


def money_of(text: str) -> tuple[int, bool]:
    """Roubles in minor units that a balance shows, and whether some are reserved."""
    found = _BALANCE.search(text)
    if found is None:
        raise ValueError(f"no roubles in {text!r}")
    return int(found[1].replace(",", "") + found[2]), found[3] is not None


def plain(text: str) -> str:
    """With simple spaces, and without marks of direction."""
    return text.translate(_SPACES)


def _button(message: Message, label: str) -> tuple[int, int] | None:
    rows = (message.keyboard or {}).get("inline_keyboard", [])
    for row, buttons in enumerate(rows):
        for column, button in enumerate(buttons):
            if label in button["text"] and "callback_data" in button:
                return row, column
    return None

"""People who pay providers: one line, perhaps a code, and then it is on its way."""

import re

from tests.torture.people import TIRED, WAIT, Move, Somebody, plain
from tests.torture.records import Errand

ERRAND_SECONDS_MAX = 40
_NUMBER = re.compile(r"^Number: (\d{15,20})$", re.MULTILINE)
_REFUSED = "othing was taken"
_FIRST_LOOKS = 1
"""So many looks at what is on its way, and nothing new: it will be told."""


class Payer(Somebody):
    """One person with a phone, who pays providers too."""

    async def run(self, errand: Errand, seconds: float = ERRAND_SECONDS_MAX) -> bool:
        """See *errand* through until it is done or on its way; False where it is neither."""
        since = self._outside.changes.version
        errand.is_tried = True
        return await self._pursue(lambda vain: self._next_of(errand, since, vain), seconds)

    def look_for_end(self, errand: Errand, since: int = 0) -> None:
        """Take down what screens ever said became of *errand*."""
        seen = {"⏳": errand.on_its_way, "✅": errand.paid, "✖": errand.not_paid}
        for version, shown in reversed(self._outside.bot_api.shown[self.person.id]):
            if version <= since:
                return
            text = plain(shown)
            number = _NUMBER.search(text)
            if text[:1] in seen and f"Account: {errand.account}\n" in text and number:
                seen[text[:1]].add(number[1])

    def _next_of(self, errand: Errand, since: int, vain: int) -> Move | None:
        self.look_for_end(errand, since)
        is_content = errand.on_its_way and not errand.is_patient
        if errand.paid or errand.not_paid or is_content or self._is_refused(since):
            return None
        screen = self._newest(max(since, self._since), lambda text: _is_about(errand, text))
        order = f"/pay {errand.payee.name} {errand.account} {errand.amount}"
        line = Move(("line", vain), self._afresh(order))
        if screen is None:
            return line if vain or self._since <= since else WAIT
        if "Type it here to pay" in screen.text:
            words = f"pays RUB {errand.total} to {errand.payee.name}"
            return None if errand.is_left else self._type_code(words, screen, vain)
        if errand.on_its_way and vain >= _FIRST_LOOKS:
            return None
        if vain >= TIRED:
            return line
        presses = (self._press(screen, each) for each in ("Confirm", "Open that", "Refresh"))
        return next((each for each in presses if each is not None), WAIT)

    def _is_refused(self, since: int) -> bool:
        """Whether the wallet said that it cannot be paid just now."""
        words = self._texts(since)
        words += [toast.text for toast in self._chat.toasts if toast.version > since]
        return any(_REFUSED in text for text in words)


def _is_about(errand: Errand, text: str) -> bool:
    is_code = f"RUB {errand.total} for {errand.payee.name} is reserved" in text
    return is_code or errand.account in text

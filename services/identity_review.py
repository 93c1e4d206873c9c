"""Who a holder is, as an operator sees it: what waits, whose it is, yes or no.

Whoever opens the data leaves a step in their life, before they are shown.
"""

from dataclasses import replace

from services import holders
from services.clock import Clock
from services.identification_life import (
    DECLINED_LIFETIME,
    REASON_LENGTH_MAX,
    Book,
    DeclineReasonError,
    Identification,
    IdentificationChangedError,
    IdentificationNotFoundError,
    IdentificationState,
    Shown,
    delete_later,
    move,
    note,
    opened,
)
from services.level_changes import update_level
from services.store import Store
from services.vault import Vault


class IdentityReview:
    """The operators' side: what waits, who it is, yes or no."""

    def __init__(self, *, store: Store[Book], vault: Vault, now: Clock) -> None:
        self._store = store
        self._vault = vault
        self._now = now

    async def waiting(self, *, limit: int = 20) -> list[Identification]:
        """Those that wait, oldest first; without their data."""
        return await self._store.read(lambda book: book.identifications.submitted(limit))

    async def open(self, *, identification_id: str, operator: str) -> Shown:
        """The data of one that waits; that *operator* saw them is noted first.

        Raises:
            IdentificationNotFoundError: None such waits.
        """
        at = self._now()

        def work(book: Book) -> Shown:
            found = _waiting(book, identification_id)
            holder = holders.current(book, found.holder)
            note(book, found, "open", "operator", at, operator)
            data = opened(self._vault, book, found)
            return Shown(found, holder, data, book.identifications.twins(found))

        return await self._store.write(work)

    async def approve(
        self, *, identification_id: str, operator: str, version: int | None = None
    ) -> Identification:
        """The data are right: the holder is a known person.

        Raises:
            IdentificationNotFoundError: None such waits.
            IdentificationChangedError: It was decided or taken back meanwhile.
        """
        return await self._decide(identification_id, "approve", operator, version, "")

    async def decline(
        self,
        *,
        identification_id: str,
        operator: str,
        reason: str,
        version: int | None = None,
    ) -> Identification:
        """Something is wrong, and the holder is told what.

        Raises:
            DeclineReasonError: *reason* is empty or too long.
            as `approve` does.
        """
        said = " ".join(reason.split())
        if not 0 < len(said) <= REASON_LENGTH_MAX:
            raise DeclineReasonError(maximum=REASON_LENGTH_MAX)
        return await self._decide(identification_id, "decline", operator, version, said)

    async def _decide(
        self, identification_id: str, event: str, operator: str, version: int | None, reason: str
    ) -> Identification:
        at = self._now()

        def work(book: Book) -> Identification:
            holders.current(book, _waiting(book, identification_id).holder)  # one at a time
            found = _waiting(book, identification_id)
            if version not in (None, found.version):
                raise IdentificationChangedError
            judged = replace(found, decided_at=at, reason=reason)
            decided = move(book, judged, event, "operator", at, operator)
            if decided.state is IdentificationState.DECLINED:
                delete_later(book, decided, at, at + DECLINED_LIFETIME)
            update_level(book, decided.holder, "operator", at)
            subject = f"identification/{decided.id}"
            holders.notify(
                book,
                decided.holder,
                "identification",
                subject,
                at,
                key=f"{subject}:{decided.version}",
                priority=3,
            )
            return decided

        return await self._store.write(work)


def _waiting(book: Book, identification_id: str) -> Identification:
    found = book.identifications.find(identification_id)
    if found is None or found.data is None:
        raise IdentificationNotFoundError
    if found.state is not IdentificationState.SUBMITTED:
        raise IdentificationChangedError
    return found

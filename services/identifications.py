"""Who a holder is, as the holder says it: step by step, and taken back on request."""

from dataclasses import replace
from datetime import datetime, timedelta

from services import holders
from services.clock import Clock
from services.due import Work
from services.holders import Holder
from services.identification_life import (
    DRAFT_LIFETIME,
    RETENTION,
    Book,
    Deletion,
    Identification,
    IdentificationChangedError,
    IdentificationIncompleteError,
    IdentificationNotFoundError,
    IdentificationState,
    Shown,
    delete_later,
    move,
    note,
    opened,
    sealed,
)
from services.ids import NewId
from services.level_changes import update_level
from services.personal_data import read_field
from services.store import Store
from services.vault import Vault


class Identifications:
    """The holder's side: saying who one is, and taking it back."""

    def __init__(
        self,
        *,
        store: Store[Book],
        vault: Vault,
        now: Clock,
        new_id: NewId,
        retention: timedelta = RETENTION,
    ) -> None:
        """*retention*: how long the law has the data of who has spent money kept."""
        self._store = store
        self._vault = vault
        self._now = now
        self._new_id = new_id
        self._retention = retention

    async def known(self, *, holder: Holder) -> Shown | None:
        """What *holder* has said and what became of it; None where nothing is known."""

        def view(book: Book) -> Shown | None:
            found = book.identifications.of_holder(holder.id)
            return None if found is None else self._shown(book, found, holder)

        return await self._store.read(view)

    async def begin(self, *, holder: Holder) -> Shown:
        """Start to say it, or go on; what was declined is corrected, not typed anew.

        Raises:
            StateError: It waits for an operator, or is approved.
        """
        at = self._now()
        fresh = Identification(self._new_id(at), holder.id, at)

        def work(book: Book) -> Shown:
            current = holders.current(book, holder.id)
            found = book.identifications.of_holder(current.id)
            if found is None:
                found = replace(fresh, data=sealed(self._vault, book, fresh, {}))
                book.identifications.add(found)
                note(book, found, "begin", "holder", at)
                delete_later(book, found, at, at + DRAFT_LIFETIME)
            elif found.state is not IdentificationState.DRAFT:
                found = move(book, found, "correct", "holder", at)
                delete_later(book, found, at, at + DRAFT_LIFETIME)
            return self._shown(book, found, current)

        return await self._store.write(work)

    async def keep(self, *, holder: Holder, field: str, typed: str) -> Shown:
        """Keep what was typed for *field*; what follows from another document is asked again.

        Raises:
            PersonalDataError: It cannot be that.
            IdentificationNotFoundError: Nothing is being written.
        """
        at = self._now()

        def work(book: Book) -> Shown:
            current = holders.current(book, holder.id)
            draft = _draft(book, current)
            known = dict(opened(self._vault, book, draft).fields)
            value = read_field(field, typed, known, at)
            if field == "document" and known.get("document") != value:
                known.pop("number", None)
            kept = replace(draft, data=sealed(self._vault, book, draft, known | {field: value}))
            book.identifications.change(kept, was=draft.version)
            return self._shown(book, kept, current)

        return await self._store.write(work)

    async def submit(self, *, holder: Holder, version: int) -> Identification:
        """Give it to the operators; pressed again, it is the same.

        Raises:
            IdentificationNotFoundError: Nothing was written, or it was deleted.
            IdentificationIncompleteError: A field is missing.
            IdentificationChangedError: It is another one by now.
        """
        at = self._now()

        def work(book: Book) -> Identification:
            current = holders.current(book, holder.id)
            found = book.identifications.of_holder(current.id)
            if found is None:
                raise IdentificationNotFoundError
            if found.state is IdentificationState.SUBMITTED and found.version == version + 1:
                return found
            if found.version != version:
                raise IdentificationChangedError
            data = opened(self._vault, book, found)
            if data.missing is not None:
                raise IdentificationIncompleteError(field=data.missing)
            index = self._vault.digest("identity document", data.document_name)
            submitted = move(
                book,
                replace(found, document_index=index, submitted_at=at, reason=""),
                "submit",
                "holder",
                at,
            )
            book.due.add(_telling_operators(submitted, at))
            return submitted

        return await self._store.write(work)

    async def delete(self, *, holder: Holder) -> Deletion:
        """Take it back: deleted at once, or when the law does not need it any more.

        What an operator approved is kept for the retention, where money was spent since: it
        is what the payments of a known person rest on.  The level falls at once.
        """
        at = self._now()

        def work(book: Book) -> Deletion:
            current = holders.current(book, holder.id)
            found = book.identifications.of_holder(current.id)
            if found is None:
                return Deletion(book.identifications.kept_until(current.id))
            must_stay = (
                found.state is IdentificationState.APPROVED
                and found.decided_at is not None
                and book.identifications.has_spent_since(current.id, found.decided_at)
            )
            until = at + self._retention if must_stay and self._retention else None
            if until is None:
                found = replace(found, data=None, document_index=None, reason="")
            withdrawn = move(book, replace(found, erase_at=until), "withdraw", "holder", at)
            if until is not None:
                delete_later(book, withdrawn, at, until)
            update_level(book, current.id, "holder", at)
            return Deletion(until)

        return await self._store.write(work)

    async def erase(self, *, identification_id: str, version: int) -> None:
        """What was left alone for its time is deleted; what has moved on since is not."""
        at = self._now()

        def work(book: Book) -> None:
            known = book.identifications.find(identification_id)
            if known is None:
                return
            holders.current(book, known.holder)  # one decides at a time
            found = book.identifications.find(identification_id) or known
            if found.version != version or found.data is None:
                return
            bare = replace(found, data=None, document_index=None, reason="")
            if found.state is IdentificationState.WITHDRAWN:
                book.identifications.change(replace(bare, erase_at=None), was=version)
                note(book, bare, "erase", "wallet", at)
            else:
                move(book, bare, "withdraw", "wallet", at)

        await self._store.write(work)

    def _shown(self, book: Book, found: Identification, holder: Holder) -> Shown:
        return Shown(found, holder, opened(self._vault, book, found))


def _draft(book: Book, holder: Holder) -> Identification:
    found = book.identifications.of_holder(holder.id)
    if found is None or found.state is not IdentificationState.DRAFT:
        raise IdentificationNotFoundError
    return found


def _telling_operators(found: Identification, at: datetime) -> Work:
    return Work(
        key=f"identification_waits:{found.id}:{found.version}",
        kind="identification_waits",
        lane="operators",
        payload={"identification": found.id},
        due_at=at,
        created_at=at,
    )

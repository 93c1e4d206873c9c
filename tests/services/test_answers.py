"""First answers: a repeated request changes nothing and hears what it heard before."""

import asyncio
from itertools import count

import pytest

from purser.services import Services
from services.answers import Answer, Request
from services.errors import KeyReusedError
from services.ledger import InsufficientFundsError
from storage.book import BookTables
from storage.engines import AnyStore
from tests.books import ANN, BOB, POOL, open_accounts, transaction

REQUEST = Request("shop/1", "key", b"content")
NUMBERS = count()


@pytest.fixture(autouse=True)
async def funded(store: AnyStore) -> None:
    """Ann has ten kopecks."""

    def work(book: BookTables) -> None:
        open_accounts(book)
        book.ledger.post(transaction("fund", POOL, ANN, 10))

    await store.write(work)


class Paying:
    """A use case that takes money each time it is run."""

    runs = 0

    def __init__(self, minor: int) -> None:
        self._minor = minor
        self.keys: list[str] = []

    def __call__(self, book: BookTables) -> int:
        self.runs += 1
        self.keys.append(f"pay{next(NUMBERS)}")
        book.ledger.post(transaction(self.keys[-1], ANN, BOB, self._minor))
        return self._minor


def answer(minor: int) -> Answer:
    return Answer(201, f'{{"minor":{minor}}}')


async def test_ten_at_once_are_one(services: Services, store: AnyStore) -> None:
    """A client that retries over ten connections buys one thing and hears one answer."""
    work = Paying(1)

    answers = await asyncio.gather(
        *(services.answers.once(request=REQUEST, work=work, answer=answer) for _ in range(10))
    )

    posted = await store.read(
        lambda book: [key for key in work.keys if book.ledger.posted(key) is not None]
    )
    assert set(answers) == {Answer(201, '{"minor":1}')}
    assert len(posted) == 1  # where several ran at once, the others were undone


async def test_same_key_with_other_content_is_a_conflict(services: Services) -> None:
    """Answering with the first would be an untruth about this one."""
    await services.answers.once(request=REQUEST, work=Paying(1), answer=answer)
    other = Paying(2)

    with pytest.raises(KeyReusedError):
        await services.answers.once(
            request=Request("shop/1", "key", b"other"), work=other, answer=answer
        )

    assert other.runs == 0


async def test_keys_of_two_shops_are_two_keys(services: Services) -> None:
    """Both count their orders from one."""
    mine = await services.answers.once(request=REQUEST, work=Paying(1), answer=answer)
    theirs = await services.answers.once(
        request=Request("shop/2", "key", b"other"), work=Paying(2), answer=answer
    )

    assert (mine.body, theirs.body) == ('{"minor":1}', '{"minor":2}')


async def test_what_failed_keeps_no_answer_unless_it_is_told_to(
    services: Services, store: AnyStore
) -> None:
    """After a mistake the same key may be right; after a refusal by the rules it stays refused."""
    with pytest.raises(InsufficientFundsError):
        await services.answers.once(request=REQUEST, work=Paying(11), answer=answer)
    refusal = Answer(422, "refused")

    kept = await services.answers.refuse(request=REQUEST, refusal=refusal)
    await store.write(lambda book: book.ledger.post(transaction("more", POOL, ANN, 10)))
    again = await services.answers.once(request=REQUEST, work=Paying(11), answer=answer)
    late = await services.answers.refuse(request=REQUEST, refusal=Answer(422, "other"))

    assert {kept, again, late} == {refusal}


async def test_answer_that_cannot_be_kept_undoes_its_work(
    services: Services, store: AnyStore
) -> None:
    """Money that moved without an answer kept would move again at the retry."""

    def breaks(minor: int) -> Answer:
        raise LookupError(minor)

    with pytest.raises(LookupError):
        await services.answers.once(request=REQUEST, work=Paying(1), answer=breaks)

    found = await store.read(lambda book: book.ledger.balance(ANN))
    assert found is not None
    assert found.posted.minor == 10

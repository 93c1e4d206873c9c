"""The public page of receipts: a few facts for who has the code, and nothing for who has not."""

import re
from dataclasses import dataclass

import httpx
import pytest

from services.history import Wanted
from services.holders import Holder
from services.money import RUB, Money
from services.receipt_codes import grouped
from services.receipt_facts import Receipt
from tests.cast import Cast
from tests.catalogue import order


@dataclass
class Paid:
    """A payment to a shop whose name is an attack."""

    holder: Holder
    receipt: Receipt
    merchant: str


@pytest.fixture
async def paid(cast: Cast, ann: Holder) -> Paid:
    shop = await cast.shop("<b>Lantern</b> & Co.")
    await cast.pay(ann, await cast.invoice(shop, 700_00))
    page = await cast.services.history.page(holder=ann.id, wanted=Wanted(kind="payment"))
    receipt = await cast.services.receipts.issue(holder=ann, operation_id=page.operations[0].id)
    return Paid(ann, receipt, shop.id)


def said(answer: httpx.Response) -> str:
    """The page's text, as a reader sees it."""
    body = re.sub(r"<style>.*?</style>", "", answer.text, flags=re.DOTALL)
    text = re.sub(r"<[^>]+>", " ", body)
    return " ".join(re.sub("[\u2068\u2069]", "", text).replace("\u00a0", " ").split())


async def test_says_what_is_on_the_paper(client: httpx.AsyncClient, paid: Paid) -> None:
    """Amount, payee, day, state, and what was masked; no number that could be of use."""
    answer = await client.get(f"/receipt/{paid.receipt.code}")

    text = said(answer)
    assert answer.status_code == 200
    for fact in (
        "There is such a receipt",
        "RUB 700.00",
        "&lt;b&gt;Lantern&lt;/b&gt;",
        "Nov 24, 2026",
        "Done",
    ):
        assert fact in text
    assert "+7916***4567" in text
    assert grouped(paid.receipt.code) in text
    for secret in (paid.receipt.operation, paid.holder.phone, paid.holder.id, "A book"):
        assert secret not in answer.text


async def test_takes_the_code_as_people_type_it(client: httpx.AsyncClient, paid: Paid) -> None:
    """Through the form, in small letters, with spaces."""
    typed = grouped(paid.receipt.code).lower().replace("-", " ")

    asked = await client.get("/receipt")
    sent = await client.get("/receipt", params={"code": typed, "lang": "ru"})
    found = await client.get(sent.headers["location"])

    assert '<form action="/receipt">' in asked.text
    assert (asked.status_code, sent.status_code, found.status_code) == (200, 303, 200)
    assert "Такой чек есть" in said(found)


async def test_tells_of_what_was_given_back(
    client: httpx.AsyncClient, cast: Cast, paid: Paid
) -> None:
    """The paper cannot know, and who relies on it must."""
    merchant = await cast.services.merchants.get(merchant_id=paid.merchant)
    payment = await cast.store.read(lambda book: book.payments.find(paid.receipt.operation))
    assert payment is not None
    for amount in (Money(100_00, RUB), None):
        await cast.services.refunds.refund(
            merchant=merchant, invoice_id=payment.invoice, amount=amount
        )
        page = said(await client.get(f"/receipt/{paid.receipt.code}"))
        expected = "RUB 100.00 of it was given back" if amount else "Given back in full"
        assert expected in page


async def test_masks_the_account_at_a_provider(
    client: httpx.AsyncClient, cast: Cast, ann: Holder
) -> None:
    """Who found the paper does not learn whose game account it was."""
    await cast.open_catalogue()
    payment = await cast.pay_provider(ann, order())
    await cast.deliver()
    receipt = await cast.services.receipts.issue(holder=ann, operation_id=payment.id)

    answer = await client.get(f"/receipt/{receipt.code}")

    assert payment.account not in answer.text
    assert receipt.details[0].value in said(answer)
    assert str(payment.txn) not in answer.text


@pytest.mark.parametrize("code", ["7K3MQ9ZD4T2XB", "x", "..", "a" * 500, "💶"])
async def test_does_not_tell_a_wrong_code_from_an_unknown_one(
    client: httpx.AsyncClient, paid: Paid, code: str
) -> None:
    """The same page for both, so that there is nothing to learn by trying."""
    unknown = await client.get("/receipt/0000000000000")
    wrong = await client.get(f"/receipt/{code}" if code != ".." else "/receipt/%2E%2E")

    assert (unknown.status_code, wrong.status_code) == (404, 404)
    if code != "..":
        assert unknown.text == wrong.text


async def test_trying_is_slow(client: httpx.AsyncClient, paid: Paid) -> None:
    """After some looks the right code is not looked up either, until a permit is back."""
    for _ in range(30):
        await client.get("/receipt/0000000000000")

    busy = await client.get(f"/receipt/{paid.receipt.code}")

    assert busy.status_code == 429
    assert busy.headers["retry-after"] == "2"
    assert "RUB" not in said(busy)


async def test_gives_nothing_away_and_loads_nothing(client: httpx.AsyncClient, paid: Paid) -> None:
    """No script, no other site, no search engine, no copy on the way."""
    for path in ("/receipt", f"/receipt/{paid.receipt.code}", "/receipt/x"):
        headers = (await client.get(path)).headers
        policy = headers["content-security-policy"]
        assert "default-src 'none'" in policy
        assert "script-src" not in policy
        assert "frame-ancestors 'none'" in policy
        assert "noindex" in headers["x-robots-tag"]
        assert headers["cache-control"] == "no-store"
        assert headers["referrer-policy"] == "no-referrer"


@pytest.mark.parametrize(
    ("header", "query", "language"),
    [
        ("ru-RU,ru;q=0.9,en;q=0.8", "", "ru"),
        ("de-DE,de;q=0.9,ru;q=0.5,en;q=0.3", "", "ru"),
        ("en;q=0.1,ru;q=0.9", "", "ru"),
        ("ru", "en", "en"),
        ("ru", '"><script>', "ru"),
        ("", "", "en"),
        (";;q=,q=1;", "xx", "en"),
    ],
)
async def test_speaks_the_readers_language(
    client: httpx.AsyncClient, header: str, query: str, language: str
) -> None:
    """The link's, then the browser's by its weights, then English."""
    answer = await client.get(
        "/receipt", params={"lang": query}, headers={"Accept-Language": header}
    )

    assert f'<html lang="{language}" dir="ltr">' in answer.text
    assert "<script>" not in answer.text

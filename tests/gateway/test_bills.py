"""The bill API as QIWI's clients know it: forms, codes, and what each client trips over."""

import json
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.app import create_app
from gateway.bills.amounts import AmountMissingError, AmountZeroError, rounded_down, written
from gateway.bills.times import TimeNotUnderstoodError, millis, parse_time, seconds
from gateway.limits import Limits
from purser.services import Services
from services.holders import Holder
from services.invoices import Invoices
from services.money import CURRENCIES, RUB, Money
from services.rate_limits import Rate
from storage.engines import AnyStore
from tests.cast import PHONE, Cast
from tests.clock import TestClock
from tests.gateway.conftest import Shop, client_of, gateway_settings

BILLS = "/partner/bill/v1/bills"
MOSCOW = timezone(timedelta(hours=3))
ERROR_KEYS = {"serviceName", "errorCode", "description", "userMessage", "dateTime", "traceId"}


def bill(**fields: Any) -> dict[str, Any]:
    """A request for a bill of 200.34 roubles, but for *fields*."""
    asked = {
        "amount": {"currency": "RUB", "value": "200.34"},
        "expirationDateTime": "2026-12-01T12:00:00+03:00",
    }
    return asked | fields


async def ask(shop: Shop, method: str, path: str, body: Any = None, **more: Any) -> httpx.Response:
    """A request as a client writes it: *body* is bytes, or made JSON."""
    content = body if isinstance(body, bytes | None) else json.dumps(body).encode()
    headers = shop.bearer | more.pop("headers", {})
    return await shop.client.request(
        method, f"{BILLS}/{path}", content=content, headers=headers, **more
    )


async def issue(shop: Shop, bill_id: str = "order-1", **fields: Any) -> dict[str, Any]:
    answer = await ask(shop, "PUT", bill_id, bill(**fields))
    assert answer.status_code == 200, answer.text
    issued: dict[str, Any] = answer.json()
    return issued


async def pay(services: Services, cast: Cast, ann: Holder, issued: dict[str, Any]) -> None:
    """Ann pays a bill that she found by its link."""
    invoice_id = issued["payUrl"][-36:].replace("-", "")
    await cast.pay(ann, await services.invoices.view(holder=ann, invoice_id=invoice_id))


def refused(answer: httpx.Response) -> tuple[int, str]:
    """Status and code of a refusal that has every key that clients want."""
    facts = answer.json()
    assert facts.keys() - {"cause"} == ERROR_KEYS
    assert all(isinstance(facts[name], str) for name in ERROR_KEYS)
    assert facts["serviceName"] == "invoicing-api"
    assert facts["traceId"] == answer.headers["x-request-id"]
    datetime.strptime(facts["dateTime"], "%Y-%m-%dT%H:%M:%S.%f%z")
    assert facts["dateTime"][-10] == "."
    assert facts["dateTime"].endswith("+03:00")
    return answer.status_code, facts["errorCode"]


async def test_bill(shop: Shop, clock: TestClock) -> None:
    """Two decimals as text, Moscow's time, a link that ends in a UUID, and all that was sent."""
    asked = {
        "comment": "Книга",
        "customer": {"phone": "78710009999", "email": "a@b.example", "account": "user 7"},
        "customFields": {"themeCode": "Y-K", "paySourcesFilter": "qw,card", "city": "Москва"},
    }

    answer = await ask(shop, "PUT", "order-1", bill(**asked))

    issued = answer.json()
    at = clock().astimezone(MOSCOW)
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "application/json"
    assert issued == {
        "siteId": shop.merchant.site_id,
        "billId": "order-1",
        "amount": {"currency": "RUB", "value": "200.34"},
        "status": {"value": "WAITING", "changedDateTime": at.isoformat(timespec="milliseconds")},
        **asked,
        "creationDateTime": at.isoformat(timespec="milliseconds"),
        "expirationDateTime": "2026-12-01T12:00:00+03:00",
        "payUrl": issued["payUrl"],
    }
    path, _, query = issued["payUrl"].partition("?")
    assert path == "https://wallet.example/form/"
    assert query == f"invoice_uid={issued['payUrl'][-36:]}"
    assert (await ask(shop, "GET", "order-1")).json() == issued


async def test_what_was_not_sent_is_not_there(shop: Shop) -> None:
    """A client crashes on an empty customer; nulls and empty texts are as good as nothing."""
    bare = await issue(shop)
    nulls = await issue(
        shop, "order-2", customer={"phone": None, "email": ""}, comment=None, customFields=None
    )

    keys = {"siteId", "billId", "amount", "status", "creationDateTime", "expirationDateTime"}
    assert bare.keys() == nulls.keys() == keys | {"payUrl"}


async def test_custom_fields_come_back_as_they_were(shop: Shop) -> None:
    """Clients compare them deeply."""
    fields = {"n": 1, "share": 1.5, "yes": True, "none": None, "deep": {"a": [1, "б"]}, "": ""}

    assert (await issue(shop, customFields=fields))["customFields"] == fields
    assert (await ask(shop, "GET", "order-1")).json()["customFields"] == fields


@pytest.mark.parametrize(
    ("value", "written"),
    [
        (b"200.345", "200.34"),
        (b'"200.345"', "200.34"),
        (b"1", "1.00"),
        (b"1.0", "1.00"),
        (b'" 1,5 "', "1.50"),
        (b"2e2", "200.00"),
        (b"0.999", "0.99"),
        (b"9999999999999.999999999999999999", "9999999999999.99"),
        (b'"+7"', "7.00"),
    ],
)
async def test_amounts(shop: Shop, value: bytes, written: str) -> None:
    """Numbers or texts, cut off after two decimals and never through a float."""
    body = b'{"amount": {"currency": "RUB", "value": %s}}' % value

    answer = await ask(shop, "PUT", "order-1", body)

    assert answer.json()["amount"] == {"currency": "RUB", "value": written}


@pytest.mark.parametrize("currency", ["RUB", "rub", "643", 643, " RUB "])
async def test_currencies(shop: Shop, currency: str | int) -> None:
    issued = await issue(shop, amount={"currency": currency, "value": 1})

    assert issued["amount"] == {"currency": "RUB", "value": "1.00"}


async def test_currencies_without_kopecks(shop: Shop) -> None:
    """Two decimals all the same."""
    yen = await issue(shop, amount={"currency": "JPY", "value": "100.99"})
    dinars = await issue(shop, "order-2", amount={"currency": "KWD", "value": "1.2345"})

    assert (yen["amount"]["value"], dinars["amount"]["value"]) == ("100.00", "1.234")


@given(st.integers(1, 10**15), st.sampled_from(list(CURRENCIES.values())))
def test_written_amounts_are_read_back(minor: int, of: Any) -> None:
    amount = Money(minor, of)

    assert rounded_down(written(amount), of) == amount
    assert rounded_down(f"{written(amount)}{'' if of.exponent < 2 else '9'}", of) == amount


@pytest.mark.parametrize(
    "times",
    [
        ("2026-12-01T12:00:00+03:00", "2026-12-01T12:00:00+03:00"),
        ("2026-12-01T12:00:00+00:00", "2026-12-01T15:00:00+03:00"),
        ("2026-12-01T12:00:00Z", "2026-12-01T15:00:00+03:00"),
        ("2026-12-01T12:00:00.123456+00:00", "2026-12-01T15:00:00+03:00"),
        ("2026-12-01T12:00:00.5-0500", "2026-12-01T20:00:00+03:00"),
        ("2026-12-01T12:00:00+03", "2026-12-01T12:00:00+03:00"),
        ("2026-12-01T12:00:00", "2026-12-01T12:00:00+03:00"),
        ("2026-12-01 12:00", "2026-12-01T12:00:00+03:00"),
        ("2027-06-01T12:00:00+03:00", "2027-01-08T12:00:00+03:00"),
        ("9999-12-31T23:59:59+00:00", "2027-01-08T12:00:00+03:00"),
        (None, "2027-01-08T12:00:00+03:00"),
    ],
)
async def test_expiry(shop: Shop, clock: TestClock, times: tuple[str | None, str]) -> None:
    """Every offset, Moscow's without one, and 45 days at the longest or without any."""
    asked, until = times

    assert (await issue(shop, expirationDateTime=asked))["expirationDateTime"] == until


@given(st.datetimes(timezones=st.just(UTC)).filter(lambda at: at.year < 9999))
def test_times_written_are_read_back(at: datetime) -> None:
    whole = at.replace(microsecond=at.microsecond // 1000 * 1000)

    assert parse_time(millis(whole)) == whole
    assert parse_time(seconds(whole)) == whole.replace(microsecond=0)
    assert parse_time(at.isoformat().replace("+", " ")) == at


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("13-01-2026", None),
        ("2026-13-01T00:00:00Z", None),
        ("2026-12-01T25:00:00Z", None),
        ("2026-12-01T12:00:00+99:00", None),
        ("0001-01-01T00:00:00+12:00", None),
        ("٢٠٢٦-12-01T12:00", None),
    ],
)
def test_no_times(text: str, value: None) -> None:
    with pytest.raises(TimeNotUnderstoodError):
        parse_time(text)


def test_amounts_that_are_nothing() -> None:
    with pytest.raises(AmountZeroError):
        rounded_down("0.009", RUB)
    with pytest.raises(AmountMissingError):
        rounded_down("", RUB)


@pytest.mark.parametrize(
    "body",
    [
        {"amount": None},
        {},
        {"amount": 200},
        {"amount": {"currency": "RUB"}},
        {"amount": {"currency": "RUB", "value": None}},
        {"amount": {"currency": "RUB", "value": 0}},
        {"amount": {"currency": "RUB", "value": "0.001"}},
        {"amount": {"currency": "RUB", "value": -1}},
        {"amount": {"currency": "RUB", "value": True}},
        {"amount": {"currency": "RUB", "value": [1]}},
        {"amount": {"currency": "RUB", "value": "1e3"}},
        {"amount": {"currency": "RUB", "value": 10**14}},
        {"amount": {"currency": "XXX", "value": 1}},
        {"amount": {"currency": None, "value": 1}},
        {"amount": {"currency": True, "value": 1}},
        bill(expirationDateTime="2026-11-01T00:00:00+03:00"),
        bill(expirationDateTime="tomorrow"),
        bill(expirationDateTime=1795510800),
        bill(comment="x" * 256),
        bill(comment=["x"]),
        bill(comment="\ud800"),
        bill(customer="79161234567"),
        bill(customer={"phone": ["7916"]}),
        bill(customer={"email": "x" * 256}),
        bill(customFields="x"),
        bill(customFields={"a": "x" * 256}),
        bill(customFields={"a": ["x" * 250] * 100}),
        bill(customFields={"a": "\udfff"}),
    ],
)
async def test_what_is_not_valid(shop: Shop, body: Any) -> None:
    answer = await ask(shop, "PUT", "order-1", body)

    assert refused(answer) == (400, "validation.error")
    assert answer.json()["cause"]
    assert (await ask(shop, "GET", "order-1")).status_code == 404


@pytest.mark.parametrize(
    "body",
    [b"", b"null", b"[]", b"{", b'"x"', b"\xff\xfe\x00", b"[" * 30_000, b'{"amount": NaN}'],
)
async def test_bodies_that_cannot_be_read(shop: Shop, body: bytes) -> None:
    answer = await ask(shop, "PUT", "order-1", body)

    assert refused(answer) == (400, "http.message.conversion.failed")


@pytest.mark.parametrize("value", [b"1e400", b"1e-400", b"1e999999999"])
async def test_numbers_beyond_counting(shop: Shop, value: bytes) -> None:
    """None of them costs the gateway its memory."""
    body = b'{"amount": {"currency": "RUB", "value": %s}, "customFields": {"a": 1e999}}' % value

    assert refused(await ask(shop, "PUT", "order-1", body)) == (400, "validation.error")
    fine = b'{"amount": {"currency": "RUB", "value": 1}, "customFields": {"a": %s}}' % value
    status = (await ask(shop, "PUT", "order-1", fine)).status_code
    assert status == (200 if value == b"1e-400" else 400)


@pytest.mark.parametrize("bill_id", ["order 1", "заказ", "a.b", "x" * 201, "a%2Fb"])
async def test_numbers_that_are_none(shop: Shop, bill_id: str) -> None:
    answer = await ask(shop, "PUT", bill_id, bill())

    assert refused(answer)[0] in (400, 404)
    assert (await ask(shop, "PUT", "x" * 200, bill())).status_code == 200


async def test_clients_send_what_nobody_needs(shop: Shop) -> None:
    """A `null` or a form with GET and reject, any Content-Type, unknown fields, a slash."""
    form = {"Content-Type": "application/x-www-form-urlencoded"}
    made = await ask(shop, "PUT", "order-1/", bill(extra={"a": 1}), headers=form)
    seen = await ask(shop, "GET", "order-1", b"null")
    by_form = await ask(shop, "GET", "order-1/", b"a=1", headers=form)
    gone = await ask(shop, "POST", "order-1/reject/", b"null", headers={"Content-Type": "x"})
    again = await ask(shop, "POST", "order-1/reject")

    assert made.json() == seen.json() == by_form.json()
    assert gone.json()["status"]["value"] == "REJECTED"
    assert again.json() == gone.json()


async def test_again_is_the_same_bill_as_it_is_now(shop: Shop, clock: TestClock) -> None:
    """Whatever its words; another amount is another bill.  Expired, it is answered so."""
    first = await issue(shop, comment="one")
    again = await issue(shop, comment="two", customer={"phone": PHONE})
    other = await ask(shop, "PUT", "order-1", bill(amount={"currency": "RUB", "value": 1}))
    dollars = bill(amount={"currency": "USD", "value": "200.34"})

    clock.advance(days=30)
    late = await ask(shop, "PUT", "order-1", bill())
    late_other = await ask(shop, "PUT", "order-1", bill(amount={"currency": "RUB", "value": 1}))

    assert again == first == late.json()
    assert refused(other) == (409, "api.invoice.already.exists")
    assert refused(await ask(shop, "PUT", "order-1", dollars))[0] == 409
    assert refused(late_other)[0] == 409


async def test_phone_that_is_none(shop: Shop, services: Services) -> None:
    """The bill is open to whoever has the link, and says what was sent."""
    issued = await issue(shop, customer={"phone": "ask for Ann"})
    invoice = await services.invoices.with_reference(merchant=shop.merchant, reference="order-1")

    assert issued["customer"] == {"phone": "ask for Ann"}
    assert invoice.phone is None


async def test_bill_appears_in_the_chat(
    shop: Shop, services: Services, cast: Cast, ann: Holder
) -> None:
    """Whoever's number it names is told at once, in the comment's words on one line."""
    await issue(shop, customer={"phone": PHONE[1:]}, comment="Two\n books\x07")
    await cast.deliver()

    page = await services.invoices.waiting(holder=ann)
    assert [each.description for each in page.invoices] == ["Two books"]
    assert cast.sent[-1].payload["notice"] == "invoice"


async def test_life(
    shop: Shop, services: Services, cast: Cast, ann: Holder, clock: TestClock
) -> None:
    """Waiting, paid with the time of it; rejected and expired are final."""
    issued = await issue(shop)
    clock.advance(minutes=5)
    await pay(services, cast, ann, issued)
    await issue(shop, "order-2")
    clock.advance(days=10)
    await cast.deliver()

    paid = (await ask(shop, "GET", "order-1")).json()
    expired = (await ask(shop, "GET", "order-2")).json()

    assert paid["status"]["value"] == "PAID"
    assert paid["status"]["changedDateTime"] > paid["creationDateTime"]
    assert expired["status"]["value"] == "EXPIRED"
    assert refused(await ask(shop, "POST", "order-1/reject")) == (409, "api.operation.refused")
    assert refused(await ask(shop, "POST", "order-2/reject")) == (409, "api.operation.refused")


async def test_refunds(
    shop: Shop, services: Services, cast: Cast, ann: Holder, clock: TestClock
) -> None:
    """In parts, each under its number; the last one is full, and stays what it was."""
    await pay(services, cast, ann, await issue(shop))
    part = {"amount": {"currency": "RUB", "value": 100.349}}
    rest = {"amount": {"currency": "643", "value": "100"}}

    first = await ask(shop, "PUT", "order-1/refunds/r-1", part)
    again = await ask(shop, "PUT", "order-1/refund/r-1", part)
    clock.advance(minutes=1)
    more = await ask(shop, "PUT", "order-1/refunds/r-2", part)
    other = await ask(shop, "PUT", "order-1/refunds/r-1", rest)
    last = await ask(shop, "PUT", "order-1/refunds/r-2", rest)
    seen = await ask(shop, "GET", "order-1/refunds/r-1", b"null")

    at = first.json()["datetime"]
    assert first.json() == {
        "amount": {"currency": "RUB", "value": "100.34"},
        "datetime": at,
        "dateTime": at,
        "refundId": "r-1",
        "status": "PARTIAL",
    }
    assert first.json() == again.json() == seen.json()
    assert refused(more) == (400, "refund.incorrect.amount")
    assert refused(other) == (409, "api.refund.already.exists")
    assert last.json()["status"] == "FULL"
    assert (await ask(shop, "GET", "order-1")).json()["status"]["value"] == "PAID"
    assert await cast.available(ann) == 500_000


async def test_refunds_that_are_none(shop: Shop) -> None:
    await issue(shop)
    some = {"amount": {"currency": "RUB", "value": 1}}

    assert refused(await ask(shop, "PUT", "order-1/refunds/r", some)) == (
        400,
        "refund.incorrect.amount",
    )
    assert refused(await ask(shop, "PUT", "order-1/refunds/r", {})) == (400, "validation.error")
    assert refused(await ask(shop, "PUT", "order-1/refunds/r r", some))[0] == 400
    assert refused(await ask(shop, "GET", "order-1/refunds/r")) == (404, "api.refund.not.found")
    assert refused(await ask(shop, "GET", "no/refunds/r")) == (404, "api.invoice.not.found")


async def test_nothing_there(shop: Shop, other_shop: Shop) -> None:
    """Other shops' bills are nobody's; a client's own tests ask for one without a number."""
    await issue(other_shop)

    for answer in (
        await ask(shop, "GET", "order-1"),
        await ask(shop, "POST", "order-1/reject", b"null"),
        await ask(shop, "GET", "/refunds/"),
        await ask(shop, "PUT", "/refunds/1", {"amount": {"currency": "RUB", "value": 1}}),
    ):
        assert refused(answer) == (404, "api.invoice.not.found")
        assert answer.json()["description"] == answer.json()["userMessage"] == "Invoice not found"


async def test_addresses_and_methods_that_are_none(shop: Shop) -> None:
    gone = await ask(shop, "DELETE", "order-1")

    assert refused(await ask(shop, "GET", "order-1/reject/now")) == (404, "http.url.not.found")
    assert refused(await ask(shop, "GET", "")) == (404, "http.url.not.found")
    assert refused(gone) == (405, "http.method.not.supported")
    assert gone.headers["allow"] == "PUT, GET"
    assert refused(await ask(shop, "GET", "order-1/reject"))[0] == 405


@pytest.mark.parametrize("header", ["", "Bearer", "Bearer wrong", "Basic YTpi", "bearer \udcff"])
async def test_wrong_key(client: httpx.AsyncClient, header: str) -> None:
    """Nothing at all, which is no JSON: an official test wants just that."""
    headers = {"Authorization": header.encode("utf-8", "surrogateescape")}
    answer = await client.put(f"{BILLS}/order-1", json=bill(), headers=headers)  # type: ignore[arg-type]

    assert (answer.status_code, answer.content) == (401, b"")


async def test_too_many(services: Services, store: AnyStore, clock: TestClock, shop: Shop) -> None:
    """One shop's requests, and one address's wrong keys."""
    rate = Rate(2, timedelta(seconds=10))
    settings = gateway_settings(services, store, clock) | {"limits": Limits(rate, rate)}
    async with client_of(create_app(**settings)) as client:
        busy = Shop(shop.merchant, shop.key, "", client)
        mine = [await ask(busy, "GET", "order-1") for _ in range(3)]
        wrong = Shop(shop.merchant, "wrong", "", client)
        theirs = [await ask(wrong, "GET", "order-1") for _ in range(3)]

    assert [each.status_code for each in mine] == [404, 404, 429]
    assert refused(mine[-1]) == (429, "http.too.many.requests")
    assert mine[-1].headers["retry-after"] == "10"
    assert [each.status_code for each in theirs] == [401, 401, 429]


async def test_what_is_our_fault(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    """Said in the client's shape, without the reason, which is in the log."""

    async def fail(*_: object, **__: object) -> None:
        raise RuntimeError("disk of the bank is full")

    monkeypatch.setattr(Invoices, "with_reference", fail)
    answer = await ask(shop, "GET", "order-1")

    assert refused(answer) == (500, "internal.error")
    assert "disk" not in answer.text


@pytest.mark.parametrize(
    "base", ["/widgets-api", f"{BILLS}/widgets-api"], ids=["documented", "seen"]
)
@pytest.mark.parametrize("method", ["POST", "PUT"])
async def test_key_pairs(shop: Shop, services: Services, base: str, method: str) -> None:
    """Answered in both shapes; the new key works, signs what is told, and makes no others."""
    address = f"{base}/api/p2p/protected/keys/create"
    url = "https://shop.example/told"
    asked = {"keysPairName": "Second", "serverNotificationsUrl": url}

    made = (await shop.client.request(method, address, json=asked, headers=shop.bearer)).json()

    second = Shop(shop.merchant, made["SecretKey"], "", shop.client)
    third = await second.client.request(method, address, json=asked, headers=second.bearer)
    assert made["result"] == {"publicKey": made["PublicKey"], "secretKey": made["SecretKey"]}
    assert (await issue(second))["siteId"] == shop.merchant.site_id
    assert refused(third) == (403, "auth.forbidden")
    notifying = await services.key_pairs.notifying(merchant_id=shop.merchant.id)
    assert notifying == (url, made["SecretKey"])


@pytest.mark.parametrize(
    "asked",
    [
        {},
        {"keysPairName": " "},
        {"keysPairName": 7},
        {"keysPairName": "x", "serverNotificationsUrl": "http://shop.example"},
        {"keysPairName": "x", "serverNotificationsUrl": "https://127.0.0.1/"},
        {"keysPairName": "x", "serverNotificationsUrl": ["https://shop.example"]},
    ],
)
async def test_key_pairs_that_are_none(shop: Shop, asked: dict[str, Any]) -> None:
    answer = await ask(shop, "POST", "widgets-api/api/p2p/protected/keys/create", asked)

    assert refused(answer) == (400, "validation.error")

"""The merchant API, a method for each of its operations."""

import time
from collections.abc import Callable, Iterator
from datetime import date
from urllib.parse import quote

from purser_client import models, money_models
from purser_client.calls import Calls
from purser_client.reading import read, written


class Wallet:
    """A wallet, as one shop uses it.

    Every method raises `ProblemError` where the wallet refuses, and `UnreachableError` where
    it does not answer.  What may be repeated is repeated by itself: everything but making a
    key and sending a test.
    """

    def __init__(
        self,
        url: str,
        key: str,
        *,
        timeout_seconds: float = 15,
        tries: int = 3,
        pause: Callable[[float], None] = time.sleep,
    ) -> None:
        """*key* is the shop's `secret_key`; *pause* waits between two tries."""
        self._calls = Calls(url, key, timeout_seconds=timeout_seconds, tries=tries, pause=pause)

    def create_invoice(self, invoice: models.NewInvoice, *, key: str) -> models.Invoice:
        """Ask a person, or whoever has the link, to pay."""
        made = self._calls.call("POST", "/invoices", body=written(invoice), key=key)
        return read(models.Invoice, made)

    def list_invoices(
        self,
        *,
        cursor: str = "",
        limit: int = 20,
        state: models.InvoiceState | None = None,
        reference: str = "",
    ) -> models.InvoicePage:
        """Your invoices, newest first; *cursor* is the last page's `next_cursor`."""
        query = {"cursor": cursor, "limit": limit, "state": state, "reference": reference}
        return read(models.InvoicePage, self._calls.call("GET", "/invoices", query=query))

    def every_invoice(
        self, *, state: models.InvoiceState | None = None
    ) -> Iterator[models.Invoice]:
        """All your invoices, newest first, page after page."""
        page = self.list_invoices(state=state, limit=100)
        yield from page.items
        while page.next_cursor is not None:
            page = self.list_invoices(state=state, limit=100, cursor=page.next_cursor)
            yield from page.items

    def get_invoice(self, invoice_id: str) -> models.Invoice:
        """How an invoice stands."""
        return read(models.Invoice, self._calls.call("GET", _invoice(invoice_id)))

    def cancel_invoice(self, invoice_id: str) -> models.Invoice:
        """Take back an invoice that waits."""
        return read(models.Invoice, self._calls.call("POST", _invoice(invoice_id, "/cancel")))

    def capture_invoice(
        self, invoice_id: str, capture: models.NewCapture | None = None
    ) -> models.Invoice:
        """Take what is held, or a part of it."""
        path = _invoice(invoice_id, "/capture")
        capture = capture or models.NewCapture()
        return read(models.Invoice, self._calls.call("POST", path, body=written(capture)))

    def release_invoice(self, invoice_id: str) -> models.Invoice:
        """Take nothing of what is held."""
        return read(models.Invoice, self._calls.call("POST", _invoice(invoice_id, "/release")))

    def charge_invoice(self, invoice_id: str, charge: models.NewCharge) -> models.Invoice:
        """Charge again who agreed to it by paying this invoice; a reference is charged once."""
        path = _invoice(invoice_id, "/charges")
        return read(models.Invoice, self._calls.call("POST", path, body=written(charge)))

    def play_test_invoice(self, invoice_id: str, outcome: models.TestOutcome) -> models.Invoice:
        """Have a test invoice paid or refused."""
        path = _invoice(invoice_id, "/test")
        return read(models.Invoice, self._calls.call("POST", path, body=written(outcome)))

    def create_refund(
        self, invoice_id: str, refund: models.NewRefund, *, key: str
    ) -> models.Refund:
        """Give back a part of a paid invoice, or all that is left of it."""
        path = _invoice(invoice_id, "/refunds")
        return read(models.Refund, self._calls.call("POST", path, body=written(refund), key=key))

    def list_refunds(self, invoice_id: str) -> models.RefundList:
        """What was given back of one invoice."""
        return read(models.RefundList, self._calls.call("GET", _invoice(invoice_id, "/refunds")))

    def get_refund(self, refund_id: str) -> models.Refund:
        """One refund."""
        return read(models.Refund, self._calls.call("GET", f"/refunds/{_part(refund_id)}"))

    def list_links(self, *, cursor: str = "", limit: int = 20) -> models.LinkPage:
        """Who lets you charge them again, newest first."""
        query = {"cursor": cursor, "limit": limit}
        return read(models.LinkPage, self._calls.call("GET", "/links", query=query))

    def get_balance(self) -> money_models.Balance:
        """What you have, by currency."""
        return read(money_models.Balance, self._calls.call("GET", "/balance"))

    def list_payouts(self, *, limit: int = 20) -> money_models.PayoutList:
        """What went to your bank, newest first."""
        return read(
            money_models.PayoutList, self._calls.call("GET", "/payouts", query={"limit": limit})
        )

    def get_closing(self, day: date) -> money_models.ClosingList:
        """All that moved your money on a day that is over, with control totals."""
        return read(
            money_models.ClosingList, self._calls.call("GET", f"/closings/{day.isoformat()}")
        )

    def get_closing_file(self, day: date) -> str:
        """The same as CSV, for accountants."""
        path = f"/closings/{day.isoformat()}"
        text: str = self._calls.call("GET", path, accepts="text/csv")
        return text

    def list_deliveries(
        self, *, cursor: str = "", limit: int = 20, key: str = ""
    ) -> models.DeliveryPage:
        """Each attempt to tell you something, newest first; *key* names one message."""
        query = {"cursor": cursor, "limit": limit, "key": key}
        return read(models.DeliveryPage, self._calls.call("GET", "/deliveries", query=query))

    def list_failed_deliveries(self) -> models.FailedDeliveryList:
        """What you could not be told, and nobody tries any more."""
        return read(models.FailedDeliveryList, self._calls.call("GET", "/deliveries/failed"))

    def test_deliveries(self) -> models.DeliveryList:
        """Send a test in each way that is set up, and say what you answered."""
        made = self._calls.call("POST", "/deliveries/test", may_repeat=False)
        return read(models.DeliveryList, made)

    def resend_delivery(self, failed: models.Resending) -> models.Resent:
        """Try what failed again from now on."""
        made = self._calls.call("POST", "/deliveries/resend", body=written(failed))
        return read(models.Resent, made)

    def list_keys(self) -> models.KeyPairList:
        """All pairs that you have or had, without their secret keys."""
        return read(models.KeyPairList, self._calls.call("GET", "/keys"))

    def create_key(self, pair: models.NewKeyPair) -> models.FreshKeyPair:
        """A new pair; its secret key is shown this once."""
        made = self._calls.call("POST", "/keys", body=written(pair), may_repeat=False)
        return read(models.FreshKeyPair, made)

    def set_notify_url(self, key_id: str, notify: models.NotifyUrl) -> models.KeyPair:
        """Have bills' notifications sent there, signed with this pair."""
        path = f"/keys/{_part(key_id)}/notify-url"
        return read(models.KeyPair, self._calls.call("PUT", path, body=written(notify)))

    def revoke_key(self, key_id: str) -> models.KeyPair:
        """Neither of its keys is good any longer."""
        return read(models.KeyPair, self._calls.call("DELETE", f"/keys/{_part(key_id)}"))

    def get_shop(self) -> models.Shop:
        """Your shop, and what the key is good for."""
        return read(models.Shop, self._calls.call("GET", "/shop"))

    def set_webhook(self, webhook: models.Webhook) -> models.Shop:
        """Be told at that address from now on."""
        made = self._calls.call("PUT", "/shop/webhook", body=written(webhook))
        return read(models.Shop, made)

    def list_return_addresses(self) -> models.ReturnAddressList:
        """The origins that payers may be sent back to."""
        return read(models.ReturnAddressList, self._calls.call("GET", "/shop/return-addresses"))

    def set_return_addresses(
        self, addresses: models.ReturnAddressList
    ) -> models.ReturnAddressList:
        """Let payers be sent back to these origins and no others."""
        made = self._calls.call("PUT", "/shop/return-addresses", body=written(addresses))
        return read(models.ReturnAddressList, made)


def _part(text: str) -> str:
    """*text* as a part of an address, whatever it holds."""
    return quote(text, safe="")


def _invoice(invoice_id: str, rest: str = "") -> str:
    return f"/invoices/{_part(invoice_id)}{rest}"

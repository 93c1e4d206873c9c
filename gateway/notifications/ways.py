"""All ways of telling merchants, by the kind of their due work."""

from collections.abc import Sequence
from typing import Protocol

from gateway.notifications.bills import BillNotifications
from gateway.notifications.probe import Testable
from gateway.notifications.pull import PullCallbacks
from gateway.notifications.result2 import ResultUrl2
from gateway.notifications.robokassa import ResultUrl
from gateway.notifications.sending import Notifier, Sending
from gateway.pay_urls import Links
from gateway.webhooks import Webhooks, WebhookTests
from services.clock import Clock
from services.due import Handler
from services.key_pairs import KeyPairs
from services.merchants import Merchants
from services.pull_shops import PullShops
from services.robokassa_shops import RobokassaShops
from services.signing_keys import SigningKeys

_Way = BillNotifications | PullCallbacks | ResultUrl | ResultUrl2


class NotifyingServices(Protocol):
    """The services in which the ways find addresses and secrets."""

    @property
    def key_pairs(self) -> KeyPairs: ...
    @property
    def merchants(self) -> Merchants: ...
    @property
    def pull_shops(self) -> PullShops: ...
    @property
    def robokassa_shops(self) -> RobokassaShops: ...
    @property
    def signing_keys(self) -> SigningKeys: ...


def handlers(
    services: NotifyingServices, *, sending: Sending, links: Links, now: Clock
) -> dict[str, Handler]:
    """The handlers of all kinds of messages to merchants."""
    webhooks = Webhooks(merchants=services.merchants, now=now, links=links, sending=sending)
    found: dict[str, Handler] = {
        way.kind: Notifier(way=way, sending=sending) for way in _ways(services)
    }
    return found | {webhooks.kind: webhooks}


def probed_ways(services: NotifyingServices) -> Sequence[Testable]:
    """All ways that can be tried out."""
    return [WebhookTests(merchants=services.merchants), *_ways(services)]


def _ways(services: NotifyingServices) -> list[_Way]:
    shops = services.robokassa_shops
    return [
        BillNotifications(merchants=services.merchants, key_pairs=services.key_pairs),
        PullCallbacks(merchants=services.merchants, pull_shops=services.pull_shops),
        ResultUrl(robokassa_shops=shops),
        ResultUrl2(robokassa_shops=shops, signing_keys=services.signing_keys),
    ]

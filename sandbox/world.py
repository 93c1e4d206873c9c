"""Everything outside the wallet, put together."""

from collections.abc import Callable
from datetime import datetime, timedelta

from sandbox.bot_api.api import BotApi
from sandbox.changes import Changes
from sandbox.desk import Desk
from sandbox.mail import PostOffice
from sandbox.people import People
from sandbox.plugins.bill import BillPlugin
from sandbox.plugins.pull import Access, PullPlugin
from sandbox.plugins.robokassa import RobokassaPlugin, Secrets
from sandbox.provider.billing import Billing
from sandbox.provider.osmp import Front
from sandbox.shop.shop import Shop
from sandbox.sms import SmsCentre
from sandbox.telegram.telegram import Telegram
from sandbox.terminal.osmp import Osmp
from sandbox.terminal.terminal import Terminal
from sandbox.wallet import Wallet


class World:
    """The people, their Telegram and phones, a shop, a terminal and a desk."""

    def __init__(
        self,
        *,
        base_url: str,
        bot_token: str,
        bot_username: str,
        merchant_key: str,
        webhook_secret: str,
        bill_key: str,
        robokassa: Secrets,
        pull: Access,
        terminal_login: str,
        terminal_password: str,
        operator_key: str,
        now: Callable[[], datetime],
        advance: Callable[[timedelta], None] | None = None,
    ) -> None:
        """*advance* moves the clock that *now* reads; None where nobody may."""
        self.base_url = base_url
        self.now = now
        self.advance = advance
        self.changes = changes = Changes()
        self.people = people = People()
        self.telegram = Telegram(
            token=bot_token, username=bot_username, people=people, now=now, changes=changes
        )
        self.api = BotApi(self.telegram)
        self.mail = PostOffice(now=now, changes=changes)
        self.sms = SmsCentre(people=people, now=now, changes=changes)
        self._wallet = Wallet(base_url)
        self.shop = Shop(
            wallet=self._wallet,
            key=merchant_key,
            webhook_secret=webhook_secret,
            now=now,
            changes=changes,
        )
        self.bill_plugin = BillPlugin(
            wallet=self._wallet,
            secret_key=bill_key,
            thanks=f"{base_url}/sandbox/plugins/thanks",
            now=now,
            changes=changes,
        )
        self.robokassa_plugin = RobokassaPlugin(
            wallet=self._wallet, base_url=base_url, secrets=robokassa, now=now, changes=changes
        )
        self.pull_plugin = PullPlugin(
            wallet=self._wallet, base_url=base_url, access=pull, now=now, changes=changes
        )
        osmp = Osmp(wallet=self._wallet, login=terminal_login, password=terminal_password)
        self.terminal = Terminal(osmp=osmp, now=now, changes=changes)
        self.billing = Billing(now=now, changes=changes)
        self.front = Front(self.billing)
        self.desk = Desk(wallet=self._wallet, key=operator_key)

    async def close(self) -> None:
        """End everything that waits or is open.

        Call it before the server is told to stop: a server waits for open answers, and
        long polls and event streams are open until the world is closed.
        """
        self.changes.close()
        await self.mail.close()
        self.front.close()
        await self.api.close()
        await self._wallet.close()

"""Everything outside the wallet, in this process: people, Telegram, shops, SMS, providers."""

import contextlib
from collections.abc import AsyncIterator
from random import Random

from aiohttp import web

from bench.servers import free_port
from sandbox.changes import Changes
from sandbox.people import People, Person
from sandbox.sms import SmsCentre
from sandbox.telegram.phone import Phone
from sandbox.telegram.telegram import Telegram
from services.clock import system_clock
from tests.torture.billing import Billing
from tests.torture.bot_api import BotApiDouble
from tests.torture.receivers import Receivers, SmsReceiver
from tests.torture.records import Records
from tests.torture.weather import Weather

TOKEN = "1000000001:secret-of-the-bot"


class Outside:
    """The world around the wallet; it lives on while the wallet dies."""

    def __init__(self, random: Random, records: Records) -> None:
        self.random = random
        self.records = records
        self.changes = Changes()
        self.people = People()
        self.weather = Weather(random, records.faults)
        self.telegram = Telegram(
            token=TOKEN,
            username="club_bot",
            people=self.people,
            now=system_clock,
            changes=self.changes,
        )
        self.sms = SmsCentre(people=self.people, now=system_clock, changes=self.changes)
        self.bot_api = BotApiDouble(self.telegram, self.weather, random, records)
        self.receivers = Receivers(self.weather, records)
        self.billing = Billing(self.weather, random, records)
        self.address = f"http://127.0.0.1:{free_port()}"

    def add_person(self, number: int) -> Person:
        """Somebody new who speaks English."""
        return self.people.add(
            first_name=f"Person {number}", phone=f"+7916{5000000 + number}", language_code="en"
        )

    def phone(self, person: Person) -> Phone:
        """What *person* holds in the hand."""
        return Phone(self.telegram, person)

    @property
    def undelivered(self) -> int:
        """How many updates Telegram has not delivered as often as it will."""
        return len(self.bot_api.polled) + len(self.bot_api.posted)

    @contextlib.asynccontextmanager
    async def serving(self) -> AsyncIterator[None]:
        """Answer the wallet, and post updates if it asks for that, while the block runs."""
        app = web.Application()
        sms = SmsReceiver(self.sms, self.weather)
        for each in (self.bot_api, self.receivers, self.billing, sms):
            app.add_routes(each.routes())
        runner = web.AppRunner(app, access_log=None, shutdown_timeout=1)
        await runner.setup()
        host, _, port = self.address.removeprefix("http://").partition(":")
        try:
            await web.TCPSite(runner, host, int(port)).start()
            async with self.bot_api.posted.posting():
                yield
        finally:
            self.weather.calm()
            self.changes.close()
            await self.bot_api.close()
            await runner.cleanup()

"""A small catalogue for tests, and the billing system behind all of its providers.

`Billing` stands for the outside: it answers as a test has told it, credits each
transaction number once, and remembers what it was asked.
"""

from collections import deque
from dataclasses import dataclass, field

from purser.services import Services
from services.account_fields import Field, Keep
from services.catalogue import Category, Connection, Discount, Provider
from services.catalogue_imports import CatalogueFile
from services.commission import Commission
from services.connections import Answer, Asked, Outcome
from services.money import RUB, USD, Currency, Money
from services.provider_life import Order

NOWHERE = Connection("osmp", {"url": "sandbox:/test", "login": "wallet"})

GAMES = Category("games", {"en": "Games", "ru": "Игры"}, "🎮", 1)
MOBILE = Category("mobile", {"en": "Mobile phone", "ru": "Мобильная связь"}, "📱", 2)
HOME = Category("home", {"en": "Utilities", "ru": "Коммунальные услуги"}, "💡", 3)
FINES = Category("fines", {"en": "Fines", "ru": "Штрафы"}, "🚓", 4)
GIVING = Category("giving", {"en": "Charity", "ru": "Благотворительность"}, "❤️", 5)
CATEGORIES = (GAMES, MOBILE, HOME, FINES, GIVING)

LOGIN = Field(
    "login",
    {"en": "Login", "ru": "Логин"},
    {"en": "The name you sign in with", "ru": "Имя, с которым вы входите"},
    pattern=r"[A-Za-z0-9_]{3,32}",
    keep=Keep.COMPACT,
)
PHONE = Field(
    "phone",
    {"en": "Phone number", "ru": "Номер телефона"},
    {"en": "Ten digits", "ru": "Десять цифр"},
    mask="+7 ___ ___-__-__",
    keep=Keep.PHONE,
    minimum_length=10,
    maximum_length=10,
)


def _money(units: int, of: Currency = RUB) -> Money:
    return Money(units * 100, of)


STEAM = Provider(
    id="steam",
    version=1,
    category="games",
    names={"en": "Steam", "ru": "Стим"},
    picture="🎮",
    fields=(LOGIN,),
    currency=RUB,
    minimum=_money(50),
    maximum=_money(15_000),
    connection=NOWHERE,
    commission=Commission(millionths=30_000, minimum_minor=10_00),
    usual=(_money(100), _money(500), _money(1_000)),
)
"""3 %, at least 10 roubles, borne by the payer: 500 cost 515."""

DRAGONS = Provider(
    id="dragons",
    version=1,
    category="games",
    names={"en": "Dragon Isles", "ru": "Острова драконов"},
    picture="🐉",
    fields=(LOGIN,),
    currency=USD,
    minimum=_money(1, USD),
    maximum=_money(500, USD),
    connection=NOWHERE,
)
"""A game that is paid in dollars, without commission."""

TELE = Provider(
    id="tele",
    version=1,
    category="mobile",
    names={"en": "Telefon One", "ru": "Телефон Один"},
    picture="📱",
    fields=(PHONE,),
    currency=RUB,
    minimum=_money(10),
    maximum=_money(15_000),
    connection=NOWHERE,
    prefixes=("916", "917"),
)
BELL = Provider(
    id="bell",
    version=1,
    category="mobile",
    names={"en": "Bell", "ru": "Звонок"},
    picture="🔔",
    fields=(PHONE,),
    currency=RUB,
    minimum=_money(10),
    maximum=_money(15_000),
    connection=NOWHERE,
    prefixes=("903", "9161"),
)
"""`9161` is longer than the other's `916`, and wins."""

LIGHT = Provider(
    id="light",
    version=1,
    category="home",
    names={"en": "City Light", "ru": "Городской свет"},
    picture="💡",
    fields=(
        Field(
            "account",
            {"en": "Account number", "ru": "Лицевой счёт"},
            {"en": "Ten digits, on the bill", "ru": "Десять цифр, стоит в квитанции"},
            pattern="[0-9]{10}",
            mask="__________",
            keep=Keep.DIGITS,
        ),
        Field(
            "day",
            {"en": "Meter, by day", "ru": "Счётчик, день"},
            {"en": "What it shows", "ru": "Сколько на нём"},
            keep=Keep.METER,
        ),
        Field(
            "night",
            {"en": "Meter, by night", "ru": "Счётчик, ночь"},
            {},
            keep=Keep.METER,
            is_optional=True,
        ),
    ),
    currency=RUB,
    minimum=_money(1),
    maximum=_money(50_000),
    connection=NOWHERE,
    aliases=("electricity", "электричество"),
)
"""Two meters, the second one not everybody has."""

TRAFFIC = Provider(
    id="traffic",
    version=1,
    category="fines",
    names={"en": "Traffic police", "ru": "Штрафы ГИБДД"},
    picture="🚓",
    fields=(
        Field(
            "uin",
            {"en": "Number of the decree", "ru": "Номер постановления"},
            {},
            pattern="[0-9]{20}",
            keep=Keep.DIGITS,
        ),
        Field(
            "date",
            {"en": "Date of the decree", "ru": "Дата постановления"},
            {},
            keep=Keep.DATE,
        ),
    ),
    currency=RUB,
    minimum=_money(1),
    maximum=_money(100_000),
    connection=NOWHERE,
    discount=Discount("date", ((30, 25),)),
)
"""A quarter less within thirty days."""

GOOD = Provider(
    id="good",
    version=1,
    category="giving",
    names={"en": "Good Deeds", "ru": "Добрые дела"},
    picture="❤️",
    fields=(PHONE,),
    currency=RUB,
    minimum=_money(10),
    maximum=_money(100_000),
    connection=NOWHERE,
    step=_money(10),
)
PROVIDERS = (STEAM, DRAGONS, TELE, BELL, LIGHT, TRAFFIC, GOOD)

LOGIN_OF_ANN = {"login": "ann_2026"}


def order(minor: int = 500_00, provider: Provider = STEAM, **fields: str) -> Order:
    """What somebody wants paid: 500 roubles to a game, unless said otherwise."""
    return Order(provider.id, fields or LOGIN_OF_ANN, Money(minor, provider.currency))


async def stock(services: Services, *providers: Provider) -> None:
    """Fill the catalogue, with these terms of some of its *providers*."""
    terms = {each.id: each for each in (*PROVIDERS, *providers)}
    file = CatalogueFile(CATEGORIES, tuple(terms.values()))
    await services.catalogue_imports.import_(file=file)


@dataclass
class Billing:
    """The billing system of every provider: credits at once, unless told otherwise."""

    payee: str = ""
    """The name it gives for every account."""
    checks: deque[Answer] = field(default_factory=deque)
    """What the next checks are answered with."""
    pays: deque[Answer] = field(default_factory=deque)
    """What the next requests to pay are answered with; nothing is credited by those."""
    is_silent: bool = False
    """No answer to any request; those to pay are credited all the same."""
    checked: list[Asked] = field(default_factory=list)
    asked: list[Asked] = field(default_factory=list)
    """Every request to pay."""
    credited: dict[int, Asked] = field(default_factory=dict)

    def connections(self, provider: Provider) -> "Billing":
        """As `services.connections.Connections`: this one for every provider."""
        del provider
        return self

    def refuse_checks(self, reason: str) -> None:
        """Say no to the next account that is asked about."""
        self.checks.append(Answer(Outcome.REFUSED, reason, code="5"))

    async def check(self, asked: Asked) -> Answer:
        """The account exists, whatever it is."""
        self.checked.append(asked)
        if self.is_silent:
            return Answer(Outcome.UNKNOWN, "timeout")
        if self.checks:
            return self.checks.popleft()
        return Answer(Outcome.DONE, payee=self.payee)

    async def pay(self, asked: Asked) -> Answer:
        """Credit the account, once for each transaction number."""
        self.asked.append(asked)
        if self.pays and not self.is_silent:
            return self.pays.popleft()
        first = self.credited.setdefault(asked.txn, asked)
        if first != asked:
            raise AssertionError(f"{asked} repeats {first} with other content")
        if self.is_silent:
            return Answer(Outcome.UNKNOWN, "timeout")
        return Answer(Outcome.DONE, code="0", provider_txn=f"P{asked.txn % 10**6}")

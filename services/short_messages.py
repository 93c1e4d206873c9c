"""What an SMS says, put together at the moment it is sent.

Neither a code nor a card number waits anywhere in clear: the waiting work names them, and
they are derived or opened here.
"""

from dataclasses import dataclass
from typing import Protocol

from services import codes
from services.card_details import CardDetails
from services.card_rules import CardNotFoundError
from services.clock import Clock
from services.codes import Code, CodeState
from services.due import Work
from services.joining import Joinery
from services.money import Money, currency
from services.store import Store
from services.vault import Vault


@dataclass(frozen=True, slots=True)
class ShortMessage:
    """An SMS before it is put into words."""

    phone: str
    language: str
    template: str
    """`code_join`, `code_payment`, `code_checkout`, `code_checkout_exchanged`,
    `code_exchange`, `code_schedule`, `code_unlock` or `card_details`."""
    values: dict[str, object]


class Book(Protocol):
    """The part of the book that short messages need."""

    @property
    def codes(self) -> codes.Codes: ...


class ShortMessages:
    """Opens waiting SMS, and hears when one cannot be delivered."""

    def __init__(
        self,
        *,
        store: Store[Book],
        vault: Vault,
        now: Clock,
        details: CardDetails,
        joinery: Joinery,
    ) -> None:
        self._store = store
        self._vault = vault
        self._now = now
        self._details = details
        self._joinery = joinery

    async def open(self, *, work: Work) -> ShortMessage | None:
        """What is to be sent; None when it is not wanted any more."""
        if work.kind == "sms_card":
            return await self._card(work)
        if work.payload.get("is_decoy"):
            return None
        code = await self._store.read(lambda book: book.codes.find(work.payload["code"]))
        if code is None or code.state is not CodeState.SENT or self._now() >= code.expires_at:
            return None
        return self._code(work, code)

    async def unreachable(self, *, work: Work) -> None:
        """The number takes no messages: a joining that waited for the code is over."""
        if work.kind == "sms_code":
            await self._joinery.give_up(code_id=work.payload["code"])

    async def _card(self, work: Work) -> ShortMessage | None:
        try:
            sms = await self._details.sms(card_id=work.payload["card"])
        except CardNotFoundError:
            return None
        values: dict[str, object] = {"number": sms.number, "code_start": sms.code_start}
        return ShortMessage(sms.phone, sms.language, "card_details", values)

    def _code(self, work: Work, code: Code) -> ShortMessage:
        values: dict[str, object] = {
            "code": code.digits(self._vault),
            "minutes": codes.LIFETIME.seconds // 60,
        }
        named = work.payload["values"]
        if "minor" in named:
            values["amount"] = Money(int(named["minor"]), currency(named["currency"]))
        if "payee" in named:
            values["payee"] = named["payee"]
        if "gets_minor" in named:
            gets = Money(int(named["gets_minor"]), currency(named["gets_currency"]))
            values["gets"] = gets
        template = f"code_{code.purpose}"
        if "cost_minor" in named:
            values["cost"] = Money(int(named["cost_minor"]), currency(named["cost_currency"]))
            template = f"{template}_exchanged"
        return ShortMessage(code.phone, work.payload["language"], template, values)

"""`/osmp`: cash terminals and agents, by the OSMP protocol.

An authenticated terminal always gets HTTP 200 and XML: what became of its request is the
result code.  A temporary one has it send the same request again; a fatal one does not,
and by then the person's cash is in the machine, so in doubt the answer is temporary.
"""

import base64
import binascii
import re
from collections.abc import Mapping
from dataclasses import dataclass
from xml.sax.saxutils import escape

import structlog
from starlette.requests import Request
from starlette.responses import Response

from gateway.addresses import address_of
from gateway.errors import problem, problem_response, request_id_of
from gateway.form_fields import FieldsNotUnderstoodError, form_pairs
from gateway.limits import Buckets
from gateway.routes import Route
from services import errors
from services.cash_payments import (
    CashAmountError,
    CashNumberUnknownError,
    CashPayments,
    is_number,
)
from services.limits import BalanceLimitError
from services.money import AmountOutOfRangeError, Money, parse_amount, plain
from services.phones import PhoneNotUnderstoodError, parse_phone
from services.terminals import Terminal, TerminalRefusedError, Terminals
from services.topups import TopUp, TopUps

logger = structlog.get_logger(__name__)

OK, TEMPORARY, BAD_ACCOUNT, NO_ACCOUNT, FORBIDDEN = 0, 1, 4, 5, 7
TOO_SMALL, TOO_LARGE, OTHER = 241, 242, 300
RESULTS: Mapping[type[errors.WalletError], tuple[int, str]] = {
    PhoneNotUnderstoodError: (BAD_ACCOUNT, "The account is not a phone number"),
    CashNumberUnknownError: (NO_ACCOUNT, "No invoice has this number"),
    CashAmountError: (OTHER, "The exact sum of the invoice is needed"),
    errors.NotFoundError: (NO_ACCOUNT, "There is no wallet with this number"),
    BalanceLimitError: (TOO_LARGE, "The wallet would hold more than it may"),
    errors.RefusedError: (FORBIDDEN, "The wallet cannot be topped up"),
    errors.InvalidRequestError: (OTHER, "The request is not valid"),
    errors.ConflictError: (OTHER, "This txn_id was used for another account or sum"),
    errors.UnavailableError: (TEMPORARY, "Not now, repeat the request"),
}
"""Result and comment of the nearest ancestor of an error."""

FIELDS_MAX = 40
ECHO_LENGTH_MAX = 64
_NOT_XML = re.compile(r"[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_CHALLENGE = {"WWW-Authenticate": 'Basic realm="osmp", charset="UTF-8"'}


@dataclass(frozen=True, slots=True)
class Reply:
    """What a terminal is answered."""

    result: int
    comment: str = ""
    sum: str | None = None
    prv_txn: str | None = None


class RequestNotUnderstoodError(Exception):
    """A field is missing, or given twice, or the command is unknown."""


class Osmp:
    """The wallet's side of the line to its terminals."""

    def __init__(
        self,
        *,
        terminals: Terminals,
        topups: TopUps,
        cash_payments: CashPayments,
        per_key: Buckets,
        failures: Buckets,
    ) -> None:
        self._terminals = terminals
        self._topups = topups
        self._cash_payments = cash_payments
        self._per_key = per_key
        self._failures = failures

    async def terminal_of(self, request: Request) -> Terminal:
        """The terminal whose login and password *request* carries.

        Raises:
            TerminalRefusedError: Nobody's.
            TooManyRequestsError: That too often, or a terminal that asks too often.
        """
        try:
            login, password = basic_credentials(request.headers.get("authorization", ""))
            terminal = await self._terminals.authenticate(login=login, password=password)
        except TerminalRefusedError:
            await self._failures.take(address_of(request))
            raise
        await self._per_key.take(terminal.id)
        request.state.caller = terminal.id
        return terminal

    async def reply(self, terminal: Terminal, fields: Mapping[str, str]) -> Reply:
        """What becomes of a request; never raises."""
        try:
            return await self._do(terminal, fields)
        except RequestNotUnderstoodError as exc:
            return Reply(OTHER, str(exc))
        except AmountOutOfRangeError:
            is_zero = not fields["sum"].strip(" 0.,\u00a0\u202f")
            return Reply(*((TOO_SMALL, "Too small") if is_zero else (TOO_LARGE, "Too large")))
        except errors.WalletError as exc:
            return Reply(*_result_of(type(exc)))
        except Exception:
            logger.exception("terminal's request failed", terminal=terminal.id)
            return Reply(*RESULTS[errors.UnavailableError])

    async def _do(self, terminal: Terminal, fields: Mapping[str, str]) -> Reply:
        command = _field(fields, "command")
        if command not in ("check", "pay"):
            raise RequestNotUnderstoodError("Unknown command")
        receipt = _field(fields, "txn_id")
        account = _field(fields, "account")
        amount = parse_amount(_field(fields, "sum"), terminal.currency)
        if is_number(account):
            return await self._invoice(terminal, command, receipt, account, amount)
        phone = parse_phone(account)
        if command == "check":
            return _accepted(await self._check(terminal, receipt, phone, amount))
        # txn_date is not looked at: the cash is in the machine, whatever its clock says.
        paid = await self._topups.pay(
            terminal=terminal, receipt=receipt, phone=phone, amount=amount
        )
        return Reply(OK, "Credited", plain(paid.amount), transaction_number(paid.id))

    async def _invoice(
        self, terminal: Terminal, command: str, receipt: str, number: str, amount: Money
    ) -> Reply:
        """A check is answered with what the invoice asks for; the payment must be that."""
        if command == "check":
            invoice = await self._cash_payments.check(
                terminal=terminal, receipt=receipt, number=number
            )
            asked = plain(invoice.amount)
            return Reply(OK, f"{invoice.merchant_name}: {asked}", asked)
        paid = await self._cash_payments.pay(
            terminal=terminal, receipt=receipt, number=number, amount=amount
        )
        return Reply(OK, "Paid", plain(paid.amount), transaction_number(paid.id))

    async def _check(self, terminal: Terminal, receipt: str, phone: str, amount: Money) -> TopUp:
        return await self._topups.check(
            terminal=terminal, receipt=receipt, phone=phone, amount=amount
        )


def basic_credentials(header: str) -> tuple[str, str]:
    """Login and password of an Authorization header.

    Raises:
        TerminalRefusedError: It is not one of the Basic scheme.
    """
    scheme, _, encoded = header.partition(" ")
    try:
        text = base64.b64decode(encoded.strip(), validate=True).decode()
    except (binascii.Error, ValueError):
        raise TerminalRefusedError from None
    login, colon, password = text.partition(":")
    if scheme.lower() != "basic" or not colon or "\0" in text:
        raise TerminalRefusedError
    return login, password


def transaction_number(topup_id: str) -> str:
    """Our number of a top-up as terminals take it: up to 20 digits.

    The second half of the id, which is drawn at random; written as 16 hexadecimal digits
    it is how the id ends.
    """
    return str(int(topup_id[16:], 16))


def rendered(reply: Reply, txn_id: str) -> str:
    """*reply* as XML; what was sent is given back without what XML cannot hold."""
    parts = {
        "osmp_txn_id": txn_id[:ECHO_LENGTH_MAX],
        "prv_txn": reply.prv_txn,
        "sum": reply.sum,
        "result": str(reply.result),
        "comment": reply.comment,
    }
    tags = "".join(
        f"<{name}>{escape(_NOT_XML.sub('', text))}</{name}>"
        for name, text in parts.items()
        if text is not None
    )
    return f'<?xml version="1.0" encoding="UTF-8"?><response>{tags}</response>'


def routes(osmp: Osmp) -> list[Route]:
    """`GET` and `POST /osmp`."""

    async def answer(request: Request) -> Response:
        try:
            terminal = await osmp.terminal_of(request)
        except TerminalRefusedError as exc:
            body = problem(401, exc.code, request_id=request_id_of(request))
            return problem_response(401, body, _CHALLENGE)
        fields, reply = {}, Reply(OTHER, "The request cannot be read")
        try:
            fields = await _fields(request)
        except RequestNotUnderstoodError as exc:
            reply = Reply(OTHER, str(exc))
        else:
            reply = await osmp.reply(terminal, fields)
        xml = rendered(reply, fields.get("txn_id", ""))
        return Response(xml, media_type="text/xml", headers={"Cache-Control": "no-store"})

    return [Route("/osmp", answer, methods=["GET", "POST"])]


def _accepted(topup: TopUp) -> Reply:
    return Reply(OK, "Can be topped up", plain(topup.amount))


async def _fields(request: Request) -> dict[str, str]:
    try:
        pairs = await form_pairs(request, most=FIELDS_MAX)
    except FieldsNotUnderstoodError:
        raise RequestNotUnderstoodError("Too many fields") from None
    fields = dict(pairs)
    if len(fields) != len(pairs):
        raise RequestNotUnderstoodError("A field is given twice")
    return fields


def _field(fields: Mapping[str, str], name: str) -> str:
    text = fields.get(name, "").strip()
    if not text:
        raise RequestNotUnderstoodError(f"{name} is missing")
    return text


def _result_of(error: type[errors.WalletError]) -> tuple[int, str]:
    return next(RESULTS[ancestor] for ancestor in error.__mro__ if ancestor in RESULTS)

"""Payments to providers: `services.provider_life.StoredProviderPayments`."""

import json
from datetime import datetime

from services.clock import from_micros, to_micros
from services.due import encode
from services.ledger import AccountId
from services.money import CURRENCIES, Money
from services.provider_life import ProviderPayment, ProviderPaymentState
from storage.rows import Connection, Row

_ADD = """
    INSERT INTO provider_payments
        (id, txn, holder, offer, provider, version, account, fields, payee, source, card,
         currency, amount, commission, total, given_currency, given, state, hold, attempts,
         unanswered, next_at, reason, code, provider_txn, created_at, sent_at, settled_at)
    VALUES
        (:id, :txn, :holder, :offer, :provider, :version, :account, :fields, :payee, :source,
         :card, :currency, :amount, :commission, :total, :given_currency, :given, :state, :hold,
         :attempts, :unanswered, :next_at, :reason, :code, :provider_txn, :created_at, :sent_at,
         :settled_at)
"""
_FIND = "SELECT * FROM provider_payments WHERE id = :value /* lock provider_payments */"
_OF_OFFER = "SELECT * FROM provider_payments WHERE offer = :value /* lock provider_payments */"
_WITH_TXN = "SELECT * FROM provider_payments WHERE txn = :value"
_TO_ACCOUNT = """
    SELECT * FROM provider_payments
    WHERE holder = :holder AND provider = :provider AND account = :account
      AND created_at >= :since AND state IN ('sent', 'unknown', 'done')
    ORDER BY id DESC
"""
_DONE_WITHIN = """
    SELECT * FROM provider_payments
    WHERE provider = :provider AND settled_at >= :since AND settled_at < :until
      AND state = 'done'
    ORDER BY settled_at, txn
"""
_UNSETTLED = """
    SELECT * FROM provider_payments
    WHERE state IN ('sent', 'unknown') AND provider = :provider ORDER BY id
"""
_ON_THEIR_WAY = """
    SELECT * FROM provider_payments WHERE state IN ('sent', 'unknown') ORDER BY id LIMIT :limit
"""
_CHANGE = """
    UPDATE provider_payments SET state = :state, attempts = :attempts, unanswered = :unanswered,
        next_at = :next_at, reason = :reason, code = :code, provider_txn = :provider_txn,
        sent_at = :sent_at, settled_at = :settled_at
    WHERE id = :id AND state = :was RETURNING id
"""


class ProviderPaymentTable:
    """The table `provider_payments`."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, payment: ProviderPayment) -> None:
        self._connection.execute(_ADD, _values(payment))

    def find(self, payment_id: str) -> ProviderPayment | None:
        return self._one(_FIND, payment_id)

    def of_offer(self, offer_id: str) -> ProviderPayment | None:
        return self._one(_OF_OFFER, offer_id)

    def with_txn(self, txn: int) -> ProviderPayment | None:
        return self._one(_WITH_TXN, txn)

    def to_account(
        self, holder: str, provider: str, account: str, since: datetime
    ) -> list[ProviderPayment]:
        values = {
            "holder": holder,
            "provider": provider,
            "account": account,
            "since": to_micros(since),
        }
        return [_payment(row) for row in self._connection.execute(_TO_ACCOUNT, values)]

    def done_within(
        self, provider: str, since: datetime, until: datetime
    ) -> list[ProviderPayment]:
        values = {"provider": provider, "since": to_micros(since), "until": to_micros(until)}
        return [_payment(row) for row in self._connection.execute(_DONE_WITHIN, values)]

    def unsettled(self, provider: str) -> list[ProviderPayment]:
        rows = self._connection.execute(_UNSETTLED, {"provider": provider})
        return [_payment(row) for row in rows]

    def on_their_way(self, *, limit: int) -> list[ProviderPayment]:
        rows = self._connection.execute(_ON_THEIR_WAY, {"limit": limit})
        return [_payment(row) for row in rows]

    def change(self, payment: ProviderPayment, *, was: ProviderPaymentState) -> bool:
        values = _values(payment) | {"was": was.value}
        return self._connection.execute(_CHANGE, values).fetchone() is not None

    def _one(self, query: str, value: str | int) -> ProviderPayment | None:
        row = self._connection.execute(query, {"value": value}).fetchone()
        return None if row is None else _payment(row)


def _values(payment: ProviderPayment) -> dict[str, str | int | None]:
    return {
        "id": payment.id,
        "txn": payment.txn,
        "holder": payment.holder,
        "offer": payment.offer,
        "provider": payment.provider,
        "version": payment.version,
        "account": payment.account,
        "fields": encode(payment.fields),
        "payee": payment.payee,
        "source": payment.source,
        "card": payment.card,
        "currency": payment.amount.currency.code,
        "amount": payment.amount.minor,
        "commission": payment.commission.minor,
        "total": payment.total.minor,
        "given_currency": payment.given.currency.code,
        "given": payment.given.minor,
        "state": payment.state.value,
        "hold": payment.hold,
        "attempts": payment.attempts,
        "unanswered": payment.unanswered,
        "next_at": _micros(payment.next_at),
        "reason": payment.reason,
        "code": payment.code,
        "provider_txn": payment.provider_txn,
        "created_at": to_micros(payment.created_at),
        "sent_at": _micros(payment.sent_at),
        "settled_at": _micros(payment.settled_at),
    }


def _payment(row: Row) -> ProviderPayment:
    of = CURRENCIES[row["currency"]]
    return ProviderPayment(
        id=row["id"],
        txn=row["txn"],
        holder=row["holder"],
        offer=row["offer"],
        provider=row["provider"],
        version=row["version"],
        account=row["account"],
        fields=json.loads(row["fields"]),
        payee=row["payee"],
        source=AccountId(row["source"]),
        card=row["card"],
        amount=Money(row["amount"], of),
        commission=Money(row["commission"], of),
        total=Money(row["total"], of),
        given=Money(row["given"], CURRENCIES[row["given_currency"]]),
        created_at=from_micros(row["created_at"]),
        state=ProviderPaymentState(row["state"]),
        hold=row["hold"],
        attempts=row["attempts"],
        unanswered=row["unanswered"],
        next_at=_moment(row["next_at"]),
        reason=row["reason"],
        code=row["code"],
        provider_txn=row["provider_txn"],
        sent_at=_moment(row["sent_at"]),
        settled_at=_moment(row["settled_at"]),
    )


def _micros(at: datetime | None) -> int | None:
    return None if at is None else to_micros(at)


def _moment(micros: int | None) -> datetime | None:
    return None if micros is None else from_micros(micros)

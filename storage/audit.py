"""What can be wrong in the books, each with its own query, in the words of both engines.

Every query returns the row's name, the amount by which it is wrong, and a detail.  What
depends on how an engine keeps the journal is added by it.
"""

from collections.abc import Iterable, Iterator, Mapping
from itertools import groupby

from services.books import Fault
from services.ledger import GENESIS
from storage import audit_paying, audit_shops
from storage.ledger import posted
from storage.rows import Connection, Row

_CHECKS = {
    "currency_unbalanced": """
        SELECT 'accounts ' || currency, sum(posted), 'all accounts together are not zero'
        FROM balances GROUP BY currency HAVING sum(posted) <> 0
    """,
    "balance_wrong": """
        SELECT 'accounts ' || id, posted - moved, 'posted is not the sum of its transfers'
        FROM (
            SELECT id, posted,
                (SELECT coalesce(sum(amount), 0) FROM transfers WHERE credit = balances.id)
                - (SELECT coalesce(sum(amount), 0) FROM transfers WHERE debit = balances.id)
                AS moved
            FROM balances
        ) AS one WHERE posted <> moved
    """,
    "held_wrong": """
        SELECT 'accounts ' || id, held - reserved, 'held is not the sum of its open holds'
        FROM (
            SELECT id, held, (
                SELECT coalesce(sum(amount), 0) FROM holds
                WHERE account = accounts.id AND state = 'held'
            ) AS reserved FROM accounts
        ) AS one WHERE held <> reserved
    """,
    "overdrawn": """
        SELECT 'accounts ' || id, posted - held - floor, 'less than its floor'
        FROM balances WHERE posted - held < floor
    """,
    "hold_overdue": """
        SELECT 'holds ' || holds.id, amount, 'held, but the offer it serves is over'
        FROM holds WHERE state = 'held' AND NOT EXISTS (
            SELECT 1 FROM payments JOIN offers ON offers.id = offer
            WHERE hold = holds.id AND (payments.state = 'authorised'
                OR (payments.state = 'held' AND offers.state = 'confirmed'))
        ) AND NOT EXISTS (
            SELECT 1 FROM provider_payments JOIN offers ON offers.id = offer
            WHERE hold = holds.id AND (provider_payments.state IN ('sent', 'unknown')
                OR (provider_payments.state = 'held' AND offers.state = 'confirmed'))
        ) AND NOT EXISTS (
            SELECT 1 FROM offers
            WHERE holds.cause = 'exchange/' || offers.id AND offers.state = 'confirmed'
        )
    """,
    "hold_illegal": """
        SELECT 'holds ' || id, captured - amount, 'captured more than was held' FROM holds
        WHERE captured > amount OR (state <> 'captured' AND captured <> 0)
    """,
    "payment_unposted": """
        SELECT 'payments ' || id, amount, 'done, but no such money moved' FROM payments
        WHERE state = 'done' AND amount <> (
            SELECT coalesce(sum(transfers.amount), 0) FROM {journal}
            WHERE key = 'payment:' || payments.id
              AND transfers.currency = payments.currency
              AND (debit = account OR given_currency <> payments.currency)
              AND (credit LIKE 'merchant/' || merchant || ':%'
                OR credit = 'system:' || 'fees:' || payments.currency)
        )
    """,
    "payment_given_wrong": """
        SELECT 'payments ' || id, given - taken, 'another amount left its account' FROM (
            SELECT payments.id, coalesce(given, payments.amount) AS given, (
                SELECT coalesce(sum(transfers.amount), 0) FROM {journal}
                WHERE key = 'payment:' || payments.id AND debit = account
            ) AS taken FROM payments WHERE state = 'done'
        ) AS one WHERE given <> taken
    """,
    "payment_not_done": """
        SELECT 'payments ' || id, amount, 'the money moved, but it is not done' FROM payments
        WHERE state <> 'done'
          AND EXISTS (SELECT 1 FROM transactions WHERE key = 'payment:' || payments.id)
    """,
    "invoice_illegal": """
        SELECT 'invoices ' || id, amount, 'its state and its payment disagree' FROM invoices
        WHERE is_test = 0
          AND (state IN ('paid', 'refunded_in_part', 'refunded')) <> (EXISTS (
            SELECT 1 FROM payments WHERE invoice = invoices.id AND state = 'done'
        ) OR EXISTS (SELECT 1 FROM cash_payments WHERE invoice = invoices.id))
    """,
    "invoice_paid_twice": """
        SELECT 'invoices ' || invoice, sum(amount) - min(amount), 'paid more than once'
        FROM payments WHERE state = 'done' GROUP BY invoice HAVING count(*) > 1
    """,
    "refund_wrong": """
        SELECT 'invoices ' || id, refunded - given, 'refunded is not the sum of its refunds'
        FROM (
            SELECT id, refunded, (
                SELECT coalesce(sum(amount), 0) FROM refunds
                WHERE invoice = invoices.id AND state = 'paid'
            ) AS given FROM invoices
        ) AS one WHERE refunded <> given
    """,
    "refund_unposted": """
        SELECT 'refunds ' || id, amount, 'paid, but no such money moved' FROM refunds
        WHERE state = 'paid' AND amount <> (
            SELECT coalesce(sum(transfers.amount), 0) FROM {journal}
            WHERE key = 'refund:' || refunds.id AND credit = account
        )
    """,
    "refund_too_large": """
        SELECT 'invoices ' || id, refunded - amount, 'more was given back than was paid'
        FROM invoices WHERE refunded > amount
    """,
    "cash_payment_unposted": """
        SELECT 'cash_payments ' || id, amount, 'received, but no such money moved'
        FROM cash_payments WHERE amount <> (
            SELECT coalesce(sum(transfers.amount), 0) FROM {journal}
            WHERE key = 'cash_payment:' || cash_payments.id
              AND debit LIKE 'terminal/' || terminal || ':%'
        )
    """,
    "topup_unposted": """
        SELECT 'topups ' || id, amount, 'credited, but no such money moved' FROM topups
        WHERE state = 'credited' AND NOT EXISTS (
            SELECT 1 FROM {journal}
            WHERE key = 'topup:' || topups.id AND transfers.amount = topups.amount
        )
    """,
    "operation_wrong": """
        SELECT 'operations ' || operations.id, 0, 'does not say what its payment says'
        FROM operations JOIN payments ON subject = 'payment/' || payments.id
        WHERE operations.state <> payments.state
           OR -operations.amount <> coalesce(payments.given, payments.amount)
    """,
}


def faults(connection: Connection, own: Mapping[str, str], journal: str) -> Iterator[Fault]:
    """Every row that cannot be right, by the engine's *own* queries and those of both.

    *journal* joins the transactions with their transfers.
    """
    both = _CHECKS | audit_paying.CHECKS | audit_shops.CHECKS
    shared = {name: query.replace("{journal}", journal) for name, query in both.items()}
    for name, query in {**own, **shared}.items():
        for row, amount, detail in connection.execute(query):
            yield Fault(name, row, int(amount), detail)


def chain_faults(journal: Iterable[Row]) -> Iterator[Fault]:
    """Where a transaction is not the one whose hash was written, by its place.

    *journal* has a row for each transfer, in the order of the chain.
    """
    previous = GENESIS.hash
    for position, rows in groupby(journal, lambda row: row["position"]):
        of_one = list(rows)
        try:
            kept = posted(of_one)
            link = kept.transaction.hash_after(previous, position)
        except (ValueError, KeyError, TypeError) as exc:
            yield Fault("chain_unreadable", f"transactions {position}", 0, str(exc))
            previous = of_one[0]["hash"]
            continue
        if link != kept.hash:
            amount = sum(row["amount"] for row in of_one)
            yield Fault("chain_broken", f"transactions {position}", amount, "was changed")
        previous = kept.hash

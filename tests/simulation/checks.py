"""What must hold: after every commit, and when everything is over."""

from collections.abc import Iterator

from storage.sqlite.book import SqliteBook

_ALWAYS = """
    SELECT 'the accounts in ' || currency || ' are not zero together' FROM accounts
    GROUP BY currency HAVING sum(posted) <> 0
    UNION ALL
    SELECT id || ' is below its floor' FROM accounts WHERE posted - held < floor
    UNION ALL
    SELECT id || ' holds something else than its holds' FROM accounts WHERE held <> (
        SELECT coalesce(sum(amount), 0) FROM holds
        WHERE account = accounts.id AND state = 'held'
    )
    UNION ALL
    SELECT 'hold ' || id || ' serves nothing' FROM holds WHERE state = 'held' AND NOT EXISTS (
        SELECT 1 FROM payments JOIN offers ON offers.id = offer
        WHERE hold = holds.id AND payments.state = 'held' AND offers.state = 'confirmed'
        UNION ALL
        SELECT 1 FROM payments JOIN invoices ON payment = payments.id
        WHERE hold = holds.id AND payments.state = 'authorised' AND invoices.state = 'authorised'
        UNION ALL
        SELECT 1 FROM provider_payments JOIN offers ON offers.id = offer
        WHERE hold = holds.id AND (provider_payments.state IN ('sent', 'unknown')
            OR (provider_payments.state = 'held' AND offers.state = 'confirmed'))
    )
    UNION ALL
    SELECT 'provider payment ' || id || ' is on its way without its money'
    FROM provider_payments WHERE state IN ('held', 'sent', 'unknown') AND NOT EXISTS (
        SELECT 1 FROM holds WHERE id = hold AND state = 'held' AND amount = given
    )
    UNION ALL
    SELECT 'payment ' || id || ' is authorised without its money'
    FROM payments WHERE state = 'authorised' AND NOT EXISTS (
        SELECT 1 FROM holds WHERE id = hold AND state = 'held' AND amount = payments.amount
    )
    UNION ALL
    SELECT 'payment ' || payments.id || ' waits for an invoice that another has paid'
    FROM payments JOIN invoices ON invoices.id = invoice
    WHERE payments.state = 'held' AND payment IN (SELECT id FROM payments)
    UNION ALL
    SELECT 'invoice ' || invoice || ' is paid twice' FROM payments
    WHERE state IN ('authorised', 'done') GROUP BY invoice HAVING count(*) > 1
    UNION ALL
    SELECT 'invoice ' || id || ' gave back what it did not get' FROM invoices
    WHERE refunded > amount OR refunded <> (
        SELECT coalesce(sum(amount), 0) FROM refunds WHERE invoice = invoices.id
    )
    UNION ALL
    SELECT 'invoice ' || cash_payments.invoice || ' is paid in cash and by a wallet'
    FROM cash_payments JOIN payments ON payments.invoice = cash_payments.invoice
    WHERE payments.state IN ('authorised', 'done')
    UNION ALL
    SELECT id || ' is not what is reserved' FROM accounts
    WHERE id LIKE 'merchant/%:reserve:RUB' AND posted <> (
        SELECT coalesce(sum(reserved), 0) FROM settlements WHERE owner = 'merchant/' || merchant
    )
    UNION ALL
    SELECT id || ' is not what is on its way to the bank' FROM accounts
    WHERE id LIKE 'merchant/%:payouts:RUB' AND posted <> (
        SELECT coalesce(sum(amount), 0) FROM payouts
        WHERE owner = 'merchant/' || merchant AND state = 'prepared'
    )
    UNION ALL
    SELECT 'payment ' || id || ' was made without its tariff' FROM (
        SELECT id, merchant FROM payments WHERE state = 'done'
        UNION ALL SELECT id, merchant FROM cash_payments
    ) AS one
    WHERE merchant IN (SELECT merchant FROM merchant_terms WHERE reserve_days > 0)
        AND id NOT IN (SELECT payment FROM settlements)
    UNION ALL
    SELECT 'settlement ' || payment || ' took another fee than a fortieth' FROM settlements
    WHERE fee <> amount / 40 + (amount % 40 > 20 OR (amount % 40 = 20 AND amount / 40 % 2 = 1))
    UNION ALL
    SELECT 'settlement ' || settlements.payment || ' gave another fee back than its share'
    FROM settlements JOIN invoices ON invoices.payment = settlements.payment
    WHERE fee_returned <> fee * refunded / settlements.amount
    UNION ALL
    SELECT 'link ' || links.id || ' is by no payment' FROM links WHERE state = 'active'
        AND NOT EXISTS (
            SELECT 1 FROM payments
            WHERE payments.invoice = links.invoice AND payments.holder = links.holder
                AND payments.state IN ('authorised', 'done')
        )
"""
_TIMES = """
    SELECT 'payment ' || payments.id || ' began after its offer was over'
    FROM payments JOIN offers ON offers.id = offer WHERE payments.created_at >= offers.expires_at
    UNION ALL
    SELECT 'payment ' || payments.id || ' was made with a code that was over'
    FROM payments JOIN offers ON offers.id = offer JOIN codes ON codes.id = code_id
    JOIN history ON history.subject = 'payment/' || payments.id
    WHERE event IN ('authorise', 'settle') AND history.at >= codes.expires_at
        AND NOT (event = 'settle' AND actor = 'merchant')
    UNION ALL
    SELECT 'payment ' || payments.id || ' was made for an invoice that was over'
    FROM payments JOIN invoices ON invoices.id = invoice
    JOIN history ON history.subject = 'payment/' || payments.id
    WHERE event IN ('authorise', 'settle') AND history.at >= invoices.expires_at
        AND NOT (event = 'settle' AND actor = 'merchant')
    UNION ALL
    SELECT 'payment ' || payments.id || ' was let go before its merchant had its time'
    FROM payments JOIN history ON history.subject = 'payment/' || payments.id
    WHERE reason = 'lapse' AND history.at < capture_until
    UNION ALL
    SELECT 'payment ' || payments.id || ' was let go too early'
    FROM payments JOIN offers ON offers.id = offer
    JOIN history ON history.subject = 'payment/' || payments.id
    WHERE reason = 'expired' AND history.at < offers.expires_at
    UNION ALL
    SELECT 'invoice ' || id || ' expired too early' FROM invoices
    JOIN history ON history.subject = 'invoice/' || id
    WHERE event = 'expire' AND history.at < expires_at
"""
_OVER = """
    SELECT 'hold ' || id || ' is still held' FROM holds WHERE state = 'held' AND NOT EXISTS (
        SELECT 1 FROM provider_payments WHERE hold = holds.id AND state = 'unknown'
    )
    UNION ALL
    SELECT 'provider payment ' || id || ' is still ' || state FROM provider_payments
    WHERE state IN ('held', 'sent')
    UNION ALL
    SELECT 'payment ' || id || ' still waits' FROM payments
    WHERE state IN ('held', 'authorised')
    UNION ALL
    SELECT 'offer ' || id || ' is still ' || state FROM offers
    WHERE state IN ('open', 'confirmed')
    UNION ALL
    SELECT 'invoice ' || id || ' still waits' FROM invoices
    WHERE state IN ('waiting', 'authorised')
    UNION ALL
    SELECT 'settlement ' || payment || ' is still reserved' FROM settlements WHERE reserved > 0
    UNION ALL
    SELECT key || ' is still due: ' || error FROM due_work WHERE state = 'due'
    UNION ALL
    SELECT key || ' was given up without a reason' FROM due_work
    WHERE state = 'dead' AND error = ''
    UNION ALL
    SELECT key || ' was given up: ' || error FROM due_work
    WHERE state = 'dead' AND (kind LIKE 'expire_%' OR kind = 'pay_provider')
"""
_DONE = "SELECT key FROM due_work WHERE state = 'done' AND kind NOT LIKE 'expire_%' ORDER BY key"
_UNTOLD = """
    SELECT 'nobody is told of ' || cause FROM transactions
    WHERE kind IN ('topup', 'refund', 'correction') AND NOT EXISTS (
        SELECT 1 FROM due_work
        WHERE key = 'notice:' || iif(transactions.kind = 'correction', substr(cause, 12), cause)
    )
"""


def by_no_code(book: SqliteBook, typed: set[str]) -> Iterator[str]:
    """Checkouts that have paid though nobody *typed* a code that had been sent for them."""
    paid = book.connection.execute("SELECT id FROM checkouts WHERE state = 'paid' ORDER BY id")
    yield from (f"checkout {row[0]} was paid by no code" for row in paid if row[0] not in typed)


def always(book: SqliteBook) -> list[str]:
    """What is wrong with the money just now."""
    return [row[0] for row in book.connection.execute(_ALWAYS)]


def at_the_end(book: SqliteBook, over: set[str]) -> Iterator[str]:
    """What is wrong when nothing goes on any more; *over* is the work that was really done."""
    yield from always(book)
    for query in (_TIMES, _OVER, _UNTOLD):
        for row in book.connection.execute(query):
            yield row[0]
    for row in book.connection.execute(_DONE):
        if row[0] not in over:
            yield f"{row[0]} counts as done and was not"
    for fault in book.journal.faults():
        yield f"the audit finds {fault.name} {fault.row}: {fault.detail}"

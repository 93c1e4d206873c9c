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
    SELECT 'payment ' || payments.id || ' waits for an invoice that another has paid'
    FROM payments JOIN invoices ON invoices.id = invoice
    WHERE payments.state = 'held' AND payment IS NOT NULL
    UNION ALL
    SELECT 'invoice ' || invoice || ' is paid twice' FROM payments WHERE state = 'done'
    GROUP BY invoice HAVING count(*) > 1
    UNION ALL
    SELECT 'invoice ' || id || ' gave back what it did not get' FROM invoices
    WHERE refunded > amount OR refunded <> (
        SELECT coalesce(sum(amount), 0) FROM refunds WHERE invoice = invoices.id
    )
"""
_TIMES = """
    SELECT 'payment ' || payments.id || ' began after its offer was over'
    FROM payments JOIN offers ON offers.id = offer WHERE payments.created_at >= offers.expires_at
    UNION ALL
    SELECT 'payment ' || payments.id || ' was made with a code that was over'
    FROM payments JOIN offers ON offers.id = offer JOIN codes ON codes.id = code_id
    WHERE payments.state = 'done' AND settled_at >= codes.expires_at
    UNION ALL
    SELECT 'payment ' || payments.id || ' was made for an invoice that was over'
    FROM payments JOIN invoices ON invoices.id = invoice
    WHERE payments.state = 'done' AND settled_at >= invoices.expires_at
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
    SELECT 'payment ' || id || ' still waits' FROM payments WHERE state = 'held'
    UNION ALL
    SELECT 'offer ' || id || ' is still ' || state FROM offers
    WHERE state IN ('open', 'confirmed')
    UNION ALL
    SELECT 'invoice ' || id || ' still waits' FROM invoices WHERE state = 'waiting'
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

"""What can be wrong about payments to providers, exchange, limits and schedules.

As in `storage/audit.py`: each query returns the row's name, the amount by which it is wrong
and a detail, in the words of both engines.
"""

# What a key of a schedule says: `schedule:<32 digits>:<period>`, and `:<attempt>` after the first.
_SCHEDULED = """
    SELECT provider_payments.id, provider_payments.holder, given, given_currency, schedule,
        CASE WHEN bare LIKE '%:' THEN rtrim(bare, ':') ELSE rest END AS period
    FROM (
        SELECT id AS made_by, substr(key, 10, 32) AS schedule, substr(key, 43) AS rest,
            rtrim(substr(key, 43), '0123456789') AS bare
        FROM offers
        WHERE kind = 'provider_payment' AND key LIKE 'schedule:%' AND length(key) > 42
    ) AS keys JOIN provider_payments ON offer = made_by
    WHERE provider_payments.state <> 'failed'
"""
# What was held or captured of each kind that is counted.
_SPENT = """
    SELECT holder, given_currency AS currency, 'provider' AS kind, given AS amount
    FROM provider_payments WHERE state <> 'failed'
    UNION ALL
    SELECT holder, coalesce(given_currency, currency), 'invoice', coalesce(given, amount)
    FROM payments WHERE state <> 'failed'
    UNION ALL
    SELECT holder, gives_currency, 'exchange', gives FROM exchanges WHERE cause LIKE 'exchange/%'
    UNION ALL
    SELECT offers.holder, accounts.currency, 'exchange', amount
    FROM holds JOIN offers ON cause = 'exchange/' || offers.id
    JOIN accounts ON accounts.id = account WHERE holds.state = 'held'
"""

CHECKS = {
    "provider_payment_unposted": """
        SELECT 'provider_payments ' || id, given - taken, 'done, but other money moved'
        FROM (
            SELECT provider_payments.id, given, (
                SELECT coalesce(sum(transfers.amount), 0) FROM {journal}
                WHERE key = 'provider_payment:' || provider_payments.id AND debit = source
            ) AS taken FROM provider_payments WHERE state = 'done'
        ) AS one WHERE given <> taken
    """,
    "provider_payment_not_done": """
        SELECT 'provider_payments ' || id, amount, 'the money moved, but it is not done'
        FROM provider_payments WHERE state <> 'done' AND EXISTS (
            SELECT 1 FROM transactions WHERE key = 'provider_payment:' || provider_payments.id
        )
    """,
    "provider_payment_unheld": """
        SELECT 'provider_payments ' || id, given, 'on its way, but its money is not held'
        FROM provider_payments WHERE state IN ('held', 'sent', 'unknown') AND NOT EXISTS (
            SELECT 1 FROM holds WHERE holds.id = hold AND holds.state = 'held'
              AND holds.amount = given AND holds.account = source
        )
    """,
    "provider_payment_illegal": """
        SELECT 'provider_payments ' || id, total - amount - commission,
            'its amounts do not add up'
        FROM provider_payments
        WHERE total <> amount + commission OR (given_currency = currency AND given <> total)
    """,
    "provider_payment_orphaned": """
        SELECT 'provider_payments ' || id, amount, 'nobody has offered it under such terms'
        FROM provider_payments WHERE NOT EXISTS (
            SELECT 1 FROM offers
            WHERE offers.id = offer AND offers.holder = provider_payments.holder
              AND offers.kind = 'provider_payment'
        ) OR NOT EXISTS (
            SELECT 1 FROM provider_terms
            WHERE provider_terms.provider = provider_payments.provider
              AND provider_terms.version = provider_payments.version
        )
    """,
    "provider_payment_forgotten": """
        SELECT 'provider_payments ' || id, given, 'sent, but nobody will ask the provider'
        FROM provider_payments WHERE state = 'sent' AND NOT EXISTS (
            SELECT 1 FROM due_work
            WHERE due_work.key = 'pay_provider:' || provider_payments.id
              AND due_work.state <> 'done'
        )
    """,
    "provider_underpaid": """
        SELECT 'provider_payments ' || id, owed - credited, 'the provider got another amount'
        FROM (
            SELECT provider_payments.id, provider_payments.amount AS owed, commission, (
                SELECT coalesce(sum(transfers.amount), 0) FROM {journal}
                WHERE key = 'provider_payment:' || provider_payments.id
                  AND transfers.currency = provider_payments.currency
                  AND credit LIKE 'provider/' || provider || ':%'
            ) AS credited FROM provider_payments WHERE state = 'done'
        ) AS one WHERE credited > owed OR (commission > 0 AND credited <> owed)
    """,
    "provider_payment_torn": """
        SELECT 'provider_payments ' || id, total - arrived, 'another amount arrived than its total'
        FROM (
            SELECT provider_payments.id, total, (
                SELECT coalesce(sum(transfers.amount), 0) FROM {journal}
                WHERE key = 'provider_payment:' || provider_payments.id
                  AND transfers.currency = provider_payments.currency
                  AND (credit LIKE 'provider/' || provider || ':%'
                    OR credit = 'system:' || 'fees:' || provider_payments.currency)
            ) AS arrived FROM provider_payments WHERE state = 'done'
        ) AS one WHERE total <> arrived
    """,
    "provider_operation_wrong": """
        SELECT 'provider_payments ' || provider_payments.id, 0,
            'the history says something else, or nothing'
        FROM provider_payments WHERE NOT EXISTS (
            SELECT 1 FROM operations
            WHERE subject = 'provider_payment/' || provider_payments.id
              AND operations.state = provider_payments.state
              AND operations.holder = provider_payments.holder
              AND operations.currency = given_currency AND -operations.amount = given
        )
    """,
    "exchange_unposted": """
        SELECT 'exchanges ' || cause, gets - sold, 'exchanged, but other money moved'
        FROM (
            SELECT cause, gives, fee, gets, (
                SELECT coalesce(sum(transfers.amount), 0) FROM {journal}
                WHERE key = replace(exchanges.cause, '/', ':')
                  AND debit = 'system:' || 'position:' || gets_currency
            ) AS sold, (
                SELECT coalesce(sum(transfers.amount), 0) FROM {journal}
                WHERE key = replace(exchanges.cause, '/', ':')
                  AND credit = 'system:' || 'position:' || gives_currency
            ) AS bought, (
                SELECT coalesce(sum(transfers.amount), 0) FROM {journal}
                WHERE key = replace(exchanges.cause, '/', ':')
                  AND credit = 'system:' || 'fees:' || gives_currency
            ) AS taken FROM exchanges
        ) AS one WHERE gets <> sold OR gives - fee <> bought OR fee <> taken
    """,
    "exchange_unnoted": """
        SELECT 'transactions ' || key, transfers.amount, 'exchanged, and at no rate that is kept'
        FROM {journal}
        WHERE debit LIKE 'system:' || 'position:%' AND NOT EXISTS (
            SELECT 1 FROM exchanges WHERE exchanges.cause = transactions.cause
        ) AND NOT EXISTS (
            SELECT 1 FROM payouts
            WHERE conversion IS NOT NULL AND key = 'payout:' || payouts.id
              AND payouts.id = substr(key, 8)
        )
    """,
    "exchange_wrong": """
        SELECT 'exchanges ' || cause, exchanges.gives - paid.given, 'serves another payment'
        FROM exchanges JOIN (
            SELECT 'payment/' || id AS id, given_currency, given, currency, amount AS total, holder
            FROM payments WHERE state = 'done'
            UNION ALL
            SELECT 'provider_payment/' || id, given_currency, given, currency, total, holder
            FROM provider_payments WHERE state = 'done'
        ) AS paid ON paid.id = cause
        WHERE gives <> paid.given OR gives_currency <> paid.given_currency
           OR gets <> paid.total OR gets_currency <> paid.currency
           OR exchanges.holder <> paid.holder
    """,
    "exchange_operation_wrong": """
        SELECT 'exchanges ' || cause, 0, 'the history says something else, or nothing'
        FROM exchanges WHERE cause LIKE 'exchange/%' AND NOT EXISTS (
            SELECT 1 FROM operations
            WHERE subject = cause AND operations.state = 'done'
              AND operations.holder = exchanges.holder
              AND operations.currency = gives_currency AND -operations.amount = gives
        )
    """,
    "exchange_reservation_orphaned": """
        SELECT 'exchange_reservations ' || hold, sold, 'counts for a hold that does not fit it'
        FROM exchange_reservations WHERE NOT EXISTS (
            SELECT 1 FROM holds
            JOIN accounts ON accounts.id = account AND accounts.currency = bought_currency
            WHERE holds.id = hold AND holds.amount >= bought
        )
    """,
    "limit_day_wrong": """
        SELECT 'limit_uses ' || holder || ' ' || currency || ' ' || kind || ' ' || period,
            amount - of_days, 'the month is not the sum of its days'
        FROM (
            SELECT holder, currency, kind, period, amount, times, (
                SELECT coalesce(sum(days.amount), 0) FROM limit_uses AS days
                WHERE days.holder = months.holder AND days.currency = months.currency
                  AND days.kind = months.kind
                  AND days.period > months.period AND days.period < months.period + 100
            ) AS of_days, (
                SELECT coalesce(sum(days.times), 0) FROM limit_uses AS days
                WHERE days.holder = months.holder AND days.currency = months.currency
                  AND days.kind = months.kind
                  AND days.period > months.period AND days.period < months.period + 100
            ) AS times_of_days
            FROM limit_uses AS months WHERE period % 100 = 0 AND kind IN ('provider', 'exchange')
        ) AS one WHERE amount <> of_days OR times <> times_of_days
    """,
    "limit_overcounted": f"""
        SELECT 'limit_uses ' || used.holder || ' ' || used.currency || ' ' || used.kind,
            counted - coalesce(spent, 0), 'more is counted than was ever spent'
        FROM (
            SELECT holder, currency, kind, sum(amount) AS counted FROM limit_uses
            WHERE period % 100 = 0 AND kind IN ('provider', 'invoice', 'exchange')
            GROUP BY holder, currency, kind
        ) AS used LEFT JOIN (
            SELECT holder, currency, kind, sum(amount) AS spent FROM ({_SPENT}) AS each
            GROUP BY holder, currency, kind
        ) AS made ON made.holder = used.holder AND made.currency = used.currency
            AND made.kind = used.kind
        WHERE counted > coalesce(spent, 0)
    """,  # noqa: S608  # names of ours
    "schedule_paid_twice": f"""
        SELECT 'schedules ' || schedule || ' ' || period, sum(given) - min(given),
            'paid more than once'
        FROM ({_SCHEDULED}) AS paid GROUP BY schedule, period HAVING count(*) > 1
    """,  # noqa: S608  # names of ours
    "schedule_foreign": f"""
        SELECT 'provider_payments ' || id, given, 'paid for a schedule that is not its payer''s'
        FROM ({_SCHEDULED}) AS paid WHERE NOT EXISTS (
            SELECT 1 FROM schedules
            WHERE schedules.id = schedule AND schedules.holder = paid.holder
        )
    """,  # noqa: S608  # names of ours
    "schedule_occurrence_unpaid": """
        SELECT 'schedule_occurrences ' || id, cost, 'says that money left, but none did so'
        FROM schedule_occurrences AS due WHERE cost IS NOT NULL AND NOT EXISTS (
            SELECT 1 FROM offers JOIN provider_payments ON provider_payments.offer = offers.id
            WHERE offers.key = 'schedule:' || due.schedule || ':' || due.period
                || CASE WHEN attempt > 1 THEN ':' || CAST(attempt AS text) ELSE '' END
              AND given = cost AND given_currency = cost_currency
              AND provider_payments.holder = due.holder
        )
    """,
}


def uncounted(month: str, day: str) -> dict[str, str]:
    """What is lacking from the counters of limits, where months can be told apart.

    *month* and *day* are the engine's expressions of them, by `{at}` in UTC.  Days near a
    month's border are left out, for counters go by the operator's zone.
    """
    made = ("provider", "provider_payments", "given_currency", "given", "created_at", "state")
    done = ("exchange", "exchanges", "gives_currency", "gives", "at", "''")
    return {
        "limit_uncounted": " UNION ALL ".join(
            _lacking(kind, table, currency, amount, state, month.format(at=at), day.format(at=at))
            for kind, table, currency, amount, at, state in (made, done)
        )
    }


def _lacking(
    kind: str, table: str, currency: str, amount: str, state: str, month: str, day: str
) -> str:
    own = "cause LIKE 'exchange/%'" if kind == "exchange" else "TRUE"
    return f"""
        SELECT 'limit_uses ' || uses.holder || ' ' || uses.currency || ' {kind} ' || uses.period,
            spent - uses.amount, 'less is counted than was spent'
        FROM limit_uses AS uses JOIN (
            SELECT holder, {currency} AS currency, {month} AS period, sum({amount}) AS spent
            FROM {table} WHERE {state} <> 'failed' AND {own} AND {day} BETWEEN 3 AND 27
            GROUP BY holder, {currency}, {month}
        ) AS made ON made.holder = uses.holder AND made.currency = uses.currency
            AND made.period = uses.period
        WHERE uses.kind = '{kind}' AND spent > uses.amount
    """  # noqa: S608  # names of ours

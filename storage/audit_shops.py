"""What can be wrong about shops' money: settlements, reserves, payouts, authorised payments.

As in `storage/audit.py`: each query returns the row's name, the amount by which it is wrong
and a detail, in the words of both engines.
"""

# Names of accounts are in pieces, for a colon before a letter begins a parameter.
_PAID = "key IN ('payment:' || payment, 'cash_payment:' || payment)"
_FEES = "'system:' || 'fees:' || settlements.currency"
_RESERVE = "'merchant/' || settlements.merchant || ':' || 'reserve:' || settlements.currency"
# What the refunds of each payment took from its fee and from its reserve.
_GIVEN_BACK = """
    SELECT refunds.payment AS paid,
        sum(CASE WHEN debit = 'system:' || 'fees:' || refunds.currency
            THEN transfers.amount ELSE 0 END) AS fee,
        sum(CASE WHEN debit =
                'merchant/' || refunds.merchant || ':' || 'reserve:' || refunds.currency
            THEN transfers.amount ELSE 0 END) AS reserve
    FROM {journal} JOIN refunds ON key = 'refund:' || refunds.id
    GROUP BY refunds.payment
"""
_UNTESTED = """
    SELECT '{table} ' || {table}.id, {table}.amount, 'moved money for a test'
    FROM {table} JOIN invoices ON invoices.id = {table}.invoice WHERE is_test = 1
"""

CHECKS = {
    "settlement_unposted": f"""
        SELECT 'settlements ' || payment, amount - moved, 'another amount came to the merchant'
        FROM (
            SELECT payment, amount, (
                SELECT coalesce(sum(transfers.amount), 0) FROM {{journal}}
                WHERE {_PAID} AND transfers.currency = settlements.currency
                  AND (credit = {_FEES}
                    OR credit LIKE 'merchant/' || settlements.merchant || ':%')
            ) AS moved FROM settlements
        ) AS one WHERE amount <> moved
    """,  # noqa: S608  # names of ours
    "settlement_fee_wrong": f"""
        SELECT 'settlements ' || payment, fee - taken, 'another fee was taken' FROM (
            SELECT payment, fee, (
                SELECT coalesce(sum(transfers.amount), 0) FROM {{journal}}
                WHERE {_PAID} AND credit = {_FEES}
            ) AS taken FROM settlements
        ) AS one WHERE fee <> taken
    """,  # noqa: S608  # names of ours
    "settlement_fee_returned_wrong": f"""
        SELECT 'settlements ' || payment, fee_returned - coalesce(back.fee, 0),
            'another part of the fee was given back'
        FROM settlements LEFT JOIN ({_GIVEN_BACK}) AS back ON back.paid = payment
        WHERE fee_returned <> coalesce(back.fee, 0) OR fee_returned > settlements.fee
    """,  # noqa: S608  # names of ours
    "settlement_reserve_wrong": f"""
        SELECT 'settlements ' || payment, reserved - kept, 'another amount is in its reserve'
        FROM (
            SELECT payment, reserved, (
                SELECT coalesce(sum(transfers.amount), 0) FROM {{journal}}
                WHERE {_PAID} AND credit = {_RESERVE}
            ) - (
                SELECT coalesce(sum(transfers.amount), 0) FROM {{journal}}
                WHERE key = 'reserve:' || payment AND debit = {_RESERVE}
            ) - coalesce(back.reserve, 0) AS kept
            FROM settlements LEFT JOIN ({_GIVEN_BACK}) AS back ON back.paid = payment
        ) AS one WHERE reserved <> kept
    """,  # noqa: S608  # names of ours
    "settlement_orphaned": """
        SELECT 'settlements ' || payment, amount, 'of no such payment' FROM settlements
        WHERE NOT EXISTS (
            SELECT 1 FROM payments
            WHERE id = settlements.payment AND state = 'done'
              AND payments.merchant = settlements.merchant
              AND payments.amount = settlements.amount AND payments.currency = settlements.currency
        ) AND NOT EXISTS (
            SELECT 1 FROM cash_payments
            WHERE id = settlements.payment AND cash_payments.merchant = settlements.merchant
              AND cash_payments.amount = settlements.amount
              AND cash_payments.currency = settlements.currency
        )
    """,
    "settlement_missing": """
        SELECT 'payments ' || payments.id, transfers.amount, 'a fee or a reserve nobody has kept'
        FROM {journal} JOIN payments ON key = 'payment:' || payments.id
        WHERE (credit = 'system:' || 'fees:' || payments.currency
            OR credit =
                'merchant/' || payments.merchant || ':' || 'reserve:' || payments.currency)
          AND NOT EXISTS (SELECT 1 FROM settlements WHERE settlements.payment = payments.id)
    """,
    "reserve_wrong": """
        SELECT 'accounts ' || id, posted - coalesce(kept, 0), 'not the sum of what is reserved'
        FROM balances LEFT JOIN (
            SELECT 'merchant/' || merchant || ':' || 'reserve:' || currency AS account,
                sum(reserved) AS kept
            FROM settlements GROUP BY merchant, currency
        ) AS reserves ON account = id
        WHERE id LIKE 'merchant/%:' || 'reserve:%' AND posted <> coalesce(kept, 0)
    """,
    "in_payout_wrong": """
        SELECT 'accounts ' || id, posted - coalesce(sent, 0), 'not the sum of its payouts'
        FROM balances LEFT JOIN (
            SELECT 'merchant/' || merchant || ':' || 'payouts:' || currency AS account,
                sum(amount) AS sent
            FROM payouts WHERE state = 'prepared' GROUP BY merchant, currency
        ) AS waiting ON account = id
        WHERE id LIKE 'merchant/%:' || 'payouts:%' AND posted <> coalesce(sent, 0)
    """,
    "payout_unposted": """
        SELECT 'payouts ' || id, amount - came, 'another amount was put aside' FROM (
            SELECT payouts.id, payouts.amount, taken, (
                SELECT coalesce(sum(transfers.amount), 0) FROM {journal}
                WHERE key = 'payout:' || payouts.id AND credit =
                    'merchant/' || merchant || ':' || 'payouts:' || payouts.currency
            ) AS came, (
                SELECT coalesce(sum(transfers.amount), 0) FROM {journal}
                WHERE key = 'payout:' || payouts.id AND debit =
                    'merchant/' || merchant || ':' || 'main:' || taken_currency
            ) AS went FROM payouts
        ) AS one WHERE amount <> came OR taken <> went
    """,
    "payout_ended_wrong": """
        SELECT 'payouts ' || id, due - moved, 'its end moved another amount' FROM (
            SELECT payouts.id, CASE state WHEN 'prepared' THEN 0 ELSE payouts.amount END AS due, (
                SELECT coalesce(sum(transfers.amount), 0) FROM {journal}
                WHERE key = 'payout_' || CASE state WHEN 'prepared' THEN 'paid' ELSE state END
                    || ':' || payouts.id
            ) AS moved FROM payouts
        ) AS one WHERE due <> moved
    """,
    "payment_unheld": """
        SELECT 'payments ' || id, given, 'authorised, but its money is not held' FROM payments
        WHERE state = 'authorised' AND NOT EXISTS (
            SELECT 1 FROM holds WHERE holds.id = hold AND holds.state = 'held'
              AND holds.amount = given AND holds.account = payments.account
        )
    """,
    "authorisation_illegal": """
        SELECT 'payments ' || payments.id, payments.amount,
            'authorised, and its invoice says something else'
        FROM payments JOIN invoices ON invoices.id = payments.invoice
        WHERE payments.state = 'authorised' AND (invoices.state <> 'authorised'
            OR invoices.payment <> payments.id OR invoices.amount <> payments.amount)
    """,
    "authorisation_missing": """
        SELECT 'invoices ' || invoices.id, invoices.amount, 'authorised by no such payment'
        FROM invoices LEFT JOIN payments ON payments.id = payment
        WHERE invoices.state = 'authorised' AND is_test = 0
          AND (payments.id IS NULL OR payments.state <> 'authorised')
    """,
    "test_with_money": " UNION ALL ".join(
        _UNTESTED.replace("{table}", table) for table in ("payments", "refunds", "cash_payments")
    ),
}

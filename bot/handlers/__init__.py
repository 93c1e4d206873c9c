"""The chat's handlers, one file for each noun; each file ends with its routing table."""

from bot.handlers import (
    card_limits,
    card_offers,
    cards,
    catalogue,
    emails,
    exchange,
    favourites,
    history,
    home,
    identification,
    identity_review,
    invoices,
    joining,
    limits,
    lock,
    operator,
    orders,
    payment_codes,
    payments,
    provider_payments,
    receipts,
    refunds,
    schedule_offers,
    schedule_wishes,
    schedules,
    settings,
    statements,
    topups,
)
from bot.routes import Routes

_FILES = (
    card_limits,
    card_offers,
    cards,
    catalogue,
    emails,
    exchange,
    favourites,
    history,
    home,
    identification,
    identity_review,
    invoices,
    joining,
    limits,
    lock,
    operator,
    orders,
    payment_codes,
    payments,
    provider_payments,
    receipts,
    refunds,
    schedule_offers,
    schedule_wishes,
    schedules,
    settings,
    statements,
    topups,
)


def all_routes() -> Routes:
    """The whole table."""
    routes = Routes()
    for each in _FILES:
        each.add_to(routes)
    return routes

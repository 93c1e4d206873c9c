"""The chat's handlers, one file for each noun; each file ends with its routing table."""

from bot.handlers import (
    card_limits,
    card_offers,
    cards,
    history,
    home,
    invoices,
    joining,
    lock,
    operator,
    payments,
    refunds,
    settings,
    topups,
)
from bot.routes import Routes

_FILES = (
    card_limits,
    card_offers,
    cards,
    history,
    home,
    invoices,
    joining,
    lock,
    operator,
    payments,
    refunds,
    settings,
    topups,
)


def all_routes() -> Routes:
    """The whole table."""
    routes = Routes()
    for each in _FILES:
        each.add_to(routes)
    return routes

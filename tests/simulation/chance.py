"""Everything that is drawn in a simulation, from one seed; and a silent log."""

import logging
import random
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from unittest import mock

import structlog

from services import due, provider_sending

POLL_SECONDS = 90
"""Workers are woken by commits; polls find only what time makes due, so few are enough."""

_SILENT = structlog.make_filtering_bound_logger(logging.CRITICAL)


def stream(seed: int, purpose: str) -> random.Random:
    """A source of chance for one purpose, so that one more draw disturbs no other's."""
    return random.Random(f"{seed} {purpose}")  # noqa: S311  # to be repeated is its purpose


@contextmanager
def seeded(seed: int) -> Iterator[None]:
    """Ids, secrets, nonces and delays follow from *seed* meanwhile, and nothing is logged."""
    drawn = stream(seed, "secrets")
    with (
        mock.patch.object(secrets, "randbits", drawn.getrandbits),
        mock.patch.object(secrets, "randbelow", drawn.randrange),
        mock.patch.object(secrets, "token_bytes", lambda nbytes=32: drawn.randbytes(nbytes)),
        mock.patch.object(due, "random", stream(seed, "delays")),
        mock.patch.object(provider_sending, "random", stream(seed, "delays of providers")),
        mock.patch.object(due, "POLL_SECONDS", POLL_SECONDS),
        _quiet(),
    ):
        yield


@contextmanager
def _quiet() -> Iterator[None]:
    before = structlog.get_config() if structlog.is_configured() else None
    structlog.configure(wrapper_class=_SILENT)
    try:
        yield
    finally:
        if before is None:
            structlog.reset_defaults()
        else:
            structlog.configure(**before)

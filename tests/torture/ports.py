"""Ports that nobody takes while their owner is down.

Those that the system gives out are not: while a server is killed, whoever tries to reach it
may be given its very port to call from, and then the server cannot start.
"""

import socket
from contextlib import closing
from random import SystemRandom

BELOW_THE_SYSTEMS = range(18_000, 32_000)


def free_port() -> int:
    """A port nobody listens on, and that the system does not give out."""
    while True:
        port = SystemRandom().choice(BELOW_THE_SYSTEMS)
        with closing(socket.socket()) as probe:
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
        return port

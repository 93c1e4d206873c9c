"""A relay between a wallet and its server, which fails as a network does."""

import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from urllib.parse import urlsplit

_PIECE = 65536


class Relay:
    """Passes bytes on both ways, until a message comes at which it was told to break."""

    def __init__(self, server_url: str) -> None:
        parts = urlsplit(server_url)
        self._server = (parts.hostname, parts.port)
        self._listener = socket.create_server(("127.0.0.1", 0))
        port = self._listener.getsockname()[1]
        self.url = parts._replace(netloc=f"{parts.username}@127.0.0.1:{port}").geturl()
        self._break_at: bytes | None = None
        self._passes_it = False
        self._refuses = self._refuses_then = False
        self._meanwhile: Callable[[], object] = lambda: None
        self._pairs: list[tuple[socket.socket, socket.socket]] = []
        self._breaking = threading.Lock()
        self._broken = set[socket.socket]()
        self.broken = threading.Event()
        threading.Thread(target=self._accept, daemon=True).start()

    def break_at(
        self,
        message: bytes,
        *,
        passes_it: bool,
        refuses: bool = False,
        meanwhile: Callable[[], object] = lambda: None,
    ) -> None:
        """Break at *message*, just before or just after the other side has it, once.

        One that *refuses* breaks all there are and lets nobody in from then on;
        *meanwhile* happens before either side sees the end.
        """
        self._passes_it, self._refuses_then, self._meanwhile = passes_it, refuses, meanwhile
        self._break_at = message

    def close(self) -> None:
        """Let nobody in, and break what there is."""
        self._refuses = True
        self._listener.close()
        for pair in self._pairs:
            _end(*pair)

    def _accept(self) -> None:
        with suppress(OSError):
            while True:
                client, _ = self._listener.accept()
                try:
                    self._join(client)
                except OSError:
                    client.close()

    def _join(self, client: socket.socket) -> None:
        if self._refuses:
            raise ConnectionRefusedError
        pair = client, socket.create_connection(self._server)
        self._pairs.append(pair)
        for source, target in (pair, pair[::-1]):
            threading.Thread(target=self._pass, args=(source, target), daemon=True).start()

    def _pass(self, source: socket.socket, target: socket.socket) -> None:
        with suppress(OSError):
            while piece := source.recv(_PIECE):
                if self._break_at is not None and self._break_at in piece:
                    self._break(piece, source, target)
                elif source not in self._broken:
                    target.sendall(piece)
        with self._breaking:  # a server that is killed meanwhile ends its side too early
            _end(source, target)

    def _break(self, piece: bytes, source: socket.socket, target: socket.socket) -> None:
        with self._breaking:
            self._break_at = None
            self._refuses = self._refuses_then
            self._broken |= {source, target}  # so the answer does not come through
            if self._passes_it:
                target.sendall(piece)
            self._meanwhile()
            for pair in self._pairs if self._refuses else [(source, target)]:
                _end(*pair)
            self.broken.set()


def _end(*sockets: socket.socket) -> None:
    """Both sides see the end at once, also those who wait for something to read."""
    for each in sockets:
        with suppress(OSError):
            each.shutdown(socket.SHUT_RDWR)
        each.close()


@contextmanager
def relaying(server_url: str) -> Iterator[Relay]:
    """A relay to the server at *server_url*."""
    relay = Relay(server_url)
    try:
        yield relay
    finally:
        relay.close()

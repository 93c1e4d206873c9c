"""`purser merchant notifications`: the operator tries an address out and sees what failed."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

from tests.purser.conftest import Command

PRIVATE = {"PURSER_ALLOW_PRIVATE_WEBHOOKS": "true"}


@contextmanager
def shop(status: int, body: bytes) -> Iterator[str]:
    """A shop that always says the same."""

    class Answer(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            self.rfile.read(int(self.headers["content-length"]))
            self.send_response(status)
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002  # its name there
            """Nobody reads it."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Answer)
    thread = Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}/hook?token=t"
    server.shutdown()
    thread.join()
    server.server_close()


def test_operator_tries_an_address_out(purser: Command) -> None:
    """The command says what the shop answered, and the log has it afterwards."""
    with shop(503, b"closed for repairs") as url:
        made = json.loads(
            purser.ok("merchant", "add", "--name", "S", "--webhook", url, "--json", **PRIVATE)
        )
        tested = purser("merchant", "notifications", "test", made["id"], "--json", **PRIVATE)
    listed = purser.ok("merchant", "notifications", "list", made["id"])
    failed = purser.ok("merchant", "notifications", "list", made["id"], "--failed")

    assert tested.returncode == 1
    assert {each["kind"] for each in json.loads(tested.stdout)} == {
        "webhook",
        "bill_notification",
    }
    assert "503  HTTP 503: closed for repairs" in listed
    assert "token" not in tested.stdout + listed
    assert failed.strip() == "nothing failed"


def test_nothing_to_test_and_nothing_to_resend(purser: Command) -> None:
    made = purser.json("merchant", "add", "--name", "S")

    tested = purser("merchant", "notifications", "test", made["id"])
    resent = purser("merchant", "notifications", "resend", made["id"], "webhook:x")

    assert "nothing_to_test" in tested.stderr
    assert "work_not_found" in resent.stderr
    assert (tested.returncode, resent.returncode) == (1, 1)

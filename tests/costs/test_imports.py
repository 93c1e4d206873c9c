"""What few ask for is imported when somebody does: a start and a command pay for nothing else."""

import subprocess
import sys

import pytest

RARE = {"aiosmtpd", "aiosmtplib", "PIL", "segno", "typst", "zxingcpp"}
"""Pictures, documents and mail: together a fifth of a second and 20 MB."""

OF_THE_CHAT = {"aiogram", "aiohttp", "fastapi", "starlette"}
_PRINT = "import sys, {}; print(*{{each.partition('.')[0] for each in sys.modules}})"


@pytest.mark.parametrize(
    ("started", "unwanted"),
    [
        ("bot.edge, gateway.app, gateway.mail.smtp, purser.serving", RARE),
        ("purser.cli", RARE | OF_THE_CHAT | {"psycopg", "redis", "sandbox"}),
    ],
)
def test_start_imports_nothing_that_few_ask_for(started: str, unwanted: set[str]) -> None:
    found = subprocess.run(
        [sys.executable, "-c", _PRINT.format(started)], capture_output=True, check=True, text=True
    )

    assert set(found.stdout.split()) & unwanted == set()

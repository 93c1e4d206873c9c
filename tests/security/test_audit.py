"""`.ci/audit`: finds fail it, silence does not pass for an answer."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

SCRIPT = Path(__file__).parents[2] / ".ci" / "audit"
CLEAN = {"name": "aiogram", "version": "3.31.0", "vulns": []}
HOLED = {
    "name": "aiohttp",
    "version": "3.0.0",
    "vulns": [{"id": "PYSEC-1", "fix_versions": ["3.9"], "aliases": [], "description": ""}],
}
UNKNOWN = {"name": "six", "version": "1.17.0", "skip_reason": "not found"}


def run(folder: Path, packages: list[dict[str, Any]] | None, status: int) -> tuple[int, str]:
    """The script, with a pip-audit that reports *packages*, or dies without a report."""
    report = "" if packages is None else json.dumps({"dependencies": packages})
    (folder / "report").write_text(report)
    fake = folder / "pip-audit"
    fake.write_text(
        '#!/usr/bin/env bash\nwhile [ "$1" != --output ]; do shift; done\n'
        f'cat "{folder}/report" > "$2"\nexit {status}\n'
    )
    fake.chmod(0o700)
    (folder / "python").symlink_to(sys.executable)
    done = subprocess.run(
        [SCRIPT, "x.lock"],
        env=os.environ | {"BIN": str(folder)},
        capture_output=True,
        text=True,
        check=False,
    )
    return done.returncode, done.stdout + done.stderr


@pytest.mark.parametrize(
    ("packages", "status", "code", "says"),
    [
        ([CLEAN], 0, 0, "1 pinned packages, no known vulnerability"),
        ([CLEAN, HOLED, UNKNOWN], 1, 1, "aiohttp 3.0.0: PYSEC-1, mended in 3.9"),
        ([CLEAN, UNKNOWN], 0, 0, "NOT AUDITED IN FULL: 1 of 2"),
        ([UNKNOWN], 0, 0, "NOT AUDITED: no data"),
        ([], 0, 0, "NOT AUDITED: no data"),
        (None, 1, 0, "NOT AUDITED: no data"),
    ],
)
def test_audit(
    tmp_path: Path, packages: list[dict[str, Any]] | None, status: int, code: int, says: str
) -> None:
    """pip-audit by itself passes where the index knows nothing of vulnerabilities."""
    returned, printed = run(tmp_path, packages, status)

    assert (returned, says in printed) == (code, True)

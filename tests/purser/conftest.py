"""The `purser` command as an operator runs it, in a folder of its own."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[2]


class Command:
    """Runs `purser` with a database in *folder*."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.database = folder / "w.db"
        self.environment = {
            name: value for name, value in os.environ.items() if not name.startswith("PURSER_")
        } | {"PURSER_DATABASE_URL": f"sqlite:///{self.database}", "PYTHONPATH": str(ROOT)}

    def __call__(self, *words: str, **environment: str) -> subprocess.CompletedProcess[str]:
        """What it printed and how it ended."""
        return subprocess.run(
            [sys.executable, "-m", "purser", *words],
            cwd=self.folder,
            env=self.environment | environment,
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )

    def ok(self, *words: str, **environment: str) -> str:
        """What it printed; it must have succeeded."""
        done = self(*words, **environment)
        assert done.returncode == 0, done.stderr
        return done.stdout

    def json(self, *words: str) -> Any:
        """The JSON it printed."""
        return json.loads(self.ok(*words, "--json"))


@pytest.fixture
def purser(tmp_path: Path) -> Command:
    return Command(tmp_path)

"""The README's tables are what the program says of itself.

Run `python -m tests.purser.test_docs` to write them anew.
"""

import re
from pathlib import Path
from typing import Any

import typer.main
from pydantic_core import PydanticUndefined

from purser.cli import app
from purser.settings import PREFIX, Settings

README = Path(__file__).parents[2] / "README.md"


def settings_table() -> str:
    lines = ["| name | default | what it is |", "| --- | --- | --- |"]
    for name, field in Settings.model_fields.items():
        default = field.default_factory() if field.default_factory else field.default  # type: ignore[call-arg]
        shown = "none" if default in (None, PydanticUndefined, frozenset(), {}) else default
        lines.append(f"| `{PREFIX}{name.upper()}` | `{shown}` | {field.description} |")
    return "\n".join(lines).replace("`none`", "none")


def commands_table() -> str:
    lines = ["| command | does |", "| --- | --- |"]
    lines += [
        f"| `purser {name}` | {says} |" for name, says in commands(typer.main.get_command(app))
    ]
    return "\n".join(lines)


def commands(group: Any, prefix: str = "") -> list[tuple[str, str]]:
    """Every command there is, with the first sentence of its help."""
    found = []
    for name, command in group.commands.items():
        if hasattr(command, "commands"):
            found += commands(command, f"{prefix}{name} ")
        else:
            found.append((prefix + name, (command.help or "").splitlines()[0]))
    return found


def with_tables(text: str) -> str:
    for name, table in (("settings", settings_table()), ("commands", commands_table())):
        start, end = f"<!-- {name}: made by tests/purser/test_docs.py -->", f"<!-- /{name} -->"
        text = re.sub(
            f"{re.escape(start)}.*?{re.escape(end)}",
            lambda _, s=start, t=table, e=end: f"{s}\n{t}\n{e}",  # type: ignore[misc]
            text,
            flags=re.DOTALL,
        )
    return text


def test_readme_names_every_setting_and_command() -> None:
    """A setting that nobody can read about does not exist for an operator."""
    text = README.read_text("utf-8")

    assert text == with_tables(text)


def test_every_setting_and_command_says_what_it_is() -> None:
    """An empty cell in the table would pass the test above."""
    assert all(field.description for field in Settings.model_fields.values())
    assert all(says for _, says in commands(typer.main.get_command(app)))


if __name__ == "__main__":
    README.write_text(with_tables(README.read_text("utf-8")), "utf-8")

"""Merchants' guides, run as they are written."""

import asyncio
import json
import os
import re
import shlex
import sys
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from string import Template
from typing import Any

import httpx

ROOT = Path(__file__).parents[1]
CLIENT = ROOT / "clients" / "python"
SECONDS_MAX = 30

_COMMAND = re.compile(
    r"^(?=curl |purser |\.venv/bin/purser |export |make |PYTHONPATH=)", re.MULTILINE
)

Read = Callable[[list[Any]], str]


def guide(name: str) -> str:
    return (ROOT / "docs" / f"{name}.md").read_text("utf-8")


def blocks(name: str, language: str) -> list[str]:
    """The blocks of *language* in a guide, in order."""
    return re.findall(rf"```{language}\n(.*?)```", guide(name), re.DOTALL)


@dataclass
class Terminal:
    """Somebody who types what a guide says, and knows what a new user knows."""

    client: httpx.AsyncClient
    environment: dict[str, str] = field(default_factory=dict)
    database: str = ""
    """Where `purser` finds the wallet."""

    async def types(self, script: str, **known: str | Read) -> list[Any]:
        """The JSON that each command answers.

        *known* is what was read before, or where in the answers of this block it is read.
        """
        answers: list[Any] = []
        for command in _COMMAND.split(script.strip()):
            if not command or command.startswith(("export ", "make ", "PYTHONPATH=")):
                continue
            values = {name: each if isinstance(each, str) else "" for name, each in known.items()}
            if answers:
                values |= {name: each(answers) for name, each in known.items() if callable(each)}
            text = Template(command.replace("\\\n", " ")).substitute(self.environment | values)
            words = shlex.split(text, comments=True)
            is_curl = words[0] == "curl"
            answers.append(await (self._curl(words[1:]) if is_curl else self._purser(words[1:])))
        return answers

    async def _curl(self, words: list[str]) -> Any:
        """Asked as curl would; not by curl itself, which not every machine has."""
        headers, content, method, url = {}, None, None, ""
        rest = iter(words)
        for word in rest:
            if word == "-H":
                name, _, value = next(rest).partition(": ")
                headers[name] = value
            elif word == "-d":
                content = next(rest)
            elif word == "-X":
                method = next(rest)
            elif word != "--fail-with-body":
                url = word
        method = method or ("GET" if content is None else "POST")
        answer = await self.client.request(method, url, headers=headers, content=content)
        assert answer.is_success, answer.text
        is_json = answer.headers["content-type"] == "application/json"
        return answer.json() if is_json else answer.text

    async def _purser(self, words: list[str]) -> Any:
        environment = {
            "PURSER_DATABASE_URL": f"sqlite:///{self.database}",
            "PURSER_ALLOW_PRIVATE_WEBHOOKS": "true",
            "PYTHONPATH": str(ROOT),
        }
        printed = await run(sys.executable, "-m", "purser", *words, **environment)
        return json.loads(printed) if "--json" in words else printed


async def run(*words: str, **environment: str) -> str:
    """What a program printed; it must have succeeded."""
    process = await start(*words, **environment)
    async with asyncio.timeout(SECONDS_MAX):
        out, error = await process.communicate()
    assert process.returncode == 0, error.decode()
    return out.decode()


async def start(*words: str, **environment: str) -> asyncio.subprocess.Process:
    """A program with nothing of this wallet's settings but *environment*."""
    known = {name: value for name, value in os.environ.items() if not name.startswith("PURSER_")}
    return await asyncio.create_subprocess_exec(
        *words,
        env=known | environment,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )


async def python(block: str, call: str, **environment: str) -> Any:
    """What *call* gives where a guide's block was read, as JSON."""
    program = f"{block}\nprint(json.dumps({call}))"
    return json.loads(await run(sys.executable, "-c", f"import json\n{program}", **environment))


async def javascript(block: str, call: str, **environment: str) -> Any:
    """The same in Node."""
    program = f"{block}\nconsole.log(JSON.stringify(await {call}));"
    words = ("node", "--input-type=module", "--eval", program)
    return json.loads(await run(*words, **environment))

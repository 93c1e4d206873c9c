"""What a start costs: time to import, and memory, beside importing aiogram alone."""

import subprocess
import sys

_PROGRAM = """
import re, time
began = time.process_time_ns()
{imports}
spent = time.process_time_ns() - began
print(spent, re.search(r"VmRSS:\\s+(\\d+)", open("/proc/self/status").read())[1])
"""
PROGRAMS = {
    "python alone": "",
    "import aiogram": "import aiogram",
    "import fastapi, uvicorn": "import fastapi, uvicorn",
    "`purser verify` (no bot, no gateway)": "import purser.cli",
    "`purser run`, all of it": "import purser.serving",
}
ROUNDS = 3


def measure() -> dict[str, tuple[int, int]]:
    """By program: nanoseconds of CPU and kilobytes resident, the best of some rounds."""
    found: dict[str, tuple[int, int]] = {}
    for _ in range(ROUNDS):
        for name, imports in PROGRAMS.items():
            printed = subprocess.run(  # noqa: S603  # our own words
                [sys.executable, "-c", _PROGRAM.format(imports=imports)],
                capture_output=True,
                text=True,
                check=True,
            ).stdout
            spent, kilobytes = map(int, printed.split())
            before = found.get(name, (spent, kilobytes))
            found[name] = (min(spent, before[0]), min(kilobytes, before[1]))
    return found


def table(found: dict[str, tuple[int, int]]) -> str:
    """The programs as Markdown, beside `import aiogram`."""
    base = found["import aiogram"][0]
    lines = ["| start | CPU | of aiogram | resident |", "| --- | --- | --- | --- |"]
    lines += [
        f"| {name} | {spent // 10**6} ms | {100 * spent // base} % | {kilobytes // 1024} MB |"
        for name, (spent, kilobytes) in found.items()
    ]
    return "\n".join(lines)

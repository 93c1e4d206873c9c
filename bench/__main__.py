"""`python -m bench`: the tables of ratios, all from one run."""

import asyncio

from bench import chat, start, write_path


def main() -> None:
    """Print what paying, a chat command and a start cost."""
    print(write_path.table(asyncio.run(write_path.measure())))
    print()
    print(chat.table(asyncio.run(chat.measure())))
    print()
    print(start.table(start.measure()))


if __name__ == "__main__":
    main()

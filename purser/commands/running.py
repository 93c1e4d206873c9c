"""How a command runs: one event loop, its errors as one line, its data as JSON or text."""

import asyncio
import json
from collections.abc import Awaitable, Callable
from dataclasses import is_dataclass
from datetime import date
from enum import Enum
from functools import singledispatch
from typing import Annotated, Any, NoReturn, TypeVar

import typer

from purser.settings import Settings, SettingsError, load_settings
from purser.wallet import Wallet, open_wallet
from services.errors import WalletError
from services.money import Currency, Money, plain
from storage.backups import BackupError, MoveError
from storage.migrations import SchemaError
from storage.sqlite.lock import ServedElsewhereError

T = TypeVar("T")

AsJson = Annotated[bool, typer.Option("--json", help="Print JSON.")]


def in_wallet(use: Callable[[Wallet], Awaitable[T]], *, may_make: bool = True) -> T:
    """Open the wallet of the settings and run *use* in it; errors end the program."""

    async def run() -> T:
        async with open_wallet(settings(), may_make=may_make) as wallet:
            return await use(wallet)

    return or_exit(lambda: asyncio.run(run()))


def settings(**given: Any) -> Settings:
    """The settings, or the end of the program with a line for each bad one."""
    return or_exit(lambda: load_settings(**given))


def or_exit(work: Callable[[], T]) -> T:
    """What *work* returns; an error that an operator can mend is printed and exits with 1."""
    try:
        return work()
    except SettingsError as exc:
        fail(str(exc))
    except (SchemaError, ServedElsewhereError, BackupError, MoveError, OSError) as exc:
        fail(f"{exc}")
    except WalletError as exc:
        fail(in_words(exc))


def fail(message: str) -> NoReturn:
    """Print *message* to the error stream and exit with 1."""
    for line in message.splitlines():
        typer.echo(f"purser: {line}", err=True)
    raise typer.Exit(1)


def in_words(error: WalletError) -> str:
    """What *error* says in English, with its stable code."""
    values = ", ".join(f"{name} {value}" for name, value in error.values.items())
    says = (type(error).__doc__ or error.code).splitlines()[0]
    says = says.split("  Values:")[0].rstrip(".")
    return f"{says}{f' ({values})' if values else ''} [{error.code}]"


def show(data: Any, *, as_json: bool, text: str | None = None) -> None:
    """Print *data* as JSON, or as *text* (its own lines where None is given)."""
    if as_json:
        typer.echo(json.dumps(primitive(data), ensure_ascii=False, indent=2))
    elif text is not None:
        typer.echo(text)
    else:
        for name, value in primitive(data).items():
            typer.echo(f"{name:16} {value}")


@singledispatch
def primitive(value: Any) -> Any:
    """*value* as JSON knows it: amounts with their currency, times in ISO 8601."""
    if is_dataclass(value):
        return {name: primitive(getattr(value, name)) for name in value.__dataclass_fields__}
    return value


@primitive.register
def _(value: Money) -> Any:
    return {"minor": value.minor, "currency": value.currency.code, "text": plain(value)}


@primitive.register
def _(value: Currency) -> Any:
    return value.code


@primitive.register
def _(value: date) -> Any:
    return value.isoformat()


@primitive.register
def _(value: Enum) -> Any:
    return value.value


@primitive.register
def _(value: dict) -> Any:  # type: ignore[type-arg]  # singledispatch takes no parameters
    return {str(name): primitive(each) for name, each in value.items()}


@primitive.register(list)
@primitive.register(tuple)
def _(value: Any) -> Any:
    return [primitive(each) for each in value]

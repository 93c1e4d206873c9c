"""The catalogue of errors: each can be told from the others."""

import importlib
import pkgutil
from collections.abc import Iterator

import pytest

import gateway
import purser
import services
from services.errors import WalletError


def every_error(base: type[WalletError] = WalletError) -> Iterator[type[WalletError]]:
    """All there are, wherever they are defined."""
    for package in (services, gateway, purser):
        for module in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
            if not module.name.endswith("__main__"):
                importlib.import_module(module.name)
    yield from _below(base)


def _below(base: type[WalletError]) -> Iterator[type[WalletError]]:
    for error in base.__subclasses__():
        yield error
        yield from _below(error)


def test_every_error_has_a_code_of_its_own() -> None:
    """Two errors with one code could not be told apart by a client."""
    errors = list(every_error())

    assert [each.__name__ for each in errors if "code" not in vars(each)] == []
    codes = [each.code for each in errors]
    assert len(codes) == len(set(codes))


def test_every_error_says_in_words_when_it_is_raised() -> None:
    """The command line shows the first line of it to the operator."""
    assert [each.__name__ for each in every_error() if not each.__doc__] == []


@pytest.mark.parametrize("value", ["4000123412341234", "secret"])
def test_message_of_an_error_is_what_it_was_given(value: str) -> None:
    """So who raises one decides what a log may hold."""
    assert value in str(WalletError(what=value))

"""What an operator may set, and how a bad setting is refused."""

import stat
from pathlib import Path

import pytest

from purser.master_key import key_file, master_key
from purser.settings import SettingsError, load_settings


def test_defaults_need_nothing_set() -> None:
    """A stranger sets nothing and has a wallet."""
    settings = load_settings({})

    assert settings.database_path == Path("purser.db")
    assert (settings.http_host, settings.http_port) == ("127.0.0.1", 8080)


def test_values_are_read_in_the_operators_forms() -> None:
    """Lists with commas and amounts with their currency, as they stand in a .env file."""
    settings = load_settings(
        {
            "PURSER_OPERATORS": "1001, 1002",
            "PURSER_CODE_FROM": "1000.50 RUB, 10 USD",
            "PURSER_DATABASE_URL": "sqlite:////var/lib/purser.db",
            "HOME": "/root",
        }
    )

    assert settings.operators == {1001, 1002}
    assert settings.code_from == {"RUB": 1000_50, "USD": 10_00}
    assert settings.database_path == Path("/var/lib/purser.db")


@pytest.mark.parametrize(
    ("name", "value", "says"),
    [
        ("PURSER_BOT_TOKEM", "1:a", "there is no such setting"),
        ("PURSER_HTTP_PORT", "web", "valid integer"),
        ("PURSER_DATABASE_URL", "mysql://x", "postgresql://"),
        ("PURSER_REDIS_URL", "http://x", "redis://"),
        ("PURSER_RATES_URL", "bank:", "cbr:"),
        ("PURSER_RATES_URL", "cbr:,bank:", "cbr:"),
        ("PURSER_RATES_URL", "cbr:,cbr:", "each source once"),
        ("PURSER_CURRENCIES", "RUB,XXX", "ISO 4217"),
        ("PURSER_CURRENCIES", "RUB,RUB", "each once"),
        ("PURSER_CURRENCIES", " ", "ISO 4217"),
        ("PURSER_RATES_MAX_AGE", "0", "greater than or equal to 1"),
        ("PURSER_PUBLIC_URL", "http://x", "https"),
        ("PURSER_TIME_ZONE", "Mars/Base", "Europe/Moscow"),
        ("PURSER_CODE_FROM", "lots", "1000 RUB"),
        ("PURSER_OPERATORS", "@anna", "valid integer"),
    ],
)
def test_bad_setting_is_named_in_one_line(name: str, value: str, says: str) -> None:
    """The operator reads which one it is and what it should be."""
    with pytest.raises(SettingsError) as refused:
        load_settings({name: value})

    [line] = str(refused.value).splitlines()
    assert line.startswith(f"{name}: ")
    assert says in line


@pytest.mark.parametrize(
    ("value", "banks"),
    [
        ("cbr:", ("cbr:",)),
        ("operator:", ()),
        ("cbr:,ecb:", ("cbr:", "ecb:")),
        ("cbr:http://bank/a,b, ecb:", ("cbr:http://bank/a,b", "ecb:")),
        ("operator:,ecb:", ("ecb:",)),
    ],
)
def test_rates_have_sources(value: str, banks: tuple[str, ...]) -> None:
    """One, several or none; an address may hold commas of its own."""
    assert load_settings({"PURSER_RATES_URL": value}).banks == banks


def test_currencies_are_in_the_operators_order() -> None:
    """The first is the main one."""
    settings = load_settings({"PURSER_CURRENCIES": "KZT, RUB USD"})

    assert [each.code for each in settings.wallet_currencies] == ["KZT", "RUB", "USD"]


def test_each_bad_setting_has_its_line() -> None:
    """Fixing one should not uncover the next."""
    with pytest.raises(SettingsError) as refused:
        load_settings({"PURSER_FOO": "1", "PURSER_HTTP_PORT": "70000", "PURSER_RATES_URL": "x"})

    assert len(str(refused.value).splitlines()) == 3


def test_secret_may_be_a_file(tmp_path: Path) -> None:
    """So that it is in no process list and no shell history; and it is never shown."""
    file = tmp_path / "token"
    file.write_text("1000:secret\n", "utf-8")

    settings = load_settings({"PURSER_BOT_TOKEN_FILE": str(file)})

    assert settings.bot_token is not None
    assert settings.bot_token.get_secret_value() == "1000:secret"
    assert "1000:secret" not in repr(settings)


def test_missing_secret_file_is_named() -> None:
    """A typing mistake in the path must not start a wallet without its token."""
    with pytest.raises(SettingsError, match="PURSER_BOT_TOKEN_FILE: No such file"):
        load_settings({"PURSER_BOT_TOKEN_FILE": "/nowhere"})


def test_master_key_is_made_once_and_only_for_its_owner(tmp_path: Path) -> None:
    """A second start must find the first key, or no card would open again."""
    settings = load_settings({"PURSER_DATABASE_URL": f"sqlite:///{tmp_path}/w.db"})

    first = master_key(settings, may_make=True)
    again = master_key(settings, may_make=False)

    assert first == again
    assert stat.S_IMODE(key_file(settings).stat().st_mode) == 0o600


@pytest.mark.parametrize("text", ["", "c2hvcnQ=", "not base64!", "é"])
def test_what_is_no_key_is_refused(text: str) -> None:
    """A truncated key must not seal anything."""
    settings = load_settings({"PURSER_SECRET_KEY": text})

    with pytest.raises(SettingsError, match="32 bytes"):
        master_key(settings, may_make=True)


def test_missing_key_of_an_old_database_is_not_replaced(tmp_path: Path) -> None:
    """A new key would hide that the old one was lost."""
    settings = load_settings({"PURSER_DATABASE_URL": f"sqlite:///{tmp_path}/w.db"})

    with pytest.raises(SettingsError, match="missing"):
        master_key(settings, may_make=False)

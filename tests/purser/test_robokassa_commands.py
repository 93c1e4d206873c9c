"""`purser merchant add --robokassa` and `purser merchant robokassa`."""

import pytest

from tests.purser.conftest import Command

ADD = ("merchant", "add", "--name", "Shop", "--robokassa")
ADDRESSES = (
    "--result-url",
    "https://shop.example/result",
    "--result-method",
    "GET",
    "--success-url",
    "https://shop.example/ok",
    "--fail-url",
    "https://shop.example/no",
)
PASSWORDS = ("password_1", "password_2", "password_3", "test_password_1", "test_password_2")


def test_shop_with_the_interface(purser: Command) -> None:
    """Everything that a plugin asks for is printed, once."""
    made = purser.json(*ADD, "--login", "MyShop", "--hash", "sha256", *ADDRESSES)

    shown = purser.json("merchant", "robokassa", "show", made["id"])

    assert {"secret_key", "public_key", "webhook_secret", "site_id"} <= set(made)
    assert (made["login"], made["hash"]) == ("MyShop", "sha256")
    assert len({made[name] for name in PASSWORDS}) == len(PASSWORDS)
    assert not set(PASSWORDS) & set(shown)
    assert shown["result_url"] == "https://shop.example/result"
    assert (shown["result_method"], shown["success_method"]) == ("GET", "GET")
    assert shown == {name: made[name] for name in shown}


def test_shop_that_there_is_gets_the_interface(purser: Command) -> None:
    made = purser.json("merchant", "add", "--name", "Shop")
    bare = purser("merchant", "robokassa", "show", made["id"])

    fresh = purser.json("merchant", "robokassa", "add", made["id"], "--no-hold")

    assert (bare.returncode, "shop_unknown" in bare.stderr) == (1, True)
    assert (fresh["hold"], fresh["recurring"], fresh["hash"]) == (False, True, "md5")


def test_settings_and_passwords_change(purser: Command) -> None:
    made = purser.json(*ADD, *ADDRESSES)
    command = ("merchant", "robokassa")

    changed = purser.json(
        *command,
        "change",
        made["id"],
        "--hash",
        "sha512",
        "--fail-url",
        "",
        "--charge-network",
        "192.0.2.0/24",
    )
    rotated = purser.json(*command, "rotate", made["id"])

    assert (changed["hash"], changed["fail_url"]) == ("sha512", None)
    assert changed["success_url"] == "https://shop.example/ok"
    assert changed["charge_networks"] == ["192.0.2.0/24"]
    assert rotated["hash"] == "sha512"
    assert not {made[name] for name in PASSWORDS} & {rotated[name] for name in PASSWORDS}


@pytest.mark.parametrize(
    ("options", "code"),
    [
        (("--login", "a:b"), "shop_settings"),
        (("--result-url", "http://127.0.0.1/"), "webhook_url"),
        (("--success-url", "javascript:alert(1)"), "webhook_url"),
    ],
)
def test_what_is_refused_adds_no_shop(
    purser: Command, options: tuple[str, ...], code: str
) -> None:
    refused = purser(*ADD, *options)

    assert (refused.returncode, code in refused.stderr) == (1, True)
    assert purser.json("merchant", "list") == []


def test_options_need_the_interface(purser: Command) -> None:
    assert purser("merchant", "add", "--name", "Shop", "--hash", "md5").returncode == 2

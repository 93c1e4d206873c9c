"""`purser merchant keys` and `pull`, from outside."""

import base64
import json

from tests.purser.conftest import Command

URL = "https://shop.example/told"


def test_key_pairs(purser: Command) -> None:
    """Added, told at an address, taken back; the secret key is seen once."""
    shop = purser.json("merchant", "add", "--name", "Shop")
    keys = ("merchant", "keys")

    added = purser.json(*keys, "add", shop["id"], "--name", "Site")
    told = purser.json(*keys, "notify", shop["id"], added["id"], URL)
    listed = purser.json(*keys, "list", shop["id"])
    lines = purser.ok(*keys, "list", shop["id"]).splitlines()
    still = purser.json(*keys, "notify", shop["id"], added["id"])
    revoked = purser.json(*keys, "revoke", shop["id"], added["id"])

    secret = json.loads(base64.b64decode(added["secret_key"]))
    assert secret["data"]["payin_merchant_site_uid"] == shop["site_id"]
    assert (told["notify"], still["notify"]) == (URL, None)
    assert [each["name"] for each in listed] == ["first", "Site"]
    assert listed[0]["public_key"] == shop["public_key"] != added["public_key"]
    assert added["secret_key"] not in json.dumps(listed)
    assert lines[1] == f"{added['id']}  good     Site  tells {URL}"
    assert revoked["revoked_at"] is not None
    bad = purser(*keys, "add", shop["id"], "--name", "x", "--notify", "http://10.0.0.1/")
    assert (bad.returncode, "webhook_url" in bad.stderr) == (1, True)


def test_pull_interface(purser: Command) -> None:
    """Numbers and passwords; again, the numbers stay and the passwords are new."""
    shop = purser.json("merchant", "add", "--name", "Shop")

    made = purser.json("merchant", "pull", shop["id"], "--notify-url", URL)
    again = purser.json("merchant", "pull", shop["id"], "--signs", "signature")

    assert (made["notify"], made["signs"]) == (URL, "basic")
    assert (again["notify"], again["signs"]) == (None, "signature")
    assert (made["shop_id"], made["api_id"]) == (again["shop_id"], again["api_id"])
    assert made["api_password"] != again["api_password"]
    assert made["notification_password"] != again["notification_password"]

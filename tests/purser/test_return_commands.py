"""`purser merchant returns`, from outside."""

from tests.purser.conftest import Command


def test_a_shops_origins(purser: Command) -> None:
    """Registered, listed, taken away; nonsense is refused in one line."""
    shop = purser.json("merchant", "add", "--name", "Shop")["id"]
    words = ("merchant", "returns")

    added = purser.json(*words, "add", shop, "https://Shop.example/thanks?x=1")
    listed = purser.json(*words, "list", shop)
    refused = purser(*words, "add", shop, "javascript:alert(1)")
    removed = purser.json(*words, "remove", shop, "https://shop.example")

    assert added == removed == {"origin": "https://shop.example"}
    assert listed == ["https://shop.example"]
    assert refused.returncode == 1
    assert "return_address" in refused.stderr
    assert purser.ok(*words, "list", shop).strip() == "there is none"

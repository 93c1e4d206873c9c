"""Secrets open in their own place only, and nowhere without the master key."""

import pytest

from services.vault import DataKey, SealBrokenError, Vault
from tests.clock import TestClock

PLACE = {"table": "cards", "row": "1", "field": "number"}
SECRET = "9900101234567894"


class Keys:
    """Data keys in memory."""

    def __init__(self, *keys: DataKey) -> None:
        self.kept = list(keys)

    def newest(self) -> DataKey | None:
        return self.kept[-1] if self.kept else None

    def find(self, key_id: str) -> DataKey | None:
        return next((key for key in self.kept if key.id == key_id), None)

    def add(self, key: DataKey) -> None:
        self.kept.append(key)


@pytest.fixture
def keys(vault: Vault) -> Keys:
    return Keys(vault.new_data_key("0" * 32, TestClock()()))


def test_sealed_value_opens_in_its_place(vault: Vault, keys: Keys) -> None:
    """And is never the same twice, so equal numbers cannot be told."""
    first, second = vault.seal(keys, SECRET, **PLACE), vault.seal(keys, SECRET, **PLACE)

    assert vault.open(keys, first, **PLACE) == SECRET
    assert first != second
    assert SECRET.encode() not in first


@pytest.mark.parametrize(
    "place",
    [PLACE | {"table": "merchants"}, PLACE | {"row": "2"}, PLACE | {"field": "code"}],
)
def test_moved_value_does_not_open(vault: Vault, keys: Keys, place: dict[str, str]) -> None:
    """An insider who copies a sealed number to his own card gets nothing."""
    sealed = vault.seal(keys, SECRET, **PLACE)

    with pytest.raises(SealBrokenError):
        vault.open(keys, sealed, **place)


def test_changed_byte_does_not_open(vault: Vault, keys: Keys) -> None:
    """Wherever it is."""
    sealed = vault.seal(keys, SECRET, **PLACE)

    for place in range(len(sealed)):
        changed = bytearray(sealed)
        changed[place] ^= 1
        with pytest.raises(SealBrokenError):
            vault.open(keys, bytes(changed), **PLACE)


def test_new_data_key_seals_and_the_old_still_opens(vault: Vault, keys: Keys) -> None:
    """Rotation needs no downtime and no re-sealing."""
    old = vault.seal(keys, SECRET, **PLACE)
    keys.add(vault.new_data_key("1" * 32, TestClock()()))
    new = vault.seal(keys, SECRET, **PLACE)

    assert new[:16] != old[:16]
    assert vault.open(keys, old, **PLACE) == vault.open(keys, new, **PLACE) == SECRET


def test_another_master_key_opens_nothing(vault: Vault, keys: Keys) -> None:
    """The database alone is worth nothing."""
    other = Vault(bytes(32))
    sealed = vault.seal(keys, SECRET, **PLACE)

    with pytest.raises(SealBrokenError):
        other.open(keys, sealed, **PLACE)
    assert not other.holds(keys.kept[0])
    assert vault.holds(keys.kept[0])
    assert vault.digest("a", "b") != other.digest("a", "b")


def test_digest_tells_purposes_and_fields_apart(vault: Vault) -> None:
    """Fields are not glued together, and no purpose's hash serves another."""
    assert vault.digest("a", "bc", "d") != vault.digest("a", "b", "cd")
    assert vault.digest("a", "b") != vault.digest("b", "b")
    assert len(vault.digits("code", 6, "x")) == 6
    assert vault.digits("code", 6, "x") == vault.digits("code", 6, "x")


def test_short_master_key_is_refused() -> None:
    """A truncated file must not become a weak key."""
    with pytest.raises(ValueError, match="32 bytes"):
        Vault(b"short")


def test_nothing_is_sealed_without_a_data_key(vault: Vault) -> None:
    """Better to stop than to keep something in clear."""
    with pytest.raises(RuntimeError):
        vault.seal(Keys(), SECRET, **PLACE)

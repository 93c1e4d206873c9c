"""What buttons carry, and that nothing else is believed."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.buttons import DATA_BYTES_MAX, Button, Buttons, Press
from services.vault import Vault
from tests.conftest import MASTER

BUTTONS = Buttons(Vault(MASTER))
ID = "0123456789abcdef" * 2


@pytest.mark.parametrize(
    "press", [Press("home", "", 0), Press("reissueit", ID, 0), Press("send", ID, 10**13)]
)
def test_button_says_what_was_put_in(press: Press) -> None:
    data = BUTTONS.data(7, press)

    assert len(data) <= DATA_BYTES_MAX
    assert BUTTONS.read(7, data) == press


def test_button_is_one_persons() -> None:
    assert BUTTONS.read(8, BUTTONS.data(7, Press("home", "", 0))) is None


def test_button_of_another_wallet_is_forged() -> None:
    """Another master key: a backup of another place, or an attacker's own."""
    strange = Buttons(Vault(bytes(32))).data(7, Press("home", "", 0))

    assert BUTTONS.read(7, strange) is None


@given(st.text(max_size=70))
def test_no_text_is_a_button(data: str) -> None:
    assert BUTTONS.read(7, data) is None


@pytest.mark.parametrize(
    "press", [Press("a" * 14, ID, 0), Press("home", "x" * 50, 0), Press("ho:me", "", 0)]
)
def test_what_does_not_fit_is_refused(press: Press) -> None:
    """At once where it is made, and not by Telegram."""
    with pytest.raises(ValueError, match="cannot carry"):
        BUTTONS.data(7, press)


def test_no_rows_are_no_keyboard() -> None:
    assert BUTTONS.keyboard(7, ((), ())) is None
    drawn = BUTTONS.keyboard(7, ((Button("A", "home", style="danger"),), ()))
    assert drawn is not None
    assert drawn.inline_keyboard[0][0].style == "danger"

"""Inline keyboards that several tests send."""

from aiogram.types import InlineKeyboardButton, InlineKeyboardMarkup


def keyboard(*buttons: InlineKeyboardButton) -> InlineKeyboardMarkup:
    """One row."""
    return InlineKeyboardMarkup(inline_keyboard=[list(buttons)])


PAY = keyboard(InlineKeyboardButton(text="Pay", callback_data="pay:1"))

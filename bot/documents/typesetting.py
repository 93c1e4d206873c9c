"""Runs typst: in a thread, a few at a time, so that a long statement holds up nobody's answer."""

import asyncio
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Literal

import structlog

from bot.documents.writing import FONTS

logger = structlog.get_logger(__name__)

TEMPLATES = Path(__file__).parent
AT_ONCE_MAX = 2
"""A document takes a core while it is made."""

PICTURE_PPI = 144
"""Dots for an inch: a picture of 540 points is 1080 wide."""


class Typesetter:
    """Makes a file of a template and what it shows; the same of the same, byte for byte."""

    def __init__(self) -> None:
        self._room = asyncio.Semaphore(AT_ONCE_MAX)

    async def pdf(self, template: str, shown: Mapping[str, Any], *, tagged: bool = True) -> bytes:
        """A PDF; one that is *tagged* can be read aloud, and takes longer."""
        async with self._room:
            return await asyncio.to_thread(_set, template, shown, "pdf", tagged=tagged)

    async def png(self, template: str, shown: Mapping[str, Any]) -> bytes:
        """A picture of one page."""
        async with self._room:
            return await asyncio.to_thread(_set, template, shown, "png")


def _set(
    template: str, shown: Mapping[str, Any], kind: Literal["pdf", "png"], *, tagged: bool = False
) -> bytes:
    import typst  # noqa: PLC0415  # large, and not before somebody asks for a document

    compiler = typst.Compiler(
        root=str(TEMPLATES), font_paths=[str(FONTS)], ignore_system_fonts=True
    )
    made, warnings = compiler.compile_with_warnings(
        input=str(TEMPLATES / template),
        format=kind,
        ppi=PICTURE_PPI if kind == "png" else None,
        sys_inputs={"shown": json.dumps(shown, ensure_ascii=False)},
        pdf_tags=tagged,
    )
    for warning in warnings:
        logger.warning("typst warns", template=template, message=warning.message)
    if not isinstance(made, bytes):
        raise TypeError(f"{template} is of more than one page")
    return made

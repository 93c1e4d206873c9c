"""Logs: one stream for us, aiogram and uvicorn, and nothing secret in it.

The scrubber works on the finished line, after exceptions were put into words, for a
library may put a token or a message's text into an error.
"""

import logging
import re
import sys
from typing import Literal

import structlog

WARNING = logging.WARNING

_BOT_TOKEN = re.compile(r"(?<!\d)(\d{5,12}):[A-Za-z0-9_-]{30,}")
_BEARER = re.compile(r"(?i)\b(bearer|basic|tma)\s+[^\s\"',}]{8,}")
_WEBHOOK_SECRET = re.compile(r"whsec_[A-Za-z0-9+/=]+")
# Look-arounds and not \b: a letter beside a card number must not hide it.
_CARD = re.compile(r"(?<![0-9a-fA-F])(?:\d[ -]?){12,18}\d(?![0-9a-fA-F])")
_LUHN_BASE = 10


def scrub(line: str) -> str:
    """*line* without tokens, keys and card numbers."""
    line = _BOT_TOKEN.sub(r"\1:***", line)
    line = _BEARER.sub(r"\1 ***", line)
    line = _WEBHOOK_SECRET.sub("whsec_***", line)
    return _CARD.sub(_hide_card, line)


def set_up(form: Literal["console", "json"] | None, *, level: int = logging.INFO) -> None:
    """Send everything to the error stream, as lines for people or as JSON."""
    as_json = form == "json" or (form is None and not sys.stderr.isatty())
    shared: list[structlog.typing.Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.format_exc_info,
    ]
    renderer: structlog.typing.Processor = (
        structlog.processors.JSONRenderer(ensure_ascii=False)
        if as_json
        else structlog.dev.ConsoleRenderer(colors=sys.stderr.isatty())
    )
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(
        _Scrubbing(
            foreign_pre_chain=shared,
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, renderer],
        )
    )
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level)
    for name in ("uvicorn", "uvicorn.error", "uvicorn.access", "aiogram"):
        logging.getLogger(name).handlers.clear()
        logging.getLogger(name).propagate = True
    for name in ("uvicorn.access", "uvicorn.error", "aiogram.event", "aiogram.dispatcher", "smpp"):
        logging.getLogger(name).setLevel(logging.WARNING)


class _Scrubbing(structlog.stdlib.ProcessorFormatter):
    """Scrubs the finished line."""

    def format(self, record: logging.LogRecord) -> str:
        return scrub(super().format(record))


def _hide_card(match: re.Match[str]) -> str:
    digits = [int(digit) for digit in match[0] if digit.isdigit()]
    total = 0
    for place, digit in enumerate(reversed(digits)):
        total += sum(divmod(digit * (1 + place % 2), 10))
    return match[0] if total % _LUHN_BASE else f"***{match[0][-4:]}"

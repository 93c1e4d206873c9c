"""Text as XML can hold it."""

import re
from xml.sax.saxutils import escape, quoteattr

_NOT_XML = re.compile(r"[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def element(name: str, text: str) -> str:
    """An element with *text*, less what XML cannot hold."""
    return f"<{name}>{escape(_NOT_XML.sub('', text))}</{name}>"


def attributes(**values: str) -> str:
    """Attributes of an element, each with a space before it."""
    return "".join(f" {name}={quoteattr(_NOT_XML.sub('', text))}" for name, text in values.items())

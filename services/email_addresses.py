"""E-mail addresses as people type them, and as mail servers take them."""

import re
from dataclasses import dataclass

from services.errors import InvalidRequestError

LENGTH_MAX = 254
"""Source: RFC 5321, 4.5.3.1.3: a path is 256 octets, of which two are its brackets."""

LOCAL_LENGTH_MAX = 64
"""Source: RFC 5321, 4.5.3.1.1."""

_ATOM = r"[a-z0-9!#$%&'*+/=?^_`{|}~-]+"
_LOCAL = re.compile(rf"{_ATOM}(\.{_ATOM})*", re.IGNORECASE)
"""Source: RFC 5322, 3.2.3, dot-atom.  Quoted local parts exist on paper only."""

_LABEL = re.compile(r"(?!-)[a-z0-9-]{1,63}(?<!-)")
_TOP = re.compile(r"[a-z]{2,63}|xn--[a-z0-9-]{1,59}")


class EmailNotUnderstoodError(InvalidRequestError):
    """No mail can be sent to what was typed."""

    code = "email_not_understood"


@dataclass(frozen=True, slots=True)
class EmailAddress:
    """Where mail goes."""

    local: str
    domain: str
    """In ASCII and small letters, as the DNS has it."""

    @property
    def wire(self) -> str:
        """As mail servers take it."""
        return f"{self.local}@{self.domain}"

    @property
    def shown(self) -> str:
        """As its owner writes it."""
        return f"{self.local}@{_decoded(self.domain)}"

    @property
    def masked(self) -> str:
        """Enough for its owner to know which, too little for anybody else."""
        return f"{self.local[0]}•••@{_decoded(self.domain)}"

    @property
    def mailbox(self) -> str:
        """The same for all that, as nearly every server takes it, is the same mailbox."""
        return self.wire.lower()


def read_email(typed: str) -> EmailAddress:
    """Read an address; its domain may have letters of any script.

    Raises:
        EmailNotUnderstoodError: No mail can be sent there.
    """
    text = typed.strip().removeprefix("mailto:")
    local, at, domain = text.rpartition("@")
    address = EmailAddress(local, _encoded(domain.rstrip(".")))
    labels = address.domain.split(".")
    is_good = (
        at
        and len(address.wire) <= LENGTH_MAX
        and len(local) <= LOCAL_LENGTH_MAX
        and _LOCAL.fullmatch(local)
        and len(labels) > 1
        and all(_LABEL.fullmatch(label) for label in labels)
        and _TOP.fullmatch(labels[-1])
    )
    if not is_good:
        raise EmailNotUnderstoodError
    return address


def _encoded(domain: str) -> str:
    try:
        return domain.encode("idna").decode().lower()
    except UnicodeError:
        raise EmailNotUnderstoodError from None


def _decoded(domain: str) -> str:
    return domain.encode().decode("idna")

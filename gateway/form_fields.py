"""The fields of a form, wherever a client puts them."""

from urllib.parse import parse_qsl

from starlette.requests import Request

FIELDS_MAX = 100


class FieldsNotUnderstoodError(Exception):
    """Not a `WalletError`: there are more fields than any form has."""


async def form_fields(request: Request) -> dict[str, str]:
    """What the address says, and what the body of anything but a GET does.

    The Content-Type is not looked at, for old clients forget it.  Of a name that is given
    twice, the last counts.

    Raises:
        FieldsNotUnderstoodError: There are more than `FIELDS_MAX`.
    """
    content: bytes = request.scope["query_string"]
    if request.method not in ("GET", "HEAD"):
        content = b"&".join((content, await request.body()))
    try:
        pairs = parse_qsl(
            content.decode("latin-1"),
            keep_blank_values=True,
            errors="replace",
            max_num_fields=FIELDS_MAX,
        )
    except ValueError:
        raise FieldsNotUnderstoodError from None
    return dict(pairs)

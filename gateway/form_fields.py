"""The fields of a form, wherever a client puts them."""

from urllib.parse import parse_qsl

from starlette.requests import Request

FIELDS_MAX = 100


class FieldsNotUnderstoodError(Exception):
    """Not a `WalletError`: there are more fields than any form has."""


async def form_fields(request: Request) -> dict[str, str]:
    """The fields by name; of a name that is given twice, the last counts.

    Raises:
        FieldsNotUnderstoodError: There are more than `FIELDS_MAX`.
    """
    return dict(await form_pairs(request))


async def form_pairs(request: Request, *, most: int = FIELDS_MAX) -> list[tuple[str, str]]:
    """What the address says, and what the body of anything but a GET does.

    The Content-Type is not looked at, for old clients forget it.

    Raises:
        FieldsNotUnderstoodError: There are more than *most*.
    """
    content: bytes = request.scope["query_string"]
    if request.method not in ("GET", "HEAD"):
        content = b"&".join((content, await request.body()))
    try:
        return parse_qsl(
            content.decode("latin-1"),
            keep_blank_values=True,
            errors="replace",
            max_num_fields=most,
        )
    except ValueError:
        raise FieldsNotUnderstoodError from None

"""Where a request comes from, as far as it can be known."""

from starlette.requests import Request


def address_of(request: Request) -> str:
    """The address of the peer; behind a proxy, what the server was told to trust."""
    return request.client.host if request.client else "unknown"

"""`GET /robokassa/certificate`: what ResultUrl2 is checked with, for shops to keep."""

from starlette.requests import Request
from starlette.responses import Response

from gateway.routes import Route
from services.signing_keys import ROBOKASSA, SigningKeys

HEADERS = {
    "Cache-Control": "public, max-age=3600",
    "Content-Disposition": 'attachment; filename="purser-robokassa.pem"',
    "X-Content-Type-Options": "nosniff",
}


class Certificates:
    """Shows the certificates of the wallet's signing keys."""

    def __init__(self, *, signing_keys: SigningKeys) -> None:
        self._signing_keys = signing_keys

    async def robokassa(self, request: Request) -> Response:  # noqa: ARG002  # a handler
        """The certificate in PEM."""
        pem = await self._signing_keys.certificate(name=ROBOKASSA)
        return Response(pem, headers=HEADERS, media_type="application/x-pem-file")


def routes(certificates: Certificates) -> list[Route]:
    """The certificates."""
    return [Route("/robokassa/certificate", certificates.robokassa, methods=["GET"])]

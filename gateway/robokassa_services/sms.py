"""`/SMS/`: shops ask for messages to phones, and are told that none are sent.

The wallet's SMS carry codes and card details under the operator's name.  A shop that could
put its own words under that name could ask people for those codes; so none can.
"""

from starlette.requests import Request
from starlette.responses import Response

from gateway.robokassa.fields import FieldsError, read_fields
from gateway.robokassa.routes import AnyCaseRoute
from gateway.robokassa.signatures import is_signed, joined
from gateway.robokassa_services.access import Access, NotGenuineError, answer

NOT_UNDERSTOOD, NOT_GENUINE, NOT_SENT = 1, 2, 3
"""Error codes of ours: the original's are documented nowhere."""

REASON = "This wallet sends no messages for shops; no SMS was sent"


class SmsService:
    """What the one request does."""

    def __init__(self, *, access: Access) -> None:
        self._access = access

    async def send(self, request: Request) -> Response:
        """Say to a shop that signed its request that nothing is sent."""
        try:
            fields = await read_fields(request)
            shop, passwords = await self._access.named(request, fields["login"])
            slots = (fields["login"], fields["phone"], fields["message"], passwords.first)
            if not is_signed(joined(slots), fields["signature"], shop.algorithm):
                await self._access.refuse(request, "The signature is wrong")
            await self._access.count(request, shop)
        except FieldsError as exc:
            return _refused(NOT_UNDERSTOOD, str(exc))
        except NotGenuineError as exc:
            return _refused(NOT_GENUINE, str(exc))
        return _refused(NOT_SENT, REASON)


def routes(service: SmsService) -> list[AnyCaseRoute]:
    """`GET /SMS/`."""
    return [AnyCaseRoute("/SMS", service.send, methods=["GET"])]


def _refused(code: int, reason: str) -> Response:
    return answer({"result": 0, "count": 0, "errorCode": code, "errorMessage": reason})

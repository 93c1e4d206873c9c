"""Refusals, in the words the Bot API uses."""

from typing import Any


class ApiError(Exception):
    """A call of the bot that Telegram refuses."""

    def __init__(
        self, code: int, description: str, *, parameters: dict[str, Any] | None = None
    ) -> None:
        super().__init__(description)
        self.code = code
        self.description = description
        self.parameters = parameters

    def as_answer(self) -> dict[str, Any]:
        """The body of the HTTP answer."""
        answer = {"ok": False, "error_code": self.code, "description": self.description}
        return {**answer, "parameters": self.parameters} if self.parameters else answer


class BadRequestError(ApiError):
    """400: something is wrong with what the bot asked for."""

    def __init__(self, why: str) -> None:
        super().__init__(400, f"Bad Request: {why}")


class ForbiddenError(ApiError):
    """403: the person does not want to hear from the bot."""

    def __init__(self, why: str) -> None:
        super().__init__(403, f"Forbidden: {why}")


class ConflictError(ApiError):
    """409: two of the bot's calls exclude each other."""

    def __init__(self, why: str) -> None:
        super().__init__(409, f"Conflict: {why}")

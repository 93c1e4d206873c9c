"""What every kind of connection is: settings that are checked, and what they connect."""

from abc import abstractmethod

import aiohttp
from pydantic import BaseModel, ConfigDict, Field, field_validator

from services.connections import Connection
from services.registries import Form, RegistryFormError


class Settings(BaseModel):
    """The settings of a kind, as a catalogue gives them under `connection`.

    A kind adds its own fields and says how they connect.  What is unknown is refused: a
    slip in a name would otherwise go unnoticed until money is held.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    zone: str = "Europe/Moscow"
    """Of the provider's dates, and of the days of its registry."""
    registry: dict[str, str] = Field(default_factory=dict)
    """How its daily registry is written, see `services.registries.Form`."""

    @field_validator("registry")
    @classmethod
    def _registry_form(cls, value: dict[str, str]) -> dict[str, str]:
        try:
            Form.of({"registry": value})
        except RegistryFormError as exc:
            raise ValueError(str(exc.values["problem"])) from None
        return value

    @field_validator("zone")
    @classmethod
    def _known_zone(cls, value: str) -> str:
        try:
            Form.of({"zone": value})
        except RegistryFormError as exc:
            raise ValueError(str(exc.values["problem"])) from None
        return value

    @abstractmethod
    def connect(self, session: aiohttp.ClientSession) -> Connection:
        """The connection itself; *session* is the one that all share.

        Raises:
            OSError: A file that the settings name cannot be read.
        """

"""Settings: environment variables with the prefix `PURSER_`, also from a `.env` file.

Each may be in a file too (`PURSER_BOT_TOKEN_FILE`).  A setting that is unknown or
bad stops the start, with one line for each.
"""

import os
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any, Literal
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from dotenv import dotenv_values
from pydantic import Field, SecretStr, ValidationError, field_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from services.errors import WalletError
from services.money import CURRENCIES, Currency, currency, parse_amount
from services.receipt_facts import WALLET_NAME
from storage.engines import SQLITE, is_postgres, sqlite_path

PREFIX = "PURSER_"
KEY_LENGTH_MIN = 16
"""Of a key that a person chooses."""
_SOURCES = re.compile(r",\s*(?=[a-z]*:)")
"""What separates sources of rates: an address may have commas too."""


class SettingsError(Exception):
    """Some settings cannot be used; one line for each."""


class Settings(BaseSettings):
    """What an operator may set; read once, at the start."""

    model_config = SettingsConfigDict(env_prefix=PREFIX, frozen=True, extra="ignore")

    bot_token: SecretStr | None = Field(
        None, description="Telegram bot token; without it `purser run` refuses"
    )
    bot_api_url: str | None = Field(
        None, description="base address of the Bot API, when it is not Telegram's own"
    )
    bot_username: str | None = Field(
        None, description="the bot's name in links; asked from Telegram when unset"
    )
    public_url: str | None = Field(
        None, description="https address of the gateway: webhook, card pages; else long polling"
    )
    database_url: str = Field(
        "sqlite:///purser.db",
        repr=False,
        description="where the books are: `sqlite:///PATH` or `postgresql://…`",
    )
    redis_url: SecretStr | None = Field(
        None, description="conversations and rate limits of several workers; else the database"
    )
    http_host: str = Field("127.0.0.1", description="where the gateway listens")
    http_port: int = Field(8080, ge=0, le=65535, description="and on which port")
    iso8583_port: int | None = Field(
        None, description="card authorisation host; not in this version, refused when set"
    )
    secret_key: SecretStr | None = Field(
        None,
        description="master key, base64 of 32 bytes; made beside the database when unset",
    )
    sms_url: str = Field(
        "log:",
        repr=False,
        description="`log:`, `https://…{phone}…{text}`, `smpp://user:password@host:port?from=NAME`,"
        " `telegram-gateway://TOKEN@host`",
    )
    mail_url: str = Field(
        "log:",
        repr=False,
        description="`log:`, `smtp://user:password@host:587?from=ADDRESS`, `smtps://…`",
    )
    identification_retention: int = Field(
        1827,
        ge=0,
        le=36525,
        description="days that the data of a known person who has spent money are kept after"
        " they ask to delete them; the law's five years",
    )
    sends_per_second: int = Field(
        25,
        ge=1,
        le=1000,
        description="messages that the bot sends at most; Telegram's limit is 30, more is paid",
    )
    currencies: str = Field(
        "RUB,USD",
        description="what each wallet has an account in, by ISO 4217; totals are in the first",
    )
    rates_url: str = Field(
        "cbr:",
        description="sources of rates, several as in `cbr:,ecb:`; an address may follow the colon,"
        " and `operator:` is none but `purser rates set`",
    )
    rates_max_age: int = Field(
        144,
        ge=1,
        le=24 * 31,
        description="hours after its date that a rate may be exchanged at; longer than Easter",
    )
    exchange_minutes: int = Field(
        10, ge=1, le=15, description="how long an offer keeps its rate of exchange"
    )
    operators: Annotated[frozenset[int], NoDecode] = Field(
        frozenset(), description="Telegram ids of the operators, separated by commas"
    )
    operator_key: SecretStr | None = Field(
        None, description="Bearer key of /operator/ledger, which is off when unset"
    )
    metrics_key: SecretStr | None = Field(
        None,
        min_length=16,
        description="Bearer key of /metrics; without one it is open where the gateway listens"
        " on this machine alone, else off",
    )
    status_port: int | None = Field(
        None,
        ge=1,
        le=65535,
        description="port of /healthz, /readyz and /metrics of a process without the gateway",
    )
    backups: Path | None = Field(
        None, description="folder of the copies that deploy/backup makes; /metrics shows their age"
    )
    registries: Path | None = Field(
        None, description="folder into which providers' daily registries are put"
    )
    allow_private_webhooks: bool = Field(
        default=False, description="let shops' webhooks be http and at private addresses"
    )
    code_from: Annotated[dict[str, int], NoDecode] = Field(
        default_factory=dict,
        description="amounts from which a payment asks for a code, `1000 RUB, 10 USD`; else all",
    )
    wallet_name: str = Field(
        WALLET_NAME,
        min_length=1,
        max_length=40,
        description="what people know the wallet as; on receipts and statements",
    )
    time_zone: str = Field(
        "Europe/Moscow",
        description="zone in which times are shown, and the days and months of limits end",
    )
    lazy_models: bool = Field(
        default=True,
        description="build Telegram's models when they are first used: half the start and memory",
    )
    log_format: Literal["console", "json"] | None = Field(
        None, description="`console` on a terminal, else `json`"
    )

    @field_validator("operators", mode="before")
    @classmethod
    def _split(cls, value: Any) -> Any:
        if isinstance(value, str):
            return frozenset(part for part in re.split(r"[,\s]+", value) if part)
        return value

    @field_validator("code_from", mode="before")
    @classmethod
    def _amounts(cls, value: Any) -> Any:
        if not isinstance(value, str):
            return value
        try:
            parts = [part.split() for part in value.split(",") if part.strip()]
            return {code: parse_amount(text, currency(code)).minor for text, code in parts}
        except (WalletError, ValueError):
            raise ValueError("amounts with their currency, as in `1000 RUB, 10 USD`") from None

    @field_validator("database_url")
    @classmethod
    def _known_engine(cls, value: str) -> str:
        if not (value.startswith(SQLITE) and value != SQLITE) and not is_postgres(value):
            raise ValueError("`sqlite:///path` or `postgresql://user:password@host/database`")
        return value

    @field_validator("redis_url")
    @classmethod
    def _known_redis(cls, value: SecretStr | None) -> SecretStr | None:
        schemes = ("redis://", "rediss://", "unix://")
        if value is not None and not value.get_secret_value().startswith(schemes):
            raise ValueError("`redis://host:port/number`")
        return value

    @field_validator("iso8583_port")
    @classmethod
    def _later(cls, value: Any) -> Any:
        if value is not None:
            raise ValueError("not in this version")
        return value

    @field_validator("operator_key")
    @classmethod
    def _long(cls, value: SecretStr | None) -> SecretStr | None:
        if value is not None and len(value.get_secret_value()) < KEY_LENGTH_MIN:
            raise ValueError("16 characters or more, as `openssl rand -base64 24` gives")
        return value

    @field_validator("rates_url")
    @classmethod
    def _known_source(cls, value: str) -> str:
        sources = [part.partition(":") for part in _SOURCES.split(value)]
        if any(name not in ("cbr", "ecb", "operator") or not colon for name, colon, _ in sources):
            raise ValueError("`cbr:`, `ecb:` or `operator:`, several separated by commas")
        if len({name for name, _, _ in sources}) < len(sources):
            raise ValueError("each source once")
        return value

    @field_validator("currencies")
    @classmethod
    def _known_currencies(cls, value: str) -> str:
        codes = [part for part in re.split(r"[,\s]+", value) if part]
        unknown = [code for code in codes if code not in CURRENCIES]
        if unknown or not codes or len(set(codes)) < len(codes):
            raise ValueError("codes of ISO 4217, each once, as in `RUB,USD`")
        return ",".join(codes)

    @field_validator("public_url")
    @classmethod
    def _https(cls, value: str | None) -> str | None:
        if value is not None and not value.startswith("https://"):
            raise ValueError("an https:// address, for Telegram calls no other")
        return None if value is None else value.rstrip("/")

    @field_validator("time_zone")
    @classmethod
    def _zone(cls, value: str) -> str:
        try:
            ZoneInfo(value)
        except (ZoneInfoNotFoundError, ValueError):
            raise ValueError("a zone's name, such as Europe/Moscow") from None
        return value

    @property
    def database_path(self) -> Path:
        """The SQLite file; meaningless for another engine."""
        return sqlite_path(self.database_url)

    @property
    def wallet_currencies(self) -> tuple[Currency, ...]:
        """Each wallet has an account in each; the first is the main one."""
        return tuple(currency(code) for code in self.currencies.split(","))

    @property
    def banks(self) -> tuple[str, ...]:
        """Where rates are fetched from, each as `gateway.rates.fetch` takes it."""
        sources = _SOURCES.split(self.rates_url)
        return tuple(each for each in sources if not each.startswith("operator:"))

    @property
    def has_postgres(self) -> bool:
        """Whether several processes can be on the database."""
        return is_postgres(self.database_url)


def load_settings(environment: Mapping[str, str] | None = None, **given: Any) -> Settings:
    """Read *environment* (the process's and `.env` where None is given); *given* wins.

    Raises:
        SettingsError: One line for each setting that is unknown or bad.
    """
    found = _environment() if environment is None else dict(environment)
    ours = {name: value for name, value in found.items() if name.startswith(PREFIX)}
    problems: list[str] = []
    values: dict[str, Any] = {}
    for name, value in ours.items():
        field, read = _field(name, value, problems)
        if field is not None:
            values[field] = read
    values |= given
    try:
        settings = _FromValues(**values)
    except ValidationError as exc:
        problems += [
            f"{PREFIX}{str(error['loc'][0]).upper()}: {_reason(error['msg'])}"
            for error in exc.errors(include_input=False, include_url=False)
        ]
        raise SettingsError("\n".join(problems)) from None
    if problems:
        raise SettingsError("\n".join(problems))
    return settings


class _FromValues(Settings):
    """Takes what `load_settings` has read, and nothing else."""

    @classmethod
    def settings_customise_sources(cls, *_: Any, **sources: Any) -> tuple[Any, ...]:
        return (sources["init_settings"],)


def _environment() -> dict[str, str]:
    from_file = {name: value or "" for name, value in dotenv_values(".env").items()}
    return from_file | dict(os.environ)


def _field(name: str, value: str, problems: list[str]) -> tuple[str | None, str]:
    """The field that a variable sets and its value, read from a file if it names one."""
    field = name.removeprefix(PREFIX).lower()
    if field in Settings.model_fields:
        return field, value
    secret = field.removesuffix("_file")
    if secret != field and secret in Settings.model_fields:
        try:
            return secret, Path(value).read_text("utf-8").strip()
        except OSError as exc:
            problems.append(f"{name}: {exc.strerror}")
            return None, ""
    problems.append(f"{name}: there is no such setting")
    return None, ""


def _reason(message: str) -> str:
    return message.removeprefix("Value error, ")

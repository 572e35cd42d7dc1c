"""config.toml and the environment as one validated model; secrets are never printed."""

import os
import tomllib
from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from typing import Annotated, Literal
from urllib.parse import urlsplit

from pydantic import AfterValidator, Field, SecretStr, ValidationError, model_validator
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict

from bot.settings.brokers import Brokers
from bot.settings.feed import Feed
from bot.settings.section import Duration, Section
from core.errors import ConfigError
from core.market.feed_state import STALE_AFTER

PREFIX = "COUNTERSIGN_"


def _to_origin(text: str) -> str:
    if text != "*":
        scheme, _, host = text.partition("://")
        if scheme not in {"http", "https"} or not host or set(host) & set("/?#@*, "):
            raise ValueError('must be "*" or an origin such as "https://page.example", without a path')
    return text.lower()


CorsOrigin = Annotated[str, AfterValidator(_to_origin)]
"""Where a web page comes from, as browsers write it."""


class Server(Section):
    """The address and port of the HTTP API, and the web pages that may call it."""

    host: str = "127.0.0.1"
    port: int = Field(8080, ge=0, le=65535)
    websocket_port: int = Field(8765, ge=0, le=65535)
    max_body_kb: int = Field(64, ge=1, le=1024)
    cors_origins: tuple[CorsOrigin, ...] = ()


class Telegram(Section):
    """The bot."""

    token: SecretStr = SecretStr("")
    base_url: str = "https://api.telegram.org"
    mode: Literal["polling", "webhook"] = "polling"
    public_url: str = ""
    take_back_updates: bool = False

    @model_validator(mode="after")
    def _require_public_url(self) -> "Telegram":
        for name, url in (("base_url", self.base_url), ("public_url", self.public_url)):
            if url and urlsplit(url).scheme not in {"http", "https"}:
                raise ValueError(f"{name} must begin with http:// or https://")
        if self.mode == "webhook" and not self.public_url:
            raise ValueError('mode = "webhook" needs public_url, the address Telegram can reach')
        return self


class Database(Section):
    """The database's URL."""

    url: str = "sqlite+aiosqlite:///countersign.db"


class Security(Section):
    """The installation's own secret, and the keys under which credentials at brokers are kept."""

    secret_file: str = "countersign.secret"  # noqa: S105 - a file name
    broker_key_file: str = "countersign.broker-key"
    broker_key: SecretStr = SecretStr("")


class Approval(Section):
    """How long an order may wait for its approval, and an approved one to be sent; how much one tap may approve."""

    expires_after: Duration = timedelta(minutes=15)
    execute_within: Duration = timedelta(seconds=60)
    at_once_up_to: Decimal = Field(Decimal(2_500_000), ge=0)


class Limits(Section):
    """Limits on requests and waiting orders; 0 is no limit."""

    orders_per_second: float = Field(20, ge=0)
    requests_per_second: float = Field(50, ge=0)
    address_requests_per_second: float = Field(100, ge=0)
    failed_keys_per_minute: float = Field(5, ge=0)
    undecided_per_strategy: int = Field(200, ge=0)
    streams_per_key: int = Field(5, ge=1)
    websockets_per_key: int = Field(5, ge=1)
    subscriptions_per_key: int = Field(1000, ge=1)


class Hooks(Section):
    """Where outgoing webhooks may go."""

    allow_private: bool = False


class Refresh(Section):
    """How often brokers are asked about open orders."""

    every: Duration = timedelta(seconds=5)


class Paper(Section):
    """The paper broker: its capital, what it lists, and how closely it imitates an exchange."""

    starting_capital: Decimal = Field(Decimal(10_000_000), gt=0)
    instruments: Literal["bundled", "imported"] = "bundled"
    outside_hours: Literal["queue", "refuse", "ignore"] = "queue"
    stale_after: Duration = STALE_AFTER
    fill_share: Decimal = Field(Decimal(1), gt=0, le=1)
    slippage_bps: Decimal = Field(Decimal(0), ge=0, le=1000)
    latency_ms: int = Field(0, ge=0, le=60_000)
    latency_jitter_ms: int = Field(0, ge=0, le=60_000)
    charges: bool = False
    seed: int = 0


class History(Section):
    """Candles that are recorded from the ticks of the price feeds."""

    symbols: int = Field(200, ge=1, le=2000)
    keep: Duration = Field(timedelta(days=60), le=timedelta(days=400))


class Calendar(Section):
    """When the exchanges trade."""

    file: str = ""


class Contracts(Section):
    """Lots, strikes and freeze quantities of futures and options."""

    file: str = ""


class Logging(Section):
    """What is written to standard error."""

    level: Literal["debug", "info", "warning", "error"] = "info"
    format: Literal["text", "json"] = "text"


class Settings(BaseSettings):
    """Every setting, validated."""

    model_config = SettingsConfigDict(env_prefix=PREFIX, env_nested_delimiter="__", extra="forbid", frozen=True)

    server: Server = Server()
    telegram: Telegram = Telegram()
    database: Database = Database()
    security: Security = Security()
    approval: Approval = Approval()
    refresh: Refresh = Refresh()
    limits: Limits = Limits()
    hooks: Hooks = Hooks()
    paper: Paper = Paper()
    feed: Feed = Feed()
    history: History = History()
    brokers: Brokers = Brokers()
    calendar: Calendar = Calendar()
    contracts: Contracts = Contracts()
    logging: Logging = Logging()

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """The environment wins over the file."""
        return env_settings, init_settings


def load_settings(path: Path, *, required: bool = False) -> Settings:
    """Settings from this file and the environment; file names in them are relative to the file's folder.

    Raises ConfigError, which names the key.
    """
    written = _read(path, required)
    _refuse_unknown_sections()
    try:
        settings = Settings.model_validate(written)
    except ValidationError as fault:
        raise ConfigError(_in_words(fault, path)) from None
    return _beside(settings, path.resolve().parent)


def _read(path: Path, required: bool) -> dict[str, object]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        if required:
            raise ConfigError(f"There is no {path}; `countersign init` makes one.") from None
        return {}
    except tomllib.TOMLDecodeError as fault:
        raise ConfigError(f"{path} is not valid TOML: {fault}") from None
    except (OSError, UnicodeDecodeError) as fault:
        raise ConfigError(f"{path} cannot be read: {fault}") from None


def _refuse_unknown_sections() -> None:
    for name in os.environ:
        section, nested, _ = name.removeprefix(PREFIX).lower().partition("__")
        if name.startswith(PREFIX) and nested and section not in Settings.model_fields:
            raise ConfigError(f"The environment sets {name}, but there is no section [{section}].")


def _in_words(fault: ValidationError, path: Path) -> str:
    complaints = []
    for error in fault.errors(include_input=False, include_url=False):
        key = ".".join(str(part) for part in error["loc"])
        if error["type"] == "extra_forbidden":
            complaints.append(f"{key} is not a setting")
        else:
            complaints.append(f"{key}: {error['msg'].removeprefix('Value error, ')}")
    return f"{path} (or the environment) is not right: {'; '.join(complaints)}."


def _beside(settings: Settings, folder: Path) -> Settings:
    scheme, slashes, name = settings.database.url.partition(":///")
    url = settings.database.url
    if scheme.startswith("sqlite") and slashes and name and not name.startswith(("/", ":memory:")):
        url = f"{scheme}:///{folder / name}"
    calendar, contracts, feed = settings.calendar.file, settings.contracts.file, settings.feed
    beside: dict[str, object] = {
        "database": Database(url=url),
        "security": settings.security.model_copy(
            update={
                "secret_file": str(folder / settings.security.secret_file),
                "broker_key_file": str(folder / settings.security.broker_key_file),
            }
        ),
        "calendar": Calendar(file=str(folder / calendar) if calendar else ""),
        "contracts": Contracts(file=str(folder / contracts) if contracts else ""),
        "feed": feed.model_copy(update={"file": str(folder / feed.file) if feed.file else ""}),
    }
    return settings.model_copy(update=beside)

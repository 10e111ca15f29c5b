"""Settings from the environment: every field is read from `ORDERFLOW_<FIELD>`."""

import json
from pathlib import Path
from typing import Annotated, Any, Literal
from urllib.parse import urlsplit

from pydantic import Field, SecretStr, ValidationError, ValidationInfo, field_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict
from sqlalchemy import make_url
from sqlalchemy.exc import ArgumentError

from domain.hosts import is_loopback
from orderflow.errors import OperatorError

PREFIX = "ORDERFLOW_"
DRIVER = "postgresql+psycopg2"


class SettingsError(OperatorError):
    """A variable of the environment holds a value that cannot be used."""


class Settings(BaseSettings):
    """How this process finds its servers and how much it may use of the machine.

    An unset `database_url` or `temporal_address` means the embedded server. Fields that may
    hold a secret never show up in `repr`.
    """

    model_config = SettingsConfigDict(
        env_prefix=PREFIX,
        env_ignore_empty=True,
        extra="ignore",
        frozen=True,
        hide_input_in_errors=True,
    )

    database_url: str | None = Field(
        None, repr=False, description="Postgres URL; unset: the embedded server"
    )
    database_pool_size: int = Field(20, ge=1, le=1000, description="connections per process")
    temporal_address: str | None = Field(
        None, description="host:port of the Temporal frontend; unset: the embedded server"
    )
    temporal_namespace: str = Field("orderflow", min_length=1, description="Temporal namespace")
    temporal_api_key: SecretStr | None = Field(
        None, description="API key of Temporal Cloud; setting it implies TLS"
    )
    temporal_ui_url: str = Field("", description="base URL of Temporal's Web UI, for links")
    temporal_tls: bool = Field(False, description="speak TLS to the Temporal frontend")
    api_host: str = Field("127.0.0.1", description="address that the HTTP API binds")
    api_port: int = Field(8088, ge=1, le=65535, description="TCP port of the HTTP API")
    public_url: str = Field(
        "", description="base URL at which shops reach the HTTP API; empty: webhooks are not mended"
    )
    trusted_proxies: str = Field(
        "",
        description="addresses of proxies whose X-Forwarded-For and -Proto count, with commas",
    )
    demo_login: bool = Field(
        False,
        description="anybody on this machine may sign in as anybody; refused unless api_host is"
        " loopback",
    )
    oidc_issuer: str = Field(
        "", description="URL of an OpenID Connect provider to sign in by; empty: none"
    )
    oidc_client_id: str = Field("", description="what the provider calls us")
    oidc_client_secret: SecretStr | None = Field(
        None, validate_default=True, description="secret that the provider gave us"
    )
    oidc_name: str = Field(
        "Single sign-on", min_length=1, description="what the log-in page calls the provider"
    )
    home: Path = Field(
        Path(".orderflow"), validate_default=True, description="folder of the embedded state"
    )
    log_format: Literal["console", "json"] = Field("console", description="one line per event")
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = Field(
        "INFO", description="lowest level that is written"
    )
    erp_url: str | None = Field(
        None, description="base URL of a company's ERP; unset: the built-in stock and credit ledger"
    )
    erp_token: SecretStr | None = Field(None, description="bearer token for the ERP")
    wms_url: str | None = Field(
        None, description="base URL of a warehouse system; unset: the built-in pick list"
    )
    wms_token: SecretStr | None = Field(None, description="bearer token for the warehouse system")
    notify_urls: Annotated[list[str], NoDecode] = Field(
        default_factory=list,
        repr=False,
        description="apprise URLs, JSON list or separated by blanks; empty: the log",
    )
    wecom_robot: SecretStr | None = Field(
        None, description="webhook URL of a WeCom group robot; unset: none"
    )
    dingtalk_robot: SecretStr | None = Field(
        None, description="webhook URL of a DingTalk robot; unset: none"
    )
    dingtalk_secret: SecretStr | None = Field(None, description="secret it is signed with (SEC...)")
    feishu_robot: SecretStr | None = Field(
        None, description="webhook URL of a Feishu or Lark robot; unset: none"
    )
    feishu_secret: SecretStr | None = Field(None, description="secret it is signed with")
    link_secret: SecretStr | None = Field(
        None,
        min_length=16,
        description="makes the links in messages, the same for all workers; unset: a file in home",
    )
    activity_threads: int = Field(
        16, ge=1, le=512, description="threads, and at most as many activities at once, per worker"
    )
    max_cached_workflows: int = Field(
        1000, ge=0, description="workflows that a worker keeps in memory"
    )
    drain_seconds: int = Field(
        30, ge=0, description="seconds a stopping worker gives its running activities"
    )

    @field_validator("database_url")
    @classmethod
    def _with_our_driver(cls, url: str | None) -> str | None:
        return normalized_database_url(url) if url else None

    @field_validator("notify_urls", mode="before")
    @classmethod
    def _list_of_urls(cls, value: Any) -> Any:
        if not isinstance(value, str):
            return value
        return json.loads(value) if value.lstrip().startswith("[") else value.split()

    @field_validator("wecom_robot", "dingtalk_robot", "feishu_robot")
    @classmethod
    def _web_address(cls, url: SecretStr | None) -> SecretStr | None:
        if url and not url.get_secret_value().startswith(("https://", "http://")):
            raise ValueError("is not a URL like https://host/path?key=...")
        return url

    @field_validator("oidc_issuer")
    @classmethod
    def _encrypted(cls, url: str) -> str:
        parsed = urlsplit(url)
        is_here = parsed.scheme == "http" and is_loopback(parsed.hostname or "")
        if url and not (parsed.scheme == "https" and parsed.netloc) and not is_here:
            raise ValueError("is not a URL like https://login.example.com")
        return url

    @field_validator("oidc_client_secret")
    @classmethod
    def _complete(cls, secret: SecretStr | None, info: ValidationInfo) -> SecretStr | None:
        given = [bool(info.data.get(name)) for name in ("oidc_issuer", "oidc_client_id")]
        if {*given, secret is not None} == {True, False}:
            raise ValueError("needs the issuer, the client id and the secret, or none of them")
        return secret

    @field_validator("home")
    @classmethod
    def _absolute(cls, home: Path) -> Path:
        return home.expanduser().absolute()

    @field_validator("log_level", mode="before")
    @classmethod
    def _upper(cls, level: Any) -> Any:
        return level.upper() if isinstance(level, str) else level

    @property
    def temporal_encrypted(self) -> bool:
        """Whether to speak TLS to Temporal: asked for, or due because there is an API key."""
        return self.temporal_tls or self.temporal_api_key is not None


def normalized_database_url(url: str) -> str:
    """The URL with the psycopg2 driver named, since SQLAlchemy 2.1 reads a bare one as psycopg 3.

    Raises ValueError for anything but a Postgres URL; the text holds no part of the URL, which
    may carry a password.
    """
    try:
        parsed = make_url(url)
    except ArgumentError:
        raise ValueError("is not a URL like postgresql://user:password@host/database") from None
    if parsed.drivername not in {"postgres", "postgresql", DRIVER}:
        raise ValueError(f"names {parsed.drivername!r}, but only postgresql:// is supported")
    return parsed.set(drivername=DRIVER).render_as_string(hide_password=False)


def load_settings() -> Settings:
    """The settings of this process; raises SettingsError with one line per wrong variable."""
    try:
        return Settings()
    except ValidationError as error:
        found = error.errors(include_url=False)
        lines = "\n".join(f"  {_assignment(e['loc'], e['input'])}: {e['msg']}" for e in found)
        names = "、".join(_variable(e["loc"]) for e in found)
        raise SettingsError(
            f"These settings cannot be used; correct or unset them:\n{lines}",
            f"以下环境变量的值无法使用，请更正或取消设置:{names}。",
        ) from None


def _assignment(location: tuple[int | str, ...], value: object) -> str:
    """The variable with its value, or without it where the value may hold a secret."""
    field = Settings.model_fields.get(str(location[0])) if location else None
    shown = field is not None and field.repr and "SecretStr" not in str(field.annotation)
    return f"{_variable(location)}={value}" if shown else _variable(location)


def _variable(location: tuple[int | str, ...]) -> str:
    return PREFIX + str(location[0]).upper() if location else PREFIX + "*"

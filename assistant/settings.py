"""Settings: read once at the edges (app, command line, worker) and passed inwards."""

import os
import re
import secrets
from pathlib import Path
from typing import Any, Literal

from pydantic import Field, ValidationError, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from assistant.errors import BadConfiguration

DEFAULT_HOME = Path(".yorisoi")
# What an answer may take beside the language model.
SPARE_SECONDS = 5.0


class Settings(BaseSettings):
    """Everything that may differ from one installation to the next.

    Each is read from `YORISOI_<NAME>`, else from `settings.env` in the home folder, else it is
    the default here.
    """

    model_config = SettingsConfigDict(env_prefix="YORISOI_", extra="ignore")

    home: Path = DEFAULT_HOME
    database_url: str = ""
    embedding: str = ""
    vectors: Literal["", "pgvector"] = ""
    model: str = ""
    model_url: str = ""
    model_seconds: float = Field(default=20.0, gt=0)
    model_tokens: int = Field(default=500, ge=50)
    host: str = "127.0.0.1"
    port: int = Field(default=8000, ge=0, le=65535)
    base_url: str = ""
    secret: str = ""
    identity_secret: str = ""
    allowed_origins: str = ""

    burst_seconds: float = Field(default=0.8, ge=0)
    claim_seconds: float = Field(default=30.0, gt=0)
    worker_threads: int = Field(default=2, ge=1)

    chat_send: float = Field(default=0.85, ge=0, le=1)
    email_send: float = Field(default=0.85, ge=0, le=1)
    phone_send: float = Field(default=0.85, ge=0, le=1)
    suggest: float = Field(default=0.3, ge=0, le=1)

    email_acknowledge: bool = True

    mail_automatic: Literal["always", "inside", "outside", "never"] = "always"
    mail_cap_conversation: str = "5/1h 15/1d"
    mail_cap_address: str = "10/1h 30/1d"
    mail_cap_domain: str = "200/1h 1000/1d"
    mail_cap_body: str = "10/1h 40/1d"
    mail_confirm_hours: float = Field(default=48.0, ge=0)

    mail_listen: str = ""
    mail_protocol: Literal["smtp", "lmtp"] = "smtp"
    mail_address: str = ""
    mail_trusted_server: str = ""
    mail_max_bytes: int = Field(default=25_000_000, gt=0)
    mail_spam: Literal["hold", "receive"] = "hold"
    mail_spam_fields: str = ""
    mail_alignment: Literal["relaxed", "strict"] = "relaxed"
    mail_verify_dkim: bool = False
    mail_certificate: str = ""
    mail_key: str = ""
    mail_hook_secret: str = ""
    mail_reply_address: str = ""
    mail_token_command: str = ""
    mail_token_file: str = ""
    smtp_url: str = ""
    imap_url: str = ""
    imap_folder: str = "INBOX"
    imap_after: str = "seen"
    imap_poll_seconds: float = Field(default=60.0, gt=0)

    @field_validator("model")
    @classmethod
    def _provider_and_name(cls, value: str) -> str:
        if value and not re.fullmatch(r"[a-z_]+:\S+", value):
            raise ValueError("must be PROVIDER:NAME, for example openai:gpt-5-mini")
        return value

    @field_validator("model_url")
    @classmethod
    def _http(cls, value: str) -> str:
        if value and not re.match(r"https?://[^/\s]+", value):
            raise ValueError("must begin with http:// or https://, for example "
                             "http://127.0.0.1:8080/v1")
        return value

    @field_validator("mail_cap_conversation", "mail_cap_address", "mail_cap_domain",
                     "mail_cap_body")
    @classmethod
    def _caps(cls, value: str) -> str:
        if not re.fullmatch(r"\s*\d{1,6}/\d{1,4}[mhd](\s+\d{1,6}/\d{1,4}[mhd])*\s*", value):
            raise ValueError("must say how many mails in which time, for example 5/1h 15/1d")
        return value

    @field_validator("mail_reply_address")
    @classmethod
    def _with_token(cls, value: str) -> str:
        if value and (value.count("{token}") != 1 or "@" not in value.partition("{token}")[2]):
            raise ValueError("must hold {token} before the @, as support+{token}@example.com")
        return value

    @field_validator("mail_hook_secret")
    @classmethod
    def _long_enough(cls, value: str) -> str:
        if value and len(value) < 16:
            raise ValueError("must have at least 16 characters")
        return value

    @field_validator("imap_after")
    @classmethod
    def _mark(cls, value: str) -> str:
        if value not in ("seen", "flag") and not re.fullmatch(r"move:\S.*", value):
            raise ValueError("must be seen, flag or move:FOLDER")
        return value

    @field_validator("mail_listen")
    @classmethod
    def _host_and_port(cls, value: str) -> str:
        if value and not value.rpartition(":")[2].isdigit():
            raise ValueError("must be HOST:PORT, for example 127.0.0.1:2525")
        return value

    @field_validator("mail_spam_fields")
    @classmethod
    def _fields_with_words(cls, value: str) -> str:
        if any("=" not in one for one in value.split(";") if one.strip()):
            raise ValueError("must be FIELD=WORDS, several separated by semicolons, for example "
                             "X-Our-Filter=junk")
        return value

    @property
    def database(self) -> str:
        """The SQLAlchemy URL; a file in the home folder unless another is set."""
        return self.database_url or f"sqlite:///{self.home / 'yorisoi.db'}"

    @property
    def company_folder(self) -> Path:
        """Where company.yaml, facts.yaml, topics.yaml and glossary.yaml lie."""
        return self.home / "company"

    @property
    def public_url(self) -> str:
        """The address at which customers and operators reach the pages, with no end slash."""
        return (self.base_url or f"http://{self.host}:{self.port}").rstrip("/")

    def send_threshold(self, channel: str) -> float:
        """The least confidence with which a reply goes out by itself in this channel."""
        return {"email": self.email_send, "phone": self.phone_send}.get(channel, self.chat_send)


def load_settings(home: Path | None = None, **overrides: Any) -> Settings:
    """Settings of one home folder, which is made if it is not there.

    Raises BadConfiguration with the variable's name if a value cannot be used.
    """
    folder = home or Path(os.environ.get("YORISOI_HOME", str(DEFAULT_HOME)))
    try:
        folder.mkdir(parents=True, exist_ok=True)
        settings = Settings(
            _env_file=folder / "settings.env",
            **{"home": folder} | overrides,
        )
    except ValidationError as error:
        first = error.errors()[0]
        name = "YORISOI_" + "_".join(str(part) for part in first["loc"]).upper()
        raise BadConfiguration(
            f"{name} cannot be used: {first['msg']} (it is {first['input']!r})."
        ) from error
    except OSError as error:
        raise BadConfiguration(
            f"The home folder {folder} cannot be made ({error.strerror}); name another with --home."
        ) from error
    if settings.model and settings.model_seconds + SPARE_SECONDS > settings.claim_seconds:
        raise BadConfiguration(
            f"YORISOI_MODEL_SECONDS ({settings.model_seconds:g}) leaves no time before "
            f"YORISOI_CLAIM_SECONDS ({settings.claim_seconds:g}) gives the message to another "
            f"process; make it at least {SPARE_SECONDS:g} seconds shorter."
        )
    if not settings.secret:
        settings.secret = _kept_secret(folder / "secret")
    if not settings.identity_secret:
        settings.identity_secret = _kept_secret(folder / "identity_secret")
    return settings


def _kept_secret(path: Path) -> str:
    """The random secret in this file, made at the first use and readable by its owner only."""
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return path.read_text(encoding="ascii").strip()
    secret = secrets.token_urlsafe(32)
    with os.fdopen(descriptor, "w", encoding="ascii") as file:
        file.write(secret)
    return secret

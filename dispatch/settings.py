"""How this installation runs. Everything comes from the environment; nothing secret stands in a file of ours."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

from pydantic import Field, SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict


class Settings(BaseSettings):
    """Each is read from the environment as FIELDWRIGHT_ and its name in capitals; the database from DATABASE_URL."""

    model_config = SettingsConfigDict(env_prefix="FIELDWRIGHT_", populate_by_name=True, use_attribute_docstrings=True)

    database_url: str = Field("sqlite:///fieldwright.db", validation_alias="DATABASE_URL")
    """Where the store is: `sqlite:///PATH` or `postgresql://USER:PASSWORD@HOST/NAME`."""
    host: str = "127.0.0.1"
    """The address to listen on; loopback unless told otherwise."""
    port: int = Field(8765, ge=0, le=65535)
    """The port to listen on."""
    public_url: str | None = None
    """Where people reach this server from outside; links in messages begin with it."""
    secure_cookies: bool | None = None
    """Whether cookies go over TLS only. Empty: where `public_url` begins with https."""
    session_hours: float = 12
    """A browser session ends after so many hours."""
    session_idle_hours: float = 4
    """A browser session that nobody used for so many hours ends, too."""
    token_days: float = 90
    """How long an access token holds unless it is made for less."""
    sign_in_attempts: int = 5
    """So many failed attempts under one account, or five times as many from one address, then wait."""
    sign_in_window: float = 15
    """Minutes within which failed attempts are counted."""
    upload_mb: float = 20
    """The largest upload."""
    solver_processes: int = Field(1, ge=1)
    """How many planning runs are solved at the same time, each in its own process."""
    solver_threads: int = Field(1, ge=1)
    """Searches beside each other in one run."""
    region: Path | None = None
    """An OpenStreetMap extract for travel times; without one they are estimated. The sample city brings its own."""
    travel_speed_kmh: float = 40
    """The speed of estimated travel."""
    travel_detour: float = 1.3
    """How much longer than the straight line an estimated way is."""
    oidc_issuer: str | None = None
    """The OpenID Connect provider that people may sign in with."""
    oidc_client_id: str | None = None
    """Our name with that provider."""
    oidc_client_secret: SecretStr | None = None
    """Our secret with that provider."""
    oidc_role_claim: str = "role"
    """The claim that holds a person's role."""
    smtp_url: SecretStr | None = None
    """For e-mail, such as `smtp://user:password@host:587`. Empty: e-mail goes to the log adapter."""
    notify_urls: dict[str, SecretStr] = Field(default_factory=dict)
    """Channel → Apprise URL as JSON, for `sms`, `push` and `chat`. A channel without one goes to the log adapter."""
    webhook_private_networks: bool = False
    """Whether webhooks may go to private addresses. Otherwise only to public ones and to this machine."""
    time_zone: str = "UTC"
    """Where the operation is at home; the nightly jobs go by it."""
    nightly_at: str = Field("03:00", pattern=r"^([01]\d|2[0-3]):[0-5]\d$")
    """Local time of the nightly optimisation."""
    nightly_seconds: float = Field(60, gt=0)
    """How long the nightly optimisation searches."""
    slots_from: str = Field("08:00", pattern=r"^([01]\d|2[0-3]):[0-5]\d$")
    """Local time at which the first window begins that customers are offered."""
    slots_until: str = Field("18:00", pattern=r"^([01]\d|2[0-3]):[0-5]\d$")
    """Local time by which the last of them ends."""
    slot_minutes: int = Field(120, ge=30, le=720)
    """How long the windows are that customers are offered."""
    hold_minutes: float = Field(15, gt=0)
    """How long a slot is held while a customer decides."""
    keep_days: int = Field(400, ge=1)
    """Events and what was sent are kept so many days; the audit trail and published plans are kept for ever."""
    keep_drafts_days: int = Field(30, ge=1)
    """Drafts that nobody wanted, holds that ended and sheets that were looked at are kept so many days."""
    log_level: Literal["debug", "info", "warning", "error"] = "info"
    """How much is logged."""

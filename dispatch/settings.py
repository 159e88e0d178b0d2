"""How this installation runs. Everything comes from the environment; nothing secret stands in a file of ours."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

from pydantic import Field, SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict


class Settings(BaseSettings):
    """Each is read from the environment as FIELDWRIGHT_ and its name in capitals; the database from DATABASE_URL."""

    model_config = SettingsConfigDict(env_prefix="FIELDWRIGHT_", populate_by_name=True)

    database_url: str = Field("sqlite:///fieldwright.db", validation_alias="DATABASE_URL")
    host: str = "127.0.0.1"
    port: int = Field(8765, ge=0, le=65535)
    public_url: str | None = None
    """Where people reach this server from outside; links in messages begin with it."""
    secure_cookies: bool | None = None
    """Whether cookies go over TLS only. None: where ``public_url`` begins with https."""
    session_hours: float = 12
    token_days: float = 90
    sign_in_attempts: int = 5
    """So many failed attempts under one account or address within ``sign_in_window`` minutes, then wait."""
    sign_in_window: float = 15
    upload_mb: float = 20
    solver_processes: int = Field(1, ge=1)
    solver_threads: int = Field(1, ge=1)
    region: Path | None = None
    """An OpenStreetMap extract for travel times; without one they are estimated. The sample city brings its own."""
    travel_speed_kmh: float = 40
    travel_detour: float = 1.3
    oidc_issuer: str | None = None
    oidc_client_id: str | None = None
    oidc_client_secret: SecretStr | None = None
    oidc_role_claim: str = "role"
    smtp_url: SecretStr | None = None
    """For e-mail, such as ``smtp://user:password@host:587``. None: e-mail goes to the log adapter."""
    notify_urls: dict[str, SecretStr] = Field(default_factory=dict)
    """Channel → Apprise URL, for ``sms``, ``push`` and ``chat``. A channel without one goes to the log adapter."""
    log_level: Literal["debug", "info", "warning", "error"] = "info"

"""How this installation runs. Everything comes from the environment; nothing secret stands in a file of ours."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Annotated, Any, Literal, Self
from urllib.parse import urlsplit

from pydantic import Field, SecretStr, field_validator, model_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

DATA_FOLDER = "fieldwright-data"
"""What the data folder is called where nobody names it."""
EngineName = Literal["embedded", "osrm", "valhalla", "estimate"]
"""Who can say how long a way takes."""

TILE_URL = r"^https?://[A-Za-z0-9.:\[\]-]+/[^\s;,'\"]*$"
"""An address of tiles; it becomes part of a header that tells browsers what they may reach."""


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
    phone_days: float = Field(30, gt=0, le=366)
    """So long a phone stays signed in; signing in again begins anew."""
    phone_cache_hours: float = Field(36, gt=0, le=24 * 31)
    """A phone that had no contact for so many hours forgets its day."""
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
    scenario_processes: int = Field(1, ge=0)
    """How many scenarios of the planner's page are simulated at once, each in a process of its own; 0: none here."""
    scenario_cluster: str | None = None
    """The Dask scheduler whose workers simulate for `fieldwright scenario` and for the planner's page, such as
    `tcp://127.0.0.1:8786`; it takes the extra `dask`. Empty: this machine does. `--on` and `--processes` say
    otherwise."""
    scenario_days: int = Field(90, ge=0, le=3660)
    """What was simulated for the planner's page and not used for so many days is removed, and so is a situation that no
    scenario starts from; what a scenario that has no answer yet may go on from stays. 0: all of it is kept."""
    data_folder: Path | None = None
    """Where regions lie, and travel times that were measured; everything there can be built again, except `media`.
    Empty: `fieldwright-data`, beside a database that is a file, else in the folder that the program runs in."""
    action_days: int = Field(7, ge=1, le=366)
    """What a phone sends of longer ago is not applied by itself: a dispatcher decides."""
    phone_actions: int = Field(1000, ge=100)
    """So many actions may one user's phones send at once, and as many in each hour: a day's work is 300 at most."""
    phone_day_mb: float = Field(32, ge=4)
    """So many megabytes of actions may one phone send at once, and as many in each day. Pictures are counted apart."""
    media_folder: Path | None = None
    """Where pictures and service reports lie, which are not built again: back them up with the database. Several
    servers on one database need one folder that all of them see, with file locks. Empty: `media` in the data folder."""
    media_mb: float = Field(10, gt=0, le=100)
    """The largest picture that phones may send."""
    media_uploads: int = Field(200, ge=1)
    """So many pictures of one person may be under way at a time."""
    media_day_mb: float = Field(1000, gt=0)
    """So much may one person send within a day."""
    media_reserve_mb: float = Field(300, ge=0)
    """Pictures are not taken while the media folder's disk has less room than this."""
    media_unfinished_days: int = Field(14, ge=1)
    """A picture that was begun and not finished, or belongs to no visit, is forgotten after so many days."""
    report_wait_minutes: float = Field(30, ge=0)
    """A service report that is to be sent waits so long at most for pictures that are still to come."""
    region: Path | None = None
    """The region for travel times, addresses and the map: the name of one that `fieldwright region add` has built, or
    an OpenStreetMap extract, of which only the roads are read, at each start. Empty: the one that `fieldwright region
    use` has chosen, or the only one; without any, travel times are estimated. The sample city brings its own."""
    travel_engines: Annotated[tuple[EngineName, ...], NoDecode] = ("embedded",)
    """Who measures ways, with commas between: `embedded` (the roads of the region), `osrm`, `valhalla`. Where the first
    does not answer the next one does, at last the estimate; `estimate` alone: nothing is measured."""
    osrm_url: str | None = None
    """An OSRM server for the engine `osrm`, such as `http://127.0.0.1:5000`."""
    osrm_local: bool = False
    """Whether this program starts an OSRM server of its own, on the files that `fieldwright region add --osrm` made."""
    osrm_binaries: Path | None = None
    """The folder that holds OSRM's programs (`osrm-routed` and so on). Empty: an installed `osrm-bindings`, or the
    PATH."""
    valhalla_url: str | None = None
    """A Valhalla server for the engine `valhalla`, such as `http://127.0.0.1:8002`."""
    travel_speed_kmh: float = 40
    """The speed of estimated travel where no region says how fast it is."""
    travel_detour: float = 1.3
    """How much longer than the straight line an estimated way is, where no region says."""
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
    """Whether webhooks may go to private addresses. Otherwise only to public ones and to this machine. Push messages
    go to public https addresses alone unless this is set."""
    vapid_private_key: SecretStr | None = None
    """The key that push services know this installation by (RFC 8292): the 32 bytes of a P-256 private key in URL-safe
    base 64, as `web-push generate-vapid-keys` prints them. Empty: one that is made once and kept in the database."""
    vapid_contact: str | None = Field(None, pattern=r"^[^@\s]+@[^@\s]+\.[^@\s]+$", max_length=200)
    """An e-mail address at which push services reach who runs this. Empty: `postmaster@` the host of `public_url`."""
    company: str = ""
    """Whose name stands on what customers get, such as service reports. Empty: that of the territory."""
    company_contact: str = ""
    """What stands below it: an address, a telephone number."""
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
    position_days: int = Field(14, ge=0, le=400)
    """Where technicians were is kept so many days; 0: nothing but where they are now. Off duty nothing is kept."""
    travel_leg_days: int = Field(180, ge=1, le=1000)
    """Legs that were driven, from which the speeds of the hours are learnt, are kept so many days."""
    geofence_metres: float = Field(60, ge=20, le=1000)
    """So near to a place, somebody who is on the way to it is taken to have come; an arrival is proposed then."""
    geocoder: str = "offline"
    """Who is asked for addresses: `offline` (the index of the region), or a service that geopy knows, such as
    `nominatim`, `photon` or `pelias`; where that does not answer, the index is asked."""
    geocoder_options: dict[str, SecretStr] = Field(default_factory=dict)
    """What the service wants to know, as JSON: `domain`, `user_agent`, `api_key`, … by geopy's names. The public
    Nominatim wants a `user_agent` that names you."""
    geocoder_delay: float = Field(1.0, ge=0, le=60)
    """Seconds between two questions of one server to the service. The public Nominatim allows one a second in all."""
    geocoder_timeout: float = Field(5.0, gt=0, le=60)
    """Seconds that the service has to answer."""
    tile_url: str | None = Field(None, pattern=TILE_URL)
    """Where maps get their tiles instead of from the region: `https://…/{z}/{x}/{y}.png`; `….mvt` or
    `….pmtiles` for vector tiles in the Protomaps schema."""
    tile_attribution: str = "© OpenStreetMap contributors"
    """Whom maps name beside the tiles of `tile_url`."""
    log_level: Literal["debug", "info", "warning", "error"] = "info"
    """How much is logged."""

    @property
    def home(self) -> Path:
        """The data folder."""
        if self.data_folder is not None:
            return self.data_folder
        kind, _, file = self.database_url.partition("///")
        beside = Path(file.partition("?")[0]).parent if kind.startswith("sqlite") and file != ":memory:" else Path()
        return beside / DATA_FOLDER

    @property
    def media(self) -> Path:
        """The media folder."""
        return self.media_folder or self.home / "media"

    @field_validator("travel_engines", mode="before")
    @classmethod
    def _between_commas(cls, value: Any) -> Any:
        if not isinstance(value, str):
            return value
        if value.lstrip().startswith("["):
            return tuple(json.loads(value))
        return tuple(name.strip() for name in value.split(",") if name.strip())

    @field_validator("vapid_private_key")
    @classmethod
    def _is_a_vapid_key(cls, value: SecretStr | None) -> SecretStr | None:
        if value is not None and not re.fullmatch(r"[A-Za-z0-9_-]{43}=?", value.get_secret_value()):
            raise ValueError("FIELDWRIGHT_VAPID_PRIVATE_KEY must be 32 bytes in URL-safe base 64; leave it out instead")
        return value

    @field_validator("osrm_url", "valhalla_url")
    @classmethod
    def _is_an_address(cls, value: str | None) -> str | None:
        parts = urlsplit(value or "")
        if value is not None and (parts.scheme not in ("http", "https") or not parts.hostname):
            raise ValueError("it is no address of a server: write http://HOST:PORT or https://HOST")
        return value

    @model_validator(mode="after")
    def _geocoder_can_be_asked(self) -> Self:
        """A service that is named exists, and gets what it needs."""
        if self.geocoder != "offline":
            from dispatch.geocoding.providers import Remote

            options = {name: value.get_secret_value() for name, value in self.geocoder_options.items()}
            Remote(self.geocoder, options)
        elif self.geocoder_options:
            raise ValueError("geocoder_options are for a service; name it with FIELDWRIGHT_GEOCODER, or leave them out")
        return self

    @model_validator(mode="after")
    def _engines_make_sense(self) -> Self:
        """What each engine needs is there, and nothing is said that no engine would use."""
        engines = self.travel_engines
        if not engines:
            raise ValueError("FIELDWRIGHT_TRAVEL_ENGINES names no engine; leave it out, or name one: embedded")
        if len(set(engines)) < len(engines):
            raise ValueError(f"FIELDWRIGHT_TRAVEL_ENGINES names an engine twice: {','.join(engines)}")
        if "estimate" in engines[:-1]:
            raise ValueError("FIELDWRIGHT_TRAVEL_ENGINES: the estimate always answers; no engine is asked after it")
        if "osrm" in engines and not (self.osrm_url or self.osrm_local):
            raise ValueError("the engine osrm needs FIELDWRIGHT_OSRM_URL, or FIELDWRIGHT_OSRM_LOCAL=true")
        if self.osrm_url and self.osrm_local:
            raise ValueError("FIELDWRIGHT_OSRM_URL and FIELDWRIGHT_OSRM_LOCAL name two servers; leave one of them out")
        if "valhalla" in engines and not self.valhalla_url:
            raise ValueError("the engine valhalla needs FIELDWRIGHT_VALHALLA_URL")
        for engine, given in (("osrm", self.osrm_url or self.osrm_local), ("valhalla", self.valhalla_url)):
            if given and engine not in engines:
                raise ValueError(
                    f"a server of {engine} is named, but FIELDWRIGHT_TRAVEL_ENGINES={','.join(engines)} does not ask "
                    f"it; say FIELDWRIGHT_TRAVEL_ENGINES={engine},{','.join(engines)}"
                )
        return self

"""Who can be asked for addresses: the offline index, or any service that geopy speaks to; all answer in one form."""

from __future__ import annotations

import inspect
import logging
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Protocol

from geopy.adapters import URLLibAdapter
from geopy.exc import (
    GeocoderAuthenticationFailure,
    GeocoderInsufficientPrivileges,
    GeocoderQueryError,
    GeocoderRateLimited,
    GeopyError,
)
from geopy.geocoders import SERVICE_TO_GEOCODER
from geopy.location import Location

from dispatch.geocoding.answers import candidate_of
from dispatch.geocoding.candidates import Candidate
from dispatch.geocoding.offline import OfflineGeocoder
from dispatch.geocoding.opened import IndexUnreadable
from dispatch.geocoding.reading import Point

LONGEST_WAIT = 10.0
"""Seconds that somebody waits for their turn with a service that may only be asked so often."""
ASK_AGAIN = 30.0
"""Seconds for which a service that did not answer is left alone."""

log = logging.getLogger(__name__)


class GeocoderDown(Exception):  # noqa: N818  as people say it
    """A service does not answer, or refuses us; it does not say that there is no such place.

    ``retry_after``: seconds after which another attempt makes sense.
    """

    def __init__(self, message: str, retry_after: float = ASK_AGAIN) -> None:
        super().__init__(message)
        self.retry_after = retry_after


class NobodyToAsk(GeocoderDown):
    """There is no index and no service: waiting does not help, somebody has to set one up."""


class Provider(Protocol):
    """Somebody who can be asked. Safe among threads. Each call may raise :class:`GeocoderDown`."""

    name: str
    version: str
    """Of its data: an answer that was kept under another version holds no longer. Empty where it does not say."""
    remote: bool
    """Whether asking costs time and patience, so that answers are worth keeping."""

    def search(self, query: str, limit: int, around: Point | None) -> list[Candidate]:
        """The places that a text may mean, the best first; empty: there is none."""

    def reverse(self, point: Point) -> list[Candidate]:
        """What lies at a point, the nearest first; empty: nothing near it has a name."""


class Offline:
    """The offline index of the region as it is now; ``geocoder`` answers None while there is none."""

    name, version, remote = "offline", "", False

    def __init__(self, geocoder: Callable[[], OfflineGeocoder | None]) -> None:
        self._geocoder = geocoder

    def search(self, query: str, limit: int, around: Point | None) -> list[Candidate]:
        """See :class:`Provider`."""
        return self._index().index.search(query, limit, around)

    def reverse(self, point: Point) -> list[Candidate]:
        """See :class:`Provider`."""
        return self._index().index.near(point)

    def _index(self) -> OfflineGeocoder:
        try:
            geocoder = self._geocoder()
        except IndexUnreadable as error:
            raise GeocoderDown(str(error)) from error
        if geocoder is None:
            raise NobodyToAsk("There is no region with addresses: `fieldwright region add FILE` builds one.")
        return geocoder


class Remote:
    """A service behind geopy, asked no more often than ``delay`` seconds apart by this process."""

    version, remote = "", True

    def __init__(
        self,
        name: str,
        options: Mapping[str, Any],
        *,
        delay: float = 1.0,
        timeout: float = 5.0,
        clock: Callable[[], float] = time.monotonic,
        pause: Callable[[float], None] = time.sleep,
    ) -> None:
        """``options`` are what geopy's class of this service wants: ``domain``, ``user_agent``, ``api_key``, …

        Raises :class:`ValueError` where they do not fit, naming what would.
        """
        # What geopy logs about a request holds the address that was asked for. So does what `requests` would log, which
        # is why we have it use the standard library.
        logging.getLogger("geopy").setLevel(logging.WARNING)
        self.name, self.delay, self._clock, self._pause = name, delay, clock, pause
        self._geocoder = _made(name, options, timeout)
        self._lock = threading.Lock()
        self._next = self._down_until = 0.0

    def search(self, query: str, limit: int, around: Point | None) -> list[Candidate]:
        """See :class:`Provider`. ``around`` is not sent: where our people are is nobody's business."""
        known = inspect.signature(self._geocoder.geocode).parameters
        wanted = {"exactly_one": False, "limit": limit, "addressdetails": True}
        found = self._asked(self._geocoder.geocode, query, {key: wanted[key] for key in wanted if key in known})
        return sorted((candidate_of(one, self.name, query) for one in found[:limit]), key=lambda one: -one.score)

    def reverse(self, point: Point) -> list[Candidate]:
        """See :class:`Provider`."""
        known = inspect.signature(self._geocoder.reverse).parameters
        wanted = {"exactly_one": False, "addressdetails": True}
        found = self._asked(self._geocoder.reverse, point, {key: wanted[key] for key in wanted if key in known})
        made = [candidate_of(one, self.name, "", point) for one in found]
        return sorted(made, key=lambda one: one.distance or 0.0)

    def _asked(self, call: Callable[..., Any], what: Any, options: Mapping[str, Any]) -> Sequence[Location]:
        self._await_turn()
        try:
            found = call(what, **options)
        except GeocoderQueryError:
            return []  # it says that this is no question; an address that it can find would be one
        except GeocoderRateLimited as error:
            raise self._down("has been asked too often", error, float(error.retry_after or ASK_AGAIN)) from error
        except (GeocoderAuthenticationFailure, GeocoderInsufficientPrivileges) as error:
            raise self._down("refuses our key; see FIELDWRIGHT_GEOCODER_OPTIONS", error) from error
        except GeopyError as error:
            raise self._down("does not answer", error) from error
        except (LookupError, TypeError, ValueError, AttributeError) as error:
            raise self._down("answers what makes no sense", error) from error
        if found is None:
            return []
        return found if isinstance(found, list) else [found]

    def _await_turn(self) -> None:
        """Wait until the service may be asked again. Raises :class:`GeocoderDown` where that would take too long."""
        with self._lock:
            now = self._clock()
            if now < self._down_until:
                raise GeocoderDown(f"{self.name} did not answer a moment ago.", self._down_until - now)
            wait = max(0.0, self._next - now)
            if wait > LONGEST_WAIT:
                raise GeocoderDown(f"{self.name} may be asked every {self.delay:g} s only, and many wait.", wait)
            self._next = now + wait + self.delay
        if wait:
            self._pause(wait)

    def _down(self, how: str, error: Exception, retry_after: float = ASK_AGAIN) -> GeocoderDown:
        # The message of an error may hold what was asked for: only its kind is logged.
        log.warning("geocoder %s %s (%s)", self.name, how, type(error).__name__)
        with self._lock:
            self._down_until = self._clock() + retry_after
        return GeocoderDown(f"{self.name} {how}.", retry_after)


def _made(name: str, options: Mapping[str, Any], timeout: float) -> Any:
    kind = SERVICE_TO_GEOCODER.get(name)
    if kind is None:
        raise ValueError(f"geocoder: {name!r} is no service; use offline, {', '.join(sorted(SERVICE_TO_GEOCODER))}")
    known = set(inspect.signature(kind.__init__).parameters) - {"self", "timeout", "adapter_factory"}
    if strange := options.keys() - known:
        raise ValueError(
            f"geocoder_options: {name} has no {', '.join(sorted(strange))}; it has {', '.join(sorted(known))}"
        )
    if name == "nominatim" and not options.get("user_agent"):
        raise ValueError(
            "geocoder_options: Nominatim's rules ask for a user_agent that names who asks, with an address: "
            '{"user_agent": "our-company-dispatch/1.0 (it@example.org)"}'
        )
    given = {"user_agent": "fieldwright", **options} if "user_agent" in known else dict(options)
    try:
        return kind(timeout=timeout, adapter_factory=URLLibAdapter, **given)
    except (GeopyError, TypeError) as error:
        raise ValueError(f"geocoder_options: {name} cannot be asked like this: {error}") from error

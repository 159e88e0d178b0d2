"""What an installation works with, put together from its settings and its region: travel times, addresses, the map."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from pathlib import Path

from dispatch.geocoding.offline import OfflineGeocoder
from dispatch.geocoding.opened import IndexUnreadable
from dispatch.regions import home as regions
from dispatch.regions.following import Followed, FollowingEngine, FollowingEstimate, Opened
from dispatch.regions.region import Region, RegionRefused
from dispatch.settings import EngineName, Settings
from dispatch.travel.breaker import Breaker
from dispatch.travel.cache import MatrixCache
from dispatch.travel.crow import CrowFlight
from dispatch.travel.embedded import EmbeddedRoads
from dispatch.travel.falling_back import FallingBack
from dispatch.travel.graph import RoadDataError
from dispatch.travel.osrm import OsrmEngine
from dispatch.travel.osrm_binaries import find
from dispatch.travel.osrm_server import OsrmMissing, OsrmRefused, OsrmServer
from dispatch.travel.ports import TravelEngine
from dispatch.travel.provider import EngineProvider, EstimatedTravel, TravelProvider
from dispatch.travel.roads import RoadNetwork
from dispatch.travel.valhalla import ValhallaEngine

_EXTRACTS = (".pbf", ".osm", ".bz2", ".gz", ".o5m")
_MEASURED = "travel"
"""Where, in the data folder, travel times are remembered that were measured."""
_NEVER = 1_000_000
"""Failures that the roads in this process may have: they would not come back sooner for being left alone."""


def current(settings: Settings) -> Region | None:
    """The region of this installation; None where it has none.

    Raises :class:`dispatch.regions.NoRegion` for one that is named and not there.
    """
    if _extract(settings) is not None:
        return None
    name = regions.current_name(settings.home) if settings.region is None else str(settings.region)
    return None if name is None else regions.get(settings.home, name)


def map_for(settings: Settings) -> Path | None:
    """The base map (PMTiles) of the region as it is now; None where there is none."""
    region = current(settings)
    return None if region is None else region.map_file


def geocoder_for(settings: Settings) -> OfflineGeocoder | None:
    """The addresses of the region as it is now; None where there is none. Cheap: it may be called for each question.

    Raises :class:`RegionRefused` for an index that cannot be read.
    """
    region = current(settings)
    if region is None or "places" not in region.parts:
        return None
    try:
        return _geocoder(region.places_file)
    except IndexUnreadable as error:
        raise RegionRefused(f"The addresses of region {region.name} cannot be opened: {error}") from error


@lru_cache(maxsize=4)
def _geocoder(places: Path) -> OfflineGeocoder:
    return OfflineGeocoder(places)


def provider_for(settings: Settings) -> TravelProvider:
    """Travel times as the settings want them: their engines in order, each behind a breaker; behind them the estimate,
    which the region has been measured for; and before them all, what was measured already.

    Raises :class:`dispatch.domain.errors.DispatchError` where what is wanted is not there. Who is done with the
    provider calls :func:`close`.
    """
    if not _engine_names(settings, current(settings)):
        region = current(settings)
        if region is None:
            return EstimatedTravel(settings.travel_speed_kmh, settings.travel_detour)
        estimate = region.estimate.engine()
        return EngineProvider(estimate, estimate)
    followed = Followed(lambda: current(settings), lambda region: _opened(settings, region))
    cache = MatrixCache(settings.home / _MEASURED)
    return EngineProvider(FollowingEngine(followed), FollowingEstimate(followed), cache)


def close(travel: TravelProvider) -> None:
    """Let go of what a provider holds: a server of our own, files, connections. It is not asked after that."""
    if isinstance(travel, EngineProvider):
        if isinstance(travel.engine, FollowingEngine):
            travel.engine.followed.close()
        if travel.cache is not None:
            travel.cache.close()


def network_of(travel: TravelProvider) -> RoadNetwork | None:
    """The roads that a provider drives on, where they are in this process."""
    engine = travel.engine if isinstance(travel, EngineProvider) else None
    found = getattr(engine, "network", None)
    return found if isinstance(found, RoadNetwork) else None


def region_in_use(travel: TravelProvider) -> Region | None:
    """The region that a provider's travel times come from, in the version in use; None: from none."""
    engine = travel.engine if isinstance(travel, EngineProvider) else None
    return engine.followed.now().region if isinstance(engine, FollowingEngine) else None


def _engine_names(settings: Settings, region: Region | None) -> tuple[EngineName, ...]:
    """The engines that measure. The roads in this process are left out where there is nothing to read them from."""
    roads = region is not None or _extract(settings) is not None
    return tuple(name for name in settings.travel_engines if name != "estimate" and (name != "embedded" or roads))


def _opened(settings: Settings, region: Region | None) -> Opened:
    """Every engine, ready to be asked. What was begun is ended where one of them cannot be had."""
    breakers: list[TravelEngine] = []
    closing: list[Callable[[], None]] = []
    network = None
    try:
        for name in _engine_names(settings, region):
            if name == "embedded":
                roads = _embedded(settings, region)
                network = roads.network
                breakers.append(Breaker(roads, most_failures=_NEVER))
            else:
                engine = _over_http(name, settings, region, closing)
                breakers.append(Breaker(engine))
    except BaseException:
        for close_it in closing:
            close_it()
        raise
    estimate: TravelEngine = CrowFlight(settings.travel_speed_kmh, settings.travel_detour)
    if region is not None:
        estimate = region.estimate.engine()
    return Opened(region, FallingBack(breakers, estimate), estimate, network, tuple(closing))


def _embedded(settings: Settings, region: Region | None) -> EmbeddedRoads:
    try:
        if region is not None:
            return EmbeddedRoads.open(region.roads_folder)
        extract = _extract(settings)
        assert extract is not None
        return EmbeddedRoads.from_network(RoadNetwork.from_extract(extract))
    except (RoadDataError, OSError, ValueError) as error:
        again = f"; build it again: `fieldwright region add … --name {region.name}`" if region is not None else ""
        raise RegionRefused(f"The roads cannot be opened: {error}{again}") from error


def _over_http(
    name: EngineName, settings: Settings, region: Region | None, closing: list[Callable[[], None]]
) -> TravelEngine:
    if name == "valhalla":
        assert settings.valhalla_url is not None  # the settings see to it
        valhalla = ValhallaEngine(settings.valhalla_url, kept_version=_kept_version(settings, name))
        closing.append(valhalla.close)
        return valhalla
    if settings.osrm_url is None:
        return _own_osrm(settings, region, closing)
    osrm = OsrmEngine(settings.osrm_url, kept_version=_kept_version(settings, name))
    closing.append(osrm.close)
    return osrm


def _kept_version(settings: Settings, name: EngineName) -> Path:
    """Where it is remembered which data a server has, for when it is away as this program starts."""
    return settings.home / _MEASURED / f"{name}.version"


def _own_osrm(settings: Settings, region: Region | None, closing: list[Callable[[], None]]) -> TravelEngine:
    folder = None if region is None else region.osrm_folder
    if folder is None:
        what = "there is no region" if region is None else f"region {region.name} was built without them"
        raise RegionRefused(
            f"FIELDWRIGHT_OSRM_LOCAL wants files of OSRM, but {what}: `fieldwright region add FILE --osrm` makes them."
        )
    try:
        server = OsrmServer(folder, find("osrm-routed", settings.osrm_binaries))
        server.start()
    except (OsrmMissing, OsrmRefused) as error:
        raise RegionRefused(f"A local OSRM server cannot be started: {error}") from error
    closing.append(server.stop)
    engine = server.engine()
    closing.append(engine.close)
    return engine


def _extract(settings: Settings) -> Path | None:
    """The extract that is named instead of a region."""
    path = settings.region
    return path if path is not None and (path.suffix in _EXTRACTS or len(path.parts) > 1) else None

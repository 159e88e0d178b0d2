"""Who is asked for addresses, as the settings say: the offline index of the region, or a service and then the index."""

from __future__ import annotations

from dispatch.geocoding.finding import Finder
from dispatch.geocoding.offline import OfflineGeocoder
from dispatch.geocoding.opened import IndexUnreadable
from dispatch.geocoding.providers import Offline, Remote
from dispatch.regions.opening import geocoder_for
from dispatch.regions.region import NoRegion, RegionRefused
from dispatch.settings import Settings


def finder_for(settings: Settings) -> Finder:
    """A finder that follows the region: one that is built again is asked from the next question on.

    Raises :class:`ValueError` where the settings name a service that cannot be asked like this.
    """
    offline = Offline(lambda: _index(settings))
    if settings.geocoder == "offline":
        return Finder([offline])
    options = {name: value.get_secret_value() for name, value in settings.geocoder_options.items()}
    remote = Remote(settings.geocoder, options, delay=settings.geocoder_delay, timeout=settings.geocoder_timeout)
    return Finder([remote, offline])


def _index(settings: Settings) -> OfflineGeocoder | None:
    """The index as it is now; none where the region that the settings name is not there (any more).

    Raises :class:`IndexUnreadable` for one that is damaged: that keeps nobody from adding a site.
    """
    try:
        return geocoder_for(settings)
    except NoRegion:
        return None
    except RegionRefused as error:
        raise IndexUnreadable(error.detail) from error

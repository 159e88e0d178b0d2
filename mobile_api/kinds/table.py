"""Every kind of action that phones send, registered here and nowhere else.

A module of this package holds one family of kinds, as a tuple.
"""

from __future__ import annotations

from collections.abc import Mapping

from mobile_api.kinds.duty import DUTY
from mobile_api.kinds.kind import Data, Kind, Nothing, Taken
from mobile_api.kinds.life import LIFE
from mobile_api.kinds.media import MEDIA
from mobile_api.kinds.phone import PHONE
from mobile_api.kinds.work import WORK

__all__ = ["KINDS", "Data", "Kind", "Nothing", "Taken"]

KINDS: Mapping[str, Kind] = {kind.name: kind for kind in (*LIFE, *DUTY, *WORK, *MEDIA, *PHONE)}
"""Name → kind."""

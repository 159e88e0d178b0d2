"""What a car may do, and how fast, by the tags of OpenStreetMap.

Speeds, surfaces and delays follow the published car profile of OSRM where it says something of free traffic, so that
times agree with those of such a server; speeds of untagged streets are lower, as they are in towns.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

# Speeds in km/h that a car keeps up along a street between two turns in a town, where no limit is tagged. They lie
# below the usual limits, for crossings, signals and parked cars. `road` means that nobody knows what it is.
CLASS_KMH = {
    "motorway": 90.0,
    "motorway_link": 45.0,
    "trunk": 70.0,
    "trunk_link": 40.0,
    "primary": 45.0,
    "primary_link": 30.0,
    "secondary": 40.0,
    "secondary_link": 25.0,
    "tertiary": 35.0,
    "tertiary_link": 20.0,
    "unclassified": 28.0,
    "residential": 24.0,
    "living_street": 10.0,
    "service": 15.0,
    "road": 24.0,
}

# Of a tagged limit, the share that is driven on average.
SHARE_OF_LIMIT = 0.8

KMH_PER_MPH = 1.609344
NAMED_LIMITS_KMH = {"walk": 7.0, "none": 140.0}
# Limits that go by a country's rule, as in `DE:rural`, and where a country has its own.
RULED_LIMITS_KMH = {"urban": 50.0, "rural": 90.0, "trunk": 110.0, "motorway": 130.0, "living_street": 10.0, "walk": 7.0}
NATIONAL_LIMITS_KMH = {
    "AT:rural": 100.0,
    "CH:rural": 80.0,
    "CH:motorway": 120.0,
    "CL:rural": 100.0,
    "DE:rural": 100.0,
    "DE:motorway": 140.0,
    "DE:living_street": 7.0,
    "DK:rural": 80.0,
    "FR:rural": 80.0,
    "GB:nsl_single": 60 * KMH_PER_MPH,
    "GB:nsl_dual": 70 * KMH_PER_MPH,
    "GB:motorway": 70 * KMH_PER_MPH,
    "NL:rural": 80.0,
    "NO:rural": 80.0,
    "PL:motorway": 140.0,
}
LIMIT = re.compile(r"^\s*(\d+(?:\.\d+)?)\s*(mph|knots|km/h|kmh|kph)?")
RULED_LIMIT = re.compile(r"^([A-Z]{2}):(?:zone:?)?([a-z_]+|\d+)$")
LIMIT_KEYS = ("maxspeed", "source:maxspeed", "maxspeed:type", "zone:maxspeed")

# Faster than this nobody drives, whatever the limit.
SURFACE_KMH = {
    "cement": 80.0,
    "compacted": 80.0,
    "fine_gravel": 80.0,
    "paving_stones": 60.0,
    "metal": 60.0,
    "bricks": 60.0,
    "grass": 40.0,
    "wood": 40.0,
    "sett": 40.0,
    "grass_paver": 40.0,
    "gravel": 40.0,
    "unpaved": 40.0,
    "ground": 40.0,
    "dirt": 40.0,
    "pebblestone": 40.0,
    "cobblestone": 30.0,
    "clay": 30.0,
    "earth": 20.0,
    "stone": 20.0,
    "rocky": 20.0,
    "sand": 20.0,
    "mud": 10.0,
}
TRACKTYPE_KMH = {"grade1": 60.0, "grade2": 40.0, "grade3": 30.0, "grade4": 25.0, "grade5": 20.0}
SMOOTHNESS_KMH = {"intermediate": 80.0, "bad": 40.0, "very_bad": 20.0, "horrible": 10.0, "very_horrible": 5.0}

FERRY_KMH = 5.0
FERRY_DURATION = re.compile(r"^(?:(\d+):)?(\d+):(\d+)$|^(\d+)$|^PT(?:(\d+)H)?(?:(\d+)M)?$")

FORBIDDEN = frozenset(
    {"no", "agricultural", "forestry", "emergency", "psv", "bus", "minibus", "taxi", "foot", "military", "official"}
)
# Only who has business there drives in; nobody drives through.
FOR_VISITORS = frozenset({"private", "delivery", "destination", "customers", "permit", "residents"})
# The most specific tag that is present decides.
ACCESS_KEYS = ("motorcar", "motor_vehicle", "vehicle", "access")
SERVICE_NOT_DRIVEN = frozenset({"parking_aisle", "drive-through", "emergency_access"})

OPEN_BARRIERS = frozenset(
    {"cattle_grid", "border_control", "toll_booth", "sally_port", "no", "entrance", "height_restrictor", "arch"}
)
GATES = frozenset({"gate", "lift_gate"})
GATE_S = 60.0
# Seconds lost on average, nobody knowing whether the light is red.
NODE_DELAY_S = {"traffic_signals": 2.0, "stop": 2.0, "give_way": 1.0}


def limit_kmh(text: str | None) -> float | None:
    """A `maxspeed` tag in km/h; None where there is none or it says nothing that can be read."""
    if not text:
        return None
    match = LIMIT.match(text)
    if match:
        factor = {"mph": KMH_PER_MPH, "knots": 1.852}.get(match[2] or "", 1.0)
        return float(match[1]) * factor or None
    text = text.strip()
    if text in NAMED_LIMITS_KMH:
        return NAMED_LIMITS_KMH[text]
    ruled = RULED_LIMIT.match(text)
    if not ruled:
        return None
    if ruled[2].isdigit():
        return float(ruled[2]) or None
    return NATIONAL_LIMITS_KMH.get(f"{ruled[1]}:{ruled[2]}", RULED_LIMITS_KMH.get(ruled[2]))


def access(tags: Mapping[str, str]) -> str | None:
    """The tag that says who may drive; of several values the one that lets most people in. None where none says so."""
    for key in ACCESS_KEYS:
        if key in tags:
            values = [value.strip() for value in tags[key].split(";")]
            return min(values, key=lambda value: (value in FORBIDDEN, value in FOR_VISITORS))
    return None


def for_visitors(tags: Mapping[str, str]) -> bool:
    """Whether only those drive here whose way begins or ends here."""
    return access(tags) in FOR_VISITORS


def driving_kmh(tags: Mapping[str, str]) -> float | None:
    """The speed that a car keeps up on a way with these tags; None where it may not, or cannot, drive."""
    highway = tags.get("highway", "")
    if highway not in CLASS_KMH or tags.get("area") == "yes" or tags.get("service") in SERVICE_NOT_DRIVEN:
        return None
    if access(tags) in FORBIDDEN or tags.get("smoothness") == "impassable":
        return None
    limits = (limit_kmh(tags.get(key)) for key in LIMIT_KEYS)
    limit = next((found for found in limits if found is not None), None)
    return _as_the_ground_allows(tags, CLASS_KMH[highway] if limit is None else limit * SHARE_OF_LIMIT)


def driving_speeds(tags: Mapping[str, str]) -> tuple[float, float] | None:
    """The speeds as drawn and against it, where one limit, or each direction's own, is tagged; None as above."""
    both = driving_kmh(tags)
    if both is None:
        return None
    own = (limit_kmh(tags.get(f"maxspeed:{way}")) for way in ("forward", "backward"))
    along, against = (both if one is None else _as_the_ground_allows(tags, one * SHARE_OF_LIMIT) for one in own)
    return along, against


def _as_the_ground_allows(tags: Mapping[str, str], kmh: float) -> float:
    tables = (("surface", SURFACE_KMH), ("tracktype", TRACKTYPE_KMH), ("smoothness", SMOOTHNESS_KMH))
    return min([kmh, *(table[tags[key]] for key, table in tables if tags.get(key) in table)])


def driving_direction(tags: Mapping[str, str]) -> int:
    """1: one way as drawn, -1: one way against it, 0: both ways."""
    tagged = (tags.get(f"oneway:{vehicle}") for vehicle in ("motorcar", "motor_vehicle", "vehicle"))
    oneway = next((value for value in tagged if value), tags.get("oneway"))
    if oneway in ("-1", "reverse"):
        return -1
    if oneway in ("yes", "true", "1"):
        return 1
    if oneway == "no":
        return 0
    return 1 if tags.get("highway") == "motorway" or roundabout(tags) else 0


def roundabout(tags: Mapping[str, str]) -> bool:
    """Whether the way goes round an island, so that nobody comes the other way."""
    return tags.get("junction") in ("roundabout", "circular")


def carries_cars(tags: Mapping[str, str]) -> bool:
    """Whether a way is a ferry that takes cars."""
    allowed = access(tags)
    return tags.get("route") == "ferry" and (
        allowed in ("yes", "designated", "permissive")
        or (allowed not in FORBIDDEN and allowed not in FOR_VISITORS and tags.get("foot") is None)
    )


def ferry_seconds(tags: Mapping[str, str], metres: float) -> float:
    """How long a crossing takes: as tagged (``0:25``, ``25`` minutes, ``PT25M``), or at a ferry's usual speed."""
    match = FERRY_DURATION.match(tags.get("duration", ""))
    if match:
        day, hour, minute, alone, iso_hour, iso_minute = (int(part or 0) for part in match.groups())
        # Two numbers are hours and minutes; three of them have the seconds last.
        seconds = (day * 3600 + hour * 60 + minute) if match[1] else (hour * 3600 + minute * 60)
        seconds += alone * 60 + iso_hour * 3600 + iso_minute * 60
        if seconds > 0:
            return float(seconds)
    return metres / (FERRY_KMH / 3.6)


def blocks(tags: Mapping[str, str]) -> bool:
    """Whether no car passes a node with these tags."""
    allowed = access(tags)
    if allowed is not None:
        return allowed in FORBIDDEN
    barrier = tags.get("barrier")
    if barrier is None or barrier in OPEN_BARRIERS or barrier in GATES:
        return False
    flat = barrier == "kerb" and (tags.get("kerb") in ("lowered", "flush") or tags.get("highway") == "crossing")
    return not flat and tags.get("bollard") != "rising"


def delays(tags: Mapping[str, str]) -> tuple[float, float]:
    """Seconds that passing a node costs who drives the way as drawn, and who drives against it."""
    gate = GATE_S if access(tags) is None and tags.get("barrier") in GATES else 0.0
    sign = NODE_DELAY_S.get(tags.get("highway", ""), 0.0)
    direction = tags.get("traffic_signals:direction", tags.get("direction"))
    return gate + sign * (direction != "backward"), gate + sign * (direction != "forward")

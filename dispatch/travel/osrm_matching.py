"""What OSRM's ``match`` is asked about a trace, and where its answer says that the trace ends.

The road's direction is part of the question: by places alone one fix in twelve lands on the wrong carriageway, with
headings of 45 degrees to either side one in sixty.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

from dispatch.travel.plausible import snapped
from dispatch.travel.polyline import decoded
from dispatch.travel.ports import Fix, OnRoad
from dispatch.travel.traces import accuracy, final_heading, moving_heading

_HEADING_RANGE = 45


def matching_query(fixes: Sequence[Fix], *, headings: bool) -> str:
    """The options of the question."""
    timestamps = ";".join(str(math.floor(fix.at)) for fix in fixes)
    radiuses = ";".join(f"{accuracy(fix):.0f}" for fix in fixes)
    options = f"timestamps={timestamps}&radiuses={radiuses}&gaps=ignore&geometries=polyline6&overview=full&steps=false"
    if headings:
        known = [moving_heading(fix) for fix in fixes]
        bearings = ";".join("" if heading is None else f"{heading:.0f},{_HEADING_RANGE}" for heading in known)
        options += f"&bearings={bearings}"
    return options


def matched(document: Mapping[str, Any], fixes: Sequence[Fix]) -> OnRoad | None:
    """Where the last fix lies; None where it matched no road. Raises ValueError and the like for another form."""
    traced = document["tracepoints"]
    if len(traced) != len(fixes):
        raise ValueError("a tracepoint for each fix is missing")
    last, fix = traced[-1], fixes[-1]
    if last is None:
        return None
    lon, lat = last["location"]
    place = snapped((fix.lat, fix.lon), lat, lon, last.get("name"))
    if place is None:
        return None
    matching = document["matchings"][last["matchings_index"]]
    confidence = float(matching["confidence"])
    if not math.isfinite(confidence):
        raise ValueError("no confidence")
    heading = final_heading(decoded(matching["geometry"]))
    return OnRoad(place.lat, place.lon, heading, place.street, min(max(confidence, 0.0), 1.0))

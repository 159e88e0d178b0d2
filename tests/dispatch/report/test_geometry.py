from __future__ import annotations

import numpy as np
import pytest

from dispatch.report.geometry import Geometry, Line, packed, project, simplified, straight_geometry
from dispatch.travel.graph import metres_between
from optimizer.domain import Problem
from optimizer.solve import Result
from tests.tiny import plan, problem, route, visit

DIGITS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz-_"


def unpacked(text: str) -> list[list[list[int]]]:
    """What the page's script makes of packed lines."""
    lines = []
    for part in text.split(" "):
        values, value, shift = [], 0, 0
        for digit in part:
            bits = DIGITS.index(digit)
            value |= (bits & 31) << shift
            shift += 5
            if not bits & 32:
                values.append(value >> 1 ^ -(value & 1))
                value = shift = 0
        lines.append(np.cumsum(np.array(values).reshape(-1, 2), axis=0).tolist())
    return lines


def test_packed_lines_come_out_as_they_went_in() -> None:
    generator = np.random.default_rng(1)
    lines = [generator.integers(-20_000, 20_000, (count, 2)) for count in (2, 3, 50)]
    assert unpacked(packed(lines)) == [line.tolist() for line in lines]


def test_simplifying_leaves_out_what_lies_within_the_tolerance_and_nothing_else() -> None:
    line: Line = np.array([[0, 0], [10, 1], [20, 0], [30, 9], [40, 0]])
    assert simplified(line, 2.0).tolist() == [[0, 0], [20, 0], [30, 9], [40, 0]]
    assert simplified(line, 20.0).tolist() == [[0, 0], [40, 0]]


def test_the_map_is_true_to_scale() -> None:
    middle = (-29.95, -71.25)
    east, north = project(middle, np.array([-29.95, -29.94]), np.array([-71.24, -71.25])).tolist()
    assert east == pytest.approx([metres_between(-29.95, -71.25, -29.95, -71.24), 0], abs=1)
    assert north == pytest.approx([0, -metres_between(-29.95, -71.25, -29.94, -71.25)], abs=1)


def test_every_drive_of_a_route_has_its_way_along_streets(day: Problem, planned: Result, drawn: Geometry) -> None:
    for one in planned.plan.routes:
        ways = drawn.legs[one.technician, one.shift]
        assert len(ways) == len(one.stops) + 1
        for way, stop in zip(ways, one.stops, strict=False):
            location = day.locations[day.visits[day.visit_index[stop.visit]].location]
            assert tuple(way[-1].tolist()) == drawn.project(location.lat, location.lon)


def test_without_roads_the_lines_are_straight_and_nobody_is_thanked() -> None:
    two = problem([visit("V1", 1), visit("V2", 0)], minutes=[[0, 5], [5, 0]])
    geometry = straight_geometry(two, plan(route("Ann", "V1", "V2")))
    assert [len(line) for line in geometry.legs["Ann", "S"]] == [2, 2, 2]
    assert not geometry.streets
    assert geometry.attribution == ""

"""Where promises are missed: in cells of a grid that alternatives share."""

import datetime as dt
from dataclasses import replace

import pytest

from scenarios.changes import changed
from scenarios.measuring.cells import ACROSS, Grid, cells_in, missed_by_cell
from scenarios.measuring.kpis import Measured
from scenarios.replication import Alternative, agent_of, replicate
from scenarios.scenario import Hire, Horizon
from tests.scenarios.situations import MONDAY, dispatching, environment, hamlet


def test_every_site_lies_in_one_cell_and_the_grid_is_that_of_the_places():
    situation = hamlet(sites=200)
    grid = Grid(situation)
    assert set(grid.names) == set(situation.sites)
    assert 1 < len(set(grid.names.values())) <= ACROSS * ACROSS
    more = changed(situation, [Hire(kind="hire", like="T01", count=2)])
    assert Grid(more).names == grid.names


def test_places_that_are_one_are_one_cell():
    situation = hamlet()
    here = situation.places[situation.sites[0]]
    together = replace(situation, places=tuple(replace(one, lat=here.lat, lon=here.lon) for one in situation.places))
    assert len(set(Grid(together).names.values())) == 1


def test_what_is_missed_everywhere_adds_up_to_what_is_missed():
    # one technician for thirty jobs a day: many promises are missed
    run = environment(hamlet(technicians=1, jobs_per_day=30.0), agent_of(dispatching("nearest")), days=2)
    measured = Measured(run.run(), run.operation.situation.instant(MONDAY, 0), run.until)
    missed = sum(not kept for kept in measured.kept())
    assert missed > 0
    assert sum(missed_by_cell(measured).values()) * measured.days == pytest.approx(missed)


def test_only_cells_that_all_tell_of_are_compared():
    one = {"sla": 1.0, "missed@-29.9000,-71.2500": 0.5, "missed@-29.9100,-71.2500": 0.0}
    other = {"sla": 1.0, "missed@-29.9000,-71.2500": 0.25}
    assert list(cells_in([one, other])) == [("missed@-29.9000,-71.2500", -29.9, -71.25)]
    assert list(cells_in([])) == []


def test_a_replication_tells_of_them_beside_its_figures():
    figures = replicate(
        Alternative("as it is", hamlet(), dispatching("nearest")), Horizon(first=dt.date(2026, 11, 23), days=1), 1, 0
    )
    assert "sla" in figures
    assert list(cells_in([figures]))

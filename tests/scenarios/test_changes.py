"""What a scenario changes about a situation, and what it leaves alone."""

from pathlib import Path
from typing import get_args

import pytest

from dispatch.store.tables import Priority
from optimizer.invalid import InvalidInput
from scenarios.changes import changed
from scenarios.reading import read_scenario, scenario_of
from scenarios.report.assumed import assumed, change_said
from scenarios.running import ground
from scenarios.scenario import (
    Change,
    DemandChange,
    DispatchChange,
    GeneratedTown,
    Hire,
    Leave,
    MoveShifts,
    NewBase,
    Overtime,
    PromiseChange,
    Train,
    TravelChange,
    VanStock,
)
from scenarios.situation.digest import digest_of
from tests.scenarios.situations import dispatching, hamlet
from tests.scenarios.small import small

TOWN = hamlet()
CATALOG = sorted((Path(__file__).parents[2] / "scenarios" / "catalog").glob("*.toml"))


def made(*changes):
    return changed(TOWN, changes)


def test_the_situation_itself_stays_as_it_was():
    before = digest_of(TOWN)
    after = made(
        Train(kind="train", technicians=["T01"], skill="fibre", level=3), TravelChange(kind="travel", factor=2)
    )
    assert digest_of(TOWN) == before
    assert digest_of(after) != before


def test_every_scenario_of_the_catalogue_starts_from_the_city_that_its_digest_names():
    scenarios = {path.stem: read_scenario(path) for path in CATALOG}
    assert len(scenarios) >= 14
    cities = {one.situation.digest: one.situation for one in scenarios.values()}
    cities = {digest: ground(named) for digest, named in cities.items()}  # refuses another digest
    for name, scenario in scenarios.items():
        city = cities[scenario.situation.digest]
        assert city.seconds.min() >= 0
        assert {"north", "south"} == set(city.territories)
        after = changed(city, scenario.changes)
        assert (digest_of(after) != digest_of(city)) == (scenario.agent_after == scenario.dispatch), name


def test_the_catalogue_has_a_scenario_for_every_kind_of_change():
    shown = {type(change) for path in CATALOG for change in read_scenario(path).changes}
    assert set(get_args(get_args(Change)[0])) - shown == set()


def test_a_number_is_the_same_whoever_writes_it():
    assert (
        digest_of(hamlet(jobs_per_day=20)) == digest_of(hamlet(jobs_per_day=20.0)) != digest_of(hamlet(jobs_per_day=21))
    )


def test_who_decides_is_no_part_of_the_situation():
    assert digest_of(made(DispatchChange(kind="dispatch", dispatch=dispatching("nearest")))) == digest_of(TOWN)


def test_technicians_leave_and_come():
    after = made(Leave(kind="leave", technicians=["T02", "T03"]), Hire(kind="hire", like="T01", count=2))
    assert [person.id for person in after.people] == ["T01", "T04", "T01+1", "T01+2"]
    assert after.person("T01+2").skills == TOWN.person("T01").skills
    assert [one.id for one in made(Hire(kind="hire", like="T01"), Hire(kind="hire", like="T01")).people[-2:]] == [
        "T01+1",
        "T01+2",
    ]


def test_training_raises_a_level_and_never_lowers_one():
    after = made(Train(kind="train", technicians=["T01", "T02"], skill="gas", level=1))
    assert TOWN.person("T01").skills["gas"] == after.person("T01").skills["gas"] == 2
    assert (TOWN.person("T02").skills.get("gas"), after.person("T02").skills["gas"]) == (None, 1)


def test_shifts_move_with_their_breaks():
    before, after = (
        TOWN.person("T01"),
        made(MoveShifts(kind="move-shifts", minutes=-60, technicians=["T01"])).person("T01"),
    )
    assert (after.start, after.end) == (before.start - 60, before.end - 60)
    assert after.rests[0].earliest == before.rests[0].earliest - 60
    assert made(MoveShifts(kind="move-shifts", minutes=-60, technicians=["T01"])).person("T02") == TOWN.person("T02")


def test_overtime_is_allowed_to_all_where_nobody_is_named():
    assert {person.max_overtime for person in made(Overtime(kind="overtime", minutes=90)).people} == {90}


def test_a_promise_changes_for_one_priority():
    after = made(PromiseChange(kind="promise", priority="normal", resolve_hours=4))
    kept = {one.priority: one for one in TOWN.urgencies}
    for one in after.urgencies:
        if one.priority is Priority.NORMAL:
            assert one.resolve.within == 4 * 3600
            assert one.resolve.breach_cost == kept[one.priority].resolve.breach_cost
        else:
            assert one == kept[one.priority]


def test_travel_takes_longer_and_is_no_farther():
    after = made(TravelChange(kind="travel", factor=1.5))
    assert abs(after.seconds - 1.5 * TOWN.seconds).max() <= 0.5
    assert (after.metres == TOWN.metres).all()


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        (
            [Leave(kind="leave", technicians=["T01", "T9"])],
            'changes[0].technicians[1]: is no technician (found "T9"); known',
        ),
        ([Hire(kind="hire", like="X")], 'changes[0].like: is no technician (found "X"); known are "T01"'),
        (
            [Train(kind="train", technicians=["T01"], skill="gass")],
            'changes[0].skill: is no skill (found "gass"); did you mean "gas"?',
        ),
        (
            [DemandChange(kind="demand", factor=1, territory="nort")],
            'changes[0].territory: is no territory (found "nort"); did you',
        ),
        (
            [Leave(kind="leave", technicians=["T01", "T02", "T03", "T04"])],
            "changes[0].technicians: leaves nobody at work",
        ),
        (
            [MoveShifts(kind="move-shifts", minutes=-600)],
            "changes[0].minutes: would begin the shift of T01 on the day before",
        ),
        ([DemandChange(kind="demand", factor=3)] * 2, "changes: is too many times the demand (found 9); the factors"),
    ],
)
def test_a_change_that_makes_no_sense_is_told_with_its_place(changes, said):
    with pytest.raises(InvalidInput) as refused:
        changed(TOWN, changes)
    assert str(refused.value).startswith(said)


@pytest.mark.parametrize(
    ("change", "english", "chinese"),
    [
        (
            NewBase(kind="base", technicians=["T01"], like="T03"),
            "T01 begins and ends the shift where T03 does.",
            "T01在 T03 的驻地开始和结束班次。",
        ),
        (
            NewBase(kind="base", technicians=["T01", "T02"], site="P0007"),
            "T01 and T02 begin and end their shifts at the site P0007.",
            "T01和T02在地点 P0007 开始和结束班次。",
        ),
        (
            NewBase(kind="base", lat=-29.93, lon=-71.27),
            "Everybody begins and ends the shift at -29.93000, -71.27000.",
            "所有技师在 -29.93000, -71.27000 开始和结束班次。",
        ),
        (
            VanStock(kind="van-stock", filled=0.95, hours=4),
            "Vans: they have the part that is needed in 95% of cases; a part that is missing is there after 4 h.",
            "车载库存：所需零件随车率为 95%；缺少的零件 4 小时后到货。",
        ),
    ],
)
def test_a_change_is_told_in_both_languages(change, english, chinese):
    assert change_said(change) == english
    assert change_said(change, "zh") == chinese


def test_what_is_assumed_of_parts_and_crews_is_told():
    scenario = scenario_of(small())
    parts = {"needed": 0.5, "filled": 0.8, "hours": 24}
    told = dict(assumed(scenario, ground(GeneratedTown(kind="generated", crews=0.25, parts=parts)), "sha256:0"))
    assert told["Crews"] == "25% of the jobs are for several technicians, who meet and work together"
    assert told["Parts"].startswith("50% of the jobs of 9 kinds of work need a part; the van that comes has it in 80%")
    assert dict(assumed(scenario, TOWN, "sha256:0"))["Parts"] == "every van has whatever is needed"

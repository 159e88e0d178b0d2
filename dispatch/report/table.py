"""A plan as tables for a terminal: every route with its times, what is wrong and why, and the cost by rule."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime

from rich.console import RenderableType
from rich.table import Table
from rich.text import Text

from dispatch.report.states import Standing, State, standings
from optimizer.domain import Plan, Problem, Role, Visit
from optimizer.rules import Level
from optimizer.scoring import Scorecard
from optimizer.timeline import TimedBreak, TimedStop, Timeline

# A sign, a style: the state can be told without colour.
SIGNS = {
    State.PLANNED: ("", ""),
    State.TIGHT: ("▲", "yellow"),
    State.LATE: ("◆", "bold red"),
    State.UNASSIGNED: ("□", "magenta"),
}
REASONS = 3


def plan_tables(problem: Problem, plan: Plan, scorecard: Scorecard) -> Iterator[RenderableType]:
    """What to print, one after another: routes, what needs attention, cost."""
    state = standings(problem, scorecard.schedule)
    yield from _routes(problem, scorecard, state)
    yield _attention(problem, plan, scorecard, state)
    yield _costs(scorecard)


def _routes(problem: Problem, scorecard: Scorecard, state: dict[str, Standing]) -> Iterator[RenderableType]:
    """One table a route, all with the same columns."""
    visits = [problem.visits[problem.visit_index[visit]] for visit in scorecard.schedule.starts]
    street = max((len(_where(problem, visit)) for visit in visits), default=0)
    name = max((len(visit.id) for visit in visits), default=0)
    for line in scorecard.schedule.timelines:
        yield Text.assemble("\n", (line.technician.id, "bold"), "  ", (_route_summary(line), "dim"))
        table = Table(box=None, pad_edge=False, show_header=line is scorecard.schedule.timelines[0], header_style="dim")
        table.add_column("", justify="right", width=2)
        for heading in ("arrive", "start", "end"):
            table.add_column(heading, width=6)
        table.add_column("drive", justify="right", width=10)
        table.add_column("visit", width=max(name, 6), no_wrap=True)
        table.add_column("street", width=street, no_wrap=True)
        table.add_column("needs", width=22)
        table.add_column("")
        for gap in range(len(line.stops) + 1):
            for taken in line.breaks:
                if taken.gap == gap:
                    table.add_row(*_break_row(taken, line))
            if gap < len(line.stops):
                stop = line.stops[gap]
                table.add_row(*_stop_row(problem, line, stop, gap, state[stop.visit]))
        yield table


def _route_summary(line: Timeline) -> str:
    offset = line.shift.utc_offset
    over = f", {_span(line.overtime)} overtime" if line.overtime else ""
    return (
        f"{line.shift.id} {_clock(line.depart, offset)}–{_clock(line.finish, offset)}{over}, "
        f"{len(line.stops)} visits, {_span(line.drive)} driving, {line.metres / 1000:.0f} km"
    )


def _break_row(taken: TimedBreak, line: Timeline) -> tuple[RenderableType, ...]:
    offset, end = line.shift.utc_offset, taken.start + taken.rest.duration
    return (
        "",
        "",
        Text(_clock(taken.start, offset), "dim"),
        Text(_clock(end, offset), "dim"),
        "",
        Text(taken.rest.id, "dim"),
    )


def _stop_row(
    problem: Problem, line: Timeline, stop: TimedStop, gap: int, standing: Standing
) -> tuple[RenderableType, ...]:
    visit, offset = problem.visits[problem.visit_index[stop.visit]], line.shift.utc_offset
    sign, style = SIGNS[standing.state]
    before = line.depart if gap == 0 else line.stops[gap - 1].end
    rests = sum(taken.rest.duration for taken in line.breaks if taken.gap == gap)
    return (
        str(gap + 1),
        _clock(stop.arrival, offset),
        _clock(stop.start, offset),
        _clock(stop.end, offset),
        _span(max(0, stop.arrival - before - rests)),
        stop.visit,
        problem.locations[visit.location].id,
        _needs(visit.roles[stop.role]) + (" (crew)" if len(visit.roles) > 1 else ""),
        Text(f"{sign} {_standing_words(standing)}", style) if sign else "",
    )


def _attention(problem: Problem, plan: Plan, scorecard: Scorecard, state: dict[str, Standing]) -> RenderableType:
    """What is left out, and why; what is late, and by how much."""
    reasons = {left.visit: left.reasons for left in plan.unassigned}
    left_out = [visit for visit in problem.visits if state[visit.id].state is State.UNASSIGNED]
    late = sorted(
        (visit for visit in problem.visits if state[visit.id].state is State.LATE),
        key=lambda visit: -state[visit.id].late,
    )
    if not left_out and not late:
        return Text("\nEvery visit is planned and every promise kept.\n", "bold green")
    table = Table(box=None, pad_edge=False, title="\nNeeds attention", title_justify="left", title_style="bold")
    for heading in ("", "visit", "street", "why"):
        table.add_column(heading)
    for visit in left_out:
        sign, style = SIGNS[State.UNASSIGNED]
        price = "" if visit.drop_cost is None else f" Costs {visit.drop_cost:,.2f}."
        why = " ".join(reasons.get(visit.id, ())) or "Nobody does it; the plan gives no reason."
        table.add_row(Text(f"{sign} left out", style), visit.id, _where(problem, visit), Text(why + price))
    for visit in late:
        sign, style = SIGNS[State.LATE]
        why = "; ".join(m.because for m in scorecard.line("lateness").matches if m.visit == visit.id)
        words = f"{sign} {_standing_words(state[visit.id])}"
        table.add_row(
            Text(words, style),
            visit.id,
            _where(problem, visit),
            Text(f"{why}." if why else "Its promise has no price."),
        )
    return table


def _costs(scorecard: Scorecard) -> Table:
    table = Table(box=None, pad_edge=False, title="\nWhat it costs", title_justify="left", title_style="bold")
    table.add_column("rule")
    table.add_column("cost", justify="right")
    table.add_column("dearest reasons")
    for line in sorted(scorecard.lines, key=lambda line: (line.rule.level is Level.SOFT, -line.cost)):
        if not line.matches:
            continue
        hard = line.rule.level is Level.HARD
        dearest = sorted(line.matches, key=lambda match: -match.amount)[:REASONS]
        more = len(line.matches) - len(dearest)
        words = "; ".join(match.because for match in dearest) + (f"; and {more} more" if more else "")
        amount = f"{int(line.amount)} broken" if hard else f"{float(line.cost):,.2f}"
        table.add_row(Text(line.rule.id, "bold red" if hard else ""), amount, Text(words))
    table.add_section()
    table.add_row(Text("total", "bold"), Text(f"{float(scorecard.total):,.2f}", "bold"))
    return table


def _standing_words(standing: Standing) -> str:
    if standing.state is State.LATE:
        return f"late {_span(standing.late)}"
    return f"{_span(standing.spare or 0, down=True)} to spare"


def _where(problem: Problem, visit: Visit) -> str:
    return problem.locations[visit.location].id


def _needs(role: Role) -> str:
    return ", ".join(f"{skill} {level}" for skill, level in role.skills.items())


def _clock(instant: int, offset: int) -> str:
    return f"{datetime.fromtimestamp(instant + offset, UTC):%H:%M}"


def _span(seconds: int, *, down: bool = False) -> str:
    """Minutes, rounded up so that no lateness is rounded away, or down so that nothing to spare is made up."""
    minutes = seconds // 60 if down else -(-seconds // 60)
    return f"{minutes} min" if minutes < 60 else f"{minutes // 60} h {minutes % 60:02d} min"

"""Whether everything a problem names is there: the visits and technicians that visits, shifts and promises speak of."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from optimizer.domain import Problem
from optimizer.invalid import Complaints, nearest, shown


def check_references(problem: Problem, complaints: Complaints) -> None:
    """Note every name that stands for nothing, every circle of ``after``, every commitment that contradicts itself."""
    visits, technicians = problem.visit_index, problem.technician_index

    def known(name: str, names: Mapping[str, int], kind: str, place: str) -> None:
        if name not in names:
            complaints.add(place, shown(name), f"is the id of no {kind}", nearest(name, names, '"'))

    for index, visit in enumerate(problem.visits):
        for key, people in (("only", visit.only), ("never", visit.never), ("preferred", visit.preferred)):
            for position, name in enumerate(people):
                known(name, technicians, "technician", f"visits[{index}].{key}[{position}]")
        if visit.previous is not None:
            known(visit.previous.technician, technicians, "technician", f"visits[{index}].previous.technician")
        for position, link in enumerate(visit.after):
            place = f"visits[{index}].after[{position}].visit"
            if link.visit == visit.id:
                complaints.add(place, shown(link.visit), "a visit cannot come after itself", "name another visit")
            else:
                known(link.visit, visits, "visit", place)
    _check_circles(problem, complaints)
    _check_committed(problem, known, complaints)


def _check_committed(
    problem: Problem, known: Callable[[str, Mapping[str, int], str, str], None], complaints: Complaints
) -> None:
    shifts_of: dict[str, list[str]] = {}
    for number, technician in enumerate(problem.technicians):
        first: dict[str, str] = {}
        for index, shift in enumerate(technician.shifts):
            for position, name in enumerate(shift.committed):
                place = f"technicians[{number}].shifts[{index}].committed[{position}]"
                known(name, problem.visit_index, "visit", place)
                if name in first:
                    problem_text = f"is committed to this technician already, at {first[name]}"
                    complaints.add(place, shown(name), problem_text, "one technician does a visit once")
                    continue
                first[name] = place
                shifts_of.setdefault(name, []).append(place)
    for name, places in shifts_of.items():
        if name in problem.visit_index:
            roles = len(problem.visits[problem.visit_index[name]].roles)
            if len(places) > roles:
                needed = "one technician" if roles == 1 else f"{roles} technicians"
                also = ", ".join(places[:roles])
                remedy = f"it is committed at {also} already"
                complaints.add(places[roles], shown(name), f"is committed to more than {needed}", remedy)


def _check_circles(problem: Problem, complaints: Complaints) -> None:
    """Walk along `after`; a visit met again on the way closes a circle, which is named once."""
    index_of = problem.visit_index
    before: list[list[int]] = [
        [index_of[link.visit] for link in visit.after if link.visit in index_of and link.visit != visit.id]
        for visit in problem.visits
    ]
    finished = [not links for links in before]
    for start in range(len(before)):
        if finished[start]:
            continue
        path = [start]
        on_path = {start: 0}
        pending = [iter(before[start])]
        while path:
            following = next(pending[-1], None)
            if following is None:
                pending.pop()
                done = path.pop()
                del on_path[done]
                finished[done] = True
            elif following in on_path:
                circle = [problem.visits[index].id for index in (*path[on_path[following] :], following)]
                where = f"visits[{following}].after"
                text = " after ".join(shown(name, 20) for name in circle[:8]) + (" …" if len(circle) > 8 else "")
                complaints.add(where, text, "visits wait for each other in a circle", "take one of these links out")
                return
            elif not finished[following]:
                on_path[following] = len(path)
                path.append(following)
                pending.append(iter(before[following]))

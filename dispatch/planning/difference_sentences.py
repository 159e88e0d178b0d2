"""What two plans do differently, in sentences, in English or Chinese: those that matter most first."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

from dispatch.planning.rule_sentences import Language, span, title

if TYPE_CHECKING:
    from dispatch.planning.difference import Difference, Place, PromiseChange, VisitChange
    from optimizer.domain import Problem

_CENT = 0.005


def sentences(
    problem: Problem, difference: Difference, names: Mapping[str, str], language: Language = "en"
) -> Iterator[str]:
    """Say a difference on its problem. ``names`` are what people call visits and technicians."""
    return _Teller(problem, difference, names, language).all()


class _Teller:
    def __init__(self, problem: Problem, difference: Difference, names: Mapping[str, str], language: Language) -> None:
        self.problem, self.difference, self.names, self.language = problem, difference, names, language

    def all(self) -> Iterator[str]:
        for change in self._of("assigned"):
            yield self._assigned(change)
        for change in self._of("unassigned"):
            assert change.before is not None
            who, what = self._people(change.before), self._name(change.visit)
            loses = "loses" if len(change.before.technicians) == 1 else "lose"
            yield self._either(
                f"{who} {loses} {what}, which nobody does now.", f"{what} 不再由 {who} 承担，目前无人承担。"
            )
        for change in self._of("reassigned"):
            yield self._reassigned(change)
        for change in self._of("moved"):
            yield self._moved(change)
        yield from self._shifted(self._of("shifted"))
        for promise in self.difference.promises:
            yield from self._promise(promise)
        yield from self._cost()

    def _of(self, kind: str) -> Sequence[VisitChange]:
        return [change for change in self.difference.visits if change.kind == kind]

    def _assigned(self, change: VisitChange) -> str:
        assert change.after is not None
        who, what, when = self._people(change.after), self._name(change.visit), change.after.said
        english, chinese = f"{who} can be at {what} at {when}", f"{who} 可于 {when} 到 {what}"
        promise = self.problem.visits[self.problem.visit_index[change.visit]].arrive_by
        if promise is None:
            return self._either(f"{english}.", f"{chinese}。")
        early = promise.at - change.after.start
        much, side = self._span(abs(early)), ("before", "早") if early >= 0 else ("after", "晚")
        return self._either(f"{english}, {much} {side[0]} the promise.", f"{chinese}，比承诺{side[1]} {much}。")

    def _reassigned(self, change: VisitChange) -> str:
        assert change.before is not None
        assert change.after is not None
        what, was, now = self._name(change.visit), self._people(change.before), self._people(change.after)
        return self._either(
            f"{what} goes from {was} ({change.before.said}) to {now} ({change.after.said}).",
            f"{what} 由 {was}（{change.before.said}）改派 {now}（{change.after.said}）。",
        )

    def _moved(self, change: VisitChange) -> str:
        assert change.before is not None
        assert change.after is not None
        who, what = self._people(change.after), self._name(change.visit)
        does = "does" if len(change.after.technicians) == 1 else "do"
        return self._either(
            f"{who} {does} {what} at {change.after.said} instead of {change.before.said}.",
            f"{who} 承担 {what} 的时间由 {change.before.said} 改为 {change.after.said}。",
        )

    def _shifted(self, changes: Sequence[VisitChange]) -> Iterator[str]:
        moves = [abs(c.after.start - c.before.start) for c in changes if c.before is not None and c.after is not None]
        if not moves:
            return
        others = "One other visit moves" if len(moves) == 1 else f"{len(moves)} other visits move"
        if max(moves):
            much = self._span(max(moves))
            yield self._either(f"{others} by {much} at most.", f"另有 {len(moves)} 次上门微调，最多 {much}。")
        else:
            yield self._either(f"{others} to another role of the crew.", f"另有 {len(moves)} 次上门在班组内调换角色。")

    def _promise(self, change: PromiseChange) -> Iterator[str]:
        name, arrives = self._name(change.visit), change.promise == "arrive_by"
        english = f"The promise to {'be at' if arrives else 'finish'} {name} in time"
        chinese = f"{name} 的按时{'到达' if arrives else '完成'}承诺"
        was, now = change.late_before, change.late_after
        if now == 0 and was:
            much = self._span(was)
            yield self._either(
                f"{english} is kept; it would have been missed by {much}.", f"{chinese}得以兑现，原本会晚 {much}。"
            )
        elif now and was == 0:
            much = self._span(now)
            yield self._either(
                f"{english} is missed by {much}; it would have been kept.", f"{chinese}将晚 {much}，原本可以兑现。"
            )
        elif now and was:
            yield self._either(
                f"{english} is missed by {self._span(now)} rather than {self._span(was)}.",
                f"{chinese}将晚 {self._span(now)}，原为 {self._span(was)}。",
            )

    def _cost(self) -> Iterator[str]:
        terms = {term: after - before for term, (before, after) in self.difference.terms.items()}
        total = terms.pop("total", 0.0)
        changed = {term: change for term, change in terms.items() if abs(change) >= _CENT}
        if not changed:
            return
        same = abs(total) < _CENT
        if self.language == "zh":
            told = "，".join(f"{title(term, 'zh')} {change:+.2f}" for term, change in changed.items())
            much = "费用不变" if same else f"费用{'增加' if total > 0 else '减少'} {abs(total):.2f}"
            yield f"{much}：{told}。"
        else:
            told = ", ".join(f"{term} {change:+.2f}" for term, change in changed.items())
            much = "the same" if same else f"{abs(total):.2f} {'more' if total > 0 else 'less'}"
            yield f"It costs {much}: {told}."

    def _name(self, name: str) -> str:
        return self.names.get(name, name)

    def _people(self, place: Place | None) -> str:
        assert place is not None
        named = [self._name(one) for one in place.technicians]
        return self._either(" and ".join(named), "、".join(named))

    def _span(self, seconds: int) -> str:
        return span(seconds, self.language)

    def _either(self, english: str, chinese: str) -> str:
        return chinese if self.language == "zh" else english

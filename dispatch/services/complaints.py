"""Gathering all that is wrong with what was sent, so that nobody has to try five times to hear of five mistakes."""

from __future__ import annotations

from typing import Any

from dispatch.domain.errors import Invalid

_SHOWN = 80


class Complaints:
    """What is wrong, each with its place, its value, the problem and a remedy."""

    def __init__(self) -> None:
        self.errors: list[dict[str, str]] = []

    def say(self, place: str, value: Any, problem: str, remedy: str = "") -> None:
        """Note that ``value`` at ``place`` is wrong."""
        self.errors.append({"place": place, "value": shown(value), "problem": problem, "remedy": remedy})

    def within(self, place: str, value: float | None, least: float, most: float, remedy: str = "") -> None:
        """Note a number that lies outside; None is nobody's fault."""
        if value is not None and not least <= value <= most:
            self.say(place, value, f"must lie between {least:g} and {most:g}", remedy)

    def text(self, place: str, value: str, longest: int, *, required: bool = False) -> str:
        """The text without white space around it; noted where it is too long, or missing and required."""
        value = value.strip()
        if required and not value:
            self.say(place, value, "must not be empty")
        if len(value) > longest:
            self.say(place, value, f"has {len(value)} characters; {longest} are possible", "shorten it")
        if "\x00" in value:
            self.say(place, value, "holds a character that no text may have (NUL)", "take it out")
        return value

    def raise_any(self) -> None:
        """Raise :class:`Invalid` with all that was noted, if anything was."""
        if self.errors:
            first = self.errors[0]
            more = f" ({len(self.errors) - 1} more)" if len(self.errors) > 1 else ""
            remedy = f": {first['remedy']}" if first["remedy"] else ""
            detail = f"{first['place']}: {first['value']} {first['problem']}{remedy}.{more}"
            raise Invalid(detail, errors=self.errors)


def shown(value: Any) -> str:
    """A value the way a person recognises it, cut where it is long."""
    text = repr(value) if isinstance(value, str) else str(value)
    return text if len(text) <= _SHOWN else text[: _SHOWN - 1] + "…"

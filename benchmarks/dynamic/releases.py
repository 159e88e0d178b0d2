"""Release dates: when each request becomes known, in the form of Pillac's files (``ID RD``, -1: from the start)."""

from __future__ import annotations

from optimizer.convert.plane import numbers
from optimizer.invalid import InvalidInput, shown


def releases_from(text: str) -> dict[str, float | None]:
    """Request → its release date in the units of the file; None: it is known from the start.

    Raises :class:`InvalidInput` naming the line of a broken file.
    """
    found: dict[str, float | None] = {}
    lines = [(number, line.split()) for number, line in enumerate(text.splitlines(), start=1)]
    start = next((at for at, (_, words) in enumerate(lines) if words[:2] == ["ID", "RD"]), None)
    if start is None:
        raise InvalidInput("the file", "", "has no line `ID RD`", "below it stand the requests and their release dates")
    for number, words in lines[start + 1 :]:
        if not words:
            continue
        request, date = numbers(number, words, 2, "a line is the id of a request and its release date")[:2]
        name = f"{request:g}"
        if name in found:
            raise InvalidInput(f"line {number}", shown(name), "stands in the file already", "each request stands once")
        found[name] = None if date < 0 else date
    if not found:
        raise InvalidInput("the file", "", "names no request", "below `ID RD` stand the requests")
    return found

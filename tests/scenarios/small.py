"""A scenario that is simulated in a moment."""


def small(title: str = "a small one", *, more: str = "", least: int = 3, most: int = 3) -> str:
    """The text of its file; `more` stands at its head, before the first table."""
    return f"""
format = "fieldwright scenario 1"
title = "{title}"
{more}
[situation]
kind = "generated"
technicians = 4
jobs_per_day = 25
sites = 40

[horizon]
first = 2026-11-23
days = 2
warm_up = 1

[dispatch]
agent = "nearest"

[replications]
least = {least}
most = {most}
"""

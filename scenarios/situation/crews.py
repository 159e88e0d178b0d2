"""Work for several, as much of it as a situation is to have."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from scenarios.situation.situation import Kind


def with_crews(kinds: Sequence[Kind], for_several: Sequence[Kind], share: float) -> tuple[Kind, ...]:
    """The kinds of work with those for several, which come to this share of all jobs."""
    if share == 0:
        return tuple(kinds)
    alone, together = sum(one.share for one in kinds), sum(one.share for one in for_several)
    scale = share / (1 - share) * alone / together
    return (*kinds, *(replace(one, share=one.share * scale) for one in for_several))

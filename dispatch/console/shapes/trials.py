"""What comes of trying something by hand."""

from __future__ import annotations

from typing import Annotated

from fastapi import Query
from pydantic import Field

from dispatch.console.shapes.base import Sent
from dispatch.console.shapes.plans import EditShape
from dispatch.planning.rule_sentences import Language

InLanguage = Annotated[Language, Query(description="The language of the sentences")]
"""Which language the sentences of an answer are to be in."""


class Tried(Sent):
    """What to try, one after another."""

    edits: list[EditShape] = Field(min_length=1, max_length=100)

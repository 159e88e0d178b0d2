"""What the routes of the planner's page ask for, besides what all routes do."""

from __future__ import annotations

from typing import Annotated

from fastapi import Depends, Request

from dispatch.console.context import context_of
from dispatch.console.problems import reads_chinese
from scenarios.planner.grounds import Grounds
from scenarios.words.sentences import CHINESE, ENGLISH


def _language(request: Request) -> str:
    return CHINESE if reads_chinese(request) else ENGLISH


def _grounds(request: Request) -> Grounds:
    here = context_of(request)
    return Grounds(here.store, here.settings.home)


Language = Annotated[str, Depends(_language)]
"""The language of who reads the answer."""

TheGrounds = Annotated[Grounds, Depends(_grounds)]
"""The situations of this installation."""

"""What every request has at hand: the store, the settings, travel times, the worker, and the time of this machine."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any, cast

from fastapi import Request

from dispatch.access.oidc import OpenIdProvider
from dispatch.domain.clock import Clock
from dispatch.planning.boards import Boards
from dispatch.planning.day_board.boards import DayBoards
from dispatch.planning.trial_store import Grounds
from dispatch.settings import Settings
from dispatch.store.engine import Store

if TYPE_CHECKING:
    from dispatch.geocoding.finding import Finder
    from dispatch.travel.provider import TravelProvider


@dataclass
class Context:
    """Made once for each application. ``wall`` is the time of this machine, by which sessions and tokens end."""

    store: Store
    settings: Settings
    given_travel: TravelProvider | None
    worker: Any
    wall: Clock
    boards: Boards = field(default_factory=Boards)
    grounds: Grounds = field(default_factory=Grounds)

    @cached_property
    def day_boards(self) -> DayBoards:
        """The boards of some days, kept ready."""
        return DayBoards(self.store.clock)

    @cached_property
    def travel(self) -> TravelProvider:
        """Travel times: those that were given, or those of the settings, made when somebody first needs them."""
        if self.given_travel is not None:
            return self.given_travel
        from dispatch.regions.opening import provider_for

        return provider_for(self.settings)

    @cached_property
    def finder(self) -> Finder:
        """Who is asked for addresses."""
        from dispatch.regions.addresses import finder_for

        return finder_for(self.settings)

    @cached_property
    def openid(self) -> OpenIdProvider | None:
        """The OpenID provider, where one is configured."""
        return OpenIdProvider.of(self.settings)


def context_of(request: Request) -> Context:
    """The context of the application that answers this request."""
    return cast("Context", request.app.state.context)

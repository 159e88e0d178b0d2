"""The operation's clock, as the database has it: real time, or a day that runs faster."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import and_, func, not_, select

from dispatch.domain.clock import AcceleratedClock, Clock, SystemClock
from dispatch.domain.events import RecordChanged
from dispatch.store.engine import Store
from dispatch.store.tables import ClockSetting, OutboxEntry, User

_THE_ONLY = 1
_OF_THE_DAY = not_(
    and_(
        OutboxEntry.subject_word == RecordChanged.ABOUT[0],
        OutboxEntry.payload["table"].as_string() == User.__tablename__,
    )
)
"""Not who may sign in: that is arranged while nobody serves the operation too, and then at the time of this machine."""


def stored_clock(store: Store) -> Clock:
    """The clock that the database asks for. Every process of an operation takes this one when it starts."""
    with store.reading() as uow:
        setting = uow.session.get(ClockSetting, _THE_ONLY)
        if setting is None:
            return SystemClock()
        return AcceleratedClock(setting.real, setting.simulated, setting.factor)


def set_clock(store: Store, simulated: dt.datetime, factor: float) -> Clock:
    """Let the operation's clock show ``simulated`` now and run ``factor`` times as fast from here on; the clock."""
    real = dt.datetime.now(dt.UTC)
    with store.unit_of_work() as uow:
        uow.session.merge(ClockSetting(id=_THE_ONLY, real=real, simulated=simulated, factor=factor))
    return AcceleratedClock(real, simulated, factor)


def continue_clock(store: Store, factor: float | None = None) -> Clock:
    """Go on from the last thing that happened in it: a day that runs faster stands still while nobody serves it.

    ``factor`` changes how fast it runs. Where no such clock is kept, real time it is.
    """
    with store.reading() as uow:
        setting = uow.session.get(ClockSetting, _THE_ONLY)
        last = uow.session.scalar(select(func.max(OutboxEntry.at)).where(_OF_THE_DAY))
    if setting is None:
        return SystemClock()
    # Nothing may have happened yet since the clock was last set.
    return set_clock(store, max(last or setting.simulated, setting.simulated), factor or setting.factor)

"""Who of the sample's technicians is somebody real: who carries a phone that was used today."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from dispatch.sample.city import TIME_ZONE
from dispatch.store.tables import Device


def with_phones(session: Session, now: dt.datetime) -> set[str]:
    """The technicians whom the simulated force leaves alone, because somebody works for them with a phone.

    ``now`` is the time of this machine, as the phones' instants are. A phone counts on the day on which it signed in or
    was heard of last; the next day, or once it is revoked, the technician is the simulated force's again.
    """
    midnight = dt.datetime.combine(now.astimezone(TIME_ZONE).date(), dt.time(), TIME_ZONE)
    today = or_(Device.registered_at >= midnight, Device.seen_at >= midnight)
    return set(session.scalars(select(Device.technician_id).where(Device.revoked_at.is_(None), today)))

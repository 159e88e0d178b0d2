"""What is gone from a van since its shift began.

The planning model lets a technician set out on each shift with the same stock. What a shift has used up already (see
:func:`dispatch.store.queries.parts.gone_from_van`) is added to the demand of a visit that is committed to that shift:
so it counts there, and on no later day. Where nothing is committed, the technician's stock is made smaller instead, but
not below what routes already published need. A van that gave more than it is known to have carried is empty.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from dispatch.planning.relaxable import Relaxable, Routes
from dispatch.planning.shifts_now import ShiftNow


def without_what_is_gone(making: Relaxable, shifts: Mapping[str, ShiftNow], routes: Routes) -> None:
    """Take what was used on each shift out of what its technician still carries there."""
    for shift_id, now in shifts.items():
        if not now.used:
            continue
        carried = making.technicians[now.technician].capacity
        used = {name: min(quantity, carried[name]) for name, quantity in now.used.items() if carried.get(name)}
        carrier = next((visit for visit in now.active if len(making.visits[visit].roles) == 1), None)
        if carrier is not None:
            demand = dict(making.visits[carrier].demand)
            for resource, quantity in used.items():
                demand[resource] = round(demand.get(resource, 0) + quantity, 3)
            making.change_visit(carrier, demand=demand)
            continue
        who = making.technicians[now.technician]
        capacity = dict(who.capacity)
        for resource, quantity in used.items():
            left = max(0, capacity.get(resource, 0) - quantity)
            others = [key for key, one in shifts.items() if one.technician == who.id and key != shift_id]
            needed = [_load(making, routes, key, resource) for key in others]
            capacity[resource] = round(max([left, *needed]), 3)
        making.technicians[who.id] = replace(who, capacity=capacity)


def _load(making: Relaxable, routes: Routes, shift_id: str, resource: str) -> float:
    return sum(making.visits[visit].demand.get(resource, 0) for visit, _ in routes.get(shift_id, ()))

"""A good problem and a good plan for it, with every field of the model: what broken files are made from."""

from __future__ import annotations

from typing import Any

Json = dict[str, Any]

GOOD: Json = {
    "name": "good",
    "locations": [
        {"id": "base", "lat": -29.90, "lon": -71.25},
        {"id": "harbour", "lat": -29.95, "lon": -71.34},
        {"id": "hill", "lat": -29.96, "lon": -71.30},
    ],
    "travel": {
        "car": {"kind": "geodesic", "speed_kmh": 35, "detour_factor": 1.3},
        "van": {
            "durations": [[0, 700, 800], [690, 0, 500], [800, 510, 0]],
            "distances": [[0, 9000, 9900], [9000, 0, 4100], [9900, 4200, 0]],
        },
    },
    "technicians": [
        {
            "id": "ana",
            "skills": {"boiler": 2},
            "capacity": {"valve": 4.5},
            "pace": 1.0,
            "profile": "van",
            "costs": {"per_shift": 1800, "per_travel_hour": 3600.0, "per_overtime_hour": 7200},
            "shifts": [
                {
                    "id": "mon",
                    "start": "2026-11-23T08:00:00-03:00",
                    "end": "2026-11-23T17:00:00-03:00",
                    "start_location": 0,
                    "end_location": 0,
                    "max_overtime": "PT1H",
                    "max_duty": "PT9H30M",
                    "breaks": [
                        {
                            "id": "lunch",
                            "earliest": "2026-11-23T11:30:00-03:00",
                            "latest": "2026-11-23T13:00:00-03:00",
                            "duration": "PT30M",
                        }
                    ],
                    "committed": ["v1"],
                },
                {
                    "id": "tue",
                    "start": "2026-11-24T08:00:00-03:00",
                    "end": "2026-11-24T17:00:00-03:00",
                    "start_location": 0,
                    "end_location": None,
                },
            ],
        },
        {
            "id": "ben",
            "skills": {"boiler": 1},
            "shifts": [
                {
                    "id": "mon",
                    "start": "2026-11-23T09:00:00-03:00",
                    "end": "2026-11-23T18:00:00-03:00",
                    "start_location": 2,
                    "end_location": 2,
                }
            ],
        },
    ],
    "visits": [
        {
            "id": "v1",
            "location": 1,
            "duration": "PT45M",
            "windows": [["2026-11-23T08:00:00-03:00", "2026-11-23T12:00:00-03:00"]],
            "demand": {"valve": 1.25},
            "skills": {"boiler": 1},
            "arrive_by": {"at": "2026-11-23T10:00:00-03:00", "breach_cost": 50, "cost_per_hour_late": 100},
            "only": ["ana", "ben"],
            "previous": {"technician": "ana", "start": "2026-11-23T08:30:00-03:00"},
            "reassign_cost": 20,
            "cost_per_hour_later": 5,
        },
        {
            "id": "v2",
            "location": 2,
            "duration": "PT1H",
            "drop_cost": 60000,
            "roles": [{"skills": {"boiler": 1}}, {"skills": {}}],
            "after": [{"visit": "v1", "min_gap": "PT10M", "max_gap": "PT4H"}],
        },
        {
            "id": "v3",
            "location": 2,
            "duration": "PT1H",
            "drop_cost": 900.5,
            "complete_by": {"at": "2026-11-23T15:00:00-03:00", "cost_per_hour_late": 10},
            "never": ["ben"],
            "preferred": ["ana"],
            "preference_cost": 3,
            "after": [{"visit": "v2"}],
        },
    ],
    "balance": {"target": "PT8H", "cost_per_hour_over": 900},
}

GOOD_PLAN: Json = {
    "routes": [
        {
            "technician": "ana",
            "shift": "mon",
            "stops": [{"visit": "v1", "start": "2026-11-23T08:11:40-03:00"}, {"visit": "v2", "role": 0}],
            "breaks": [{"break": "lunch", "gap": 2}],
        },
        {"technician": "ben", "shift": "mon", "stops": [{"visit": "v2", "role": 1}]},
    ],
    "unassigned": [{"visit": "v3", "reasons": ["It costs less to leave it out."]}],
    "cost": {"total": 1.5},
}

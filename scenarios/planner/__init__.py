"""Scenarios of the live system's planners: kept in its store, simulated beside it, judged, accepted and published."""

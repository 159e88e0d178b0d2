"""The C++20 engine behind the roads. Built with the package; where it is missing, the message says how to get it."""

from __future__ import annotations

try:
    from dispatch.travel._ways import NO_WAY, Hierarchy, Nearby, Ways, order_of_arcs
except ImportError as error:  # pragma: no cover - a tree that was never built
    raise ImportError(
        "The native roads engine is not built. Install the package with a C++20 compiler at hand: make setup"
    ) from error

__all__ = ["NO_WAY", "Hierarchy", "Nearby", "Ways", "order_of_arcs"]

"""The C++20 kernel. Built with the package; where it is missing, the message says how to get it."""

from __future__ import annotations

try:
    from optimizer._kernel import Kernel, Pricer, WarmKernel
except ImportError as error:  # pragma: no cover - a tree that was never built
    raise ImportError(
        "The native kernel is not built. Install the package with a C++20 compiler at hand: make setup"
    ) from error

__all__ = ["Kernel", "Pricer", "WarmKernel"]

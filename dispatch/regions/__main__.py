"""The process in which a region is made; see :mod:`dispatch.regions.apart`."""

from __future__ import annotations

from dispatch.regions.apart import main

main()

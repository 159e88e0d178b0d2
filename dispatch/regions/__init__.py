"""Regions: all that is made of one OpenStreetMap extract, kept together: roads, addresses, base map and estimate."""

from __future__ import annotations

from dispatch.regions.apart import Cancelled
from dispatch.regions.building import build
from dispatch.regions.home import get, listed, remove, use
from dispatch.regions.order import Step
from dispatch.regions.region import NoRegion, Region, RegionRefused

__all__ = ["Cancelled", "NoRegion", "Region", "RegionRefused", "Step", "build", "get", "listed", "remove", "use"]

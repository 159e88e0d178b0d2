"""What keeps a base map from being made."""

from __future__ import annotations


class BaseMapError(RuntimeError):
    """The base map could not be made; the message says why and what helps."""


class NoTileCutterError(BaseMapError):
    """The program that cuts tiles is not installed. Everything but the base map works without it."""

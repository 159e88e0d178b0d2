"""Chance in named streams: whoever asks for the same name again, in whatever order, draws the same numbers.

Every stream belongs to a thing (a day's demand, one visit, one technician's morning) and not to a moment of the
program. So alternatives that are compared meet the same customers, the same traffic and the same illness wherever they
have them in common (common random numbers; Law, *Simulation Modeling and Analysis*, 5th ed., section 11.2), and the
difference between them is theirs and not chance's.
"""

from __future__ import annotations

import hashlib

import numpy as np


class Streams:
    """All chance of one replication: a family of generators (PCG64) from a seed, the replication's number and names."""

    def __init__(self, seed: int, replication: int = 0) -> None:
        self.seed, self.replication = seed, replication

    def of(self, what: str, name: str = "") -> np.random.Generator:
        """The stream of a thing, from its beginning."""
        digest = hashlib.blake2b(f"{what}/{name}".encode(), digest_size=16).digest()
        words = [int.from_bytes(digest[at : at + 4], "little") for at in range(0, 16, 4)]
        return np.random.default_rng([self.seed, self.replication, *words])

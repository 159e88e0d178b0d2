"""The roads engine in C++20; see ``native/binding.cpp``. Costs are packed as ``fastest.py`` packs them."""

import numpy as np
from numpy.typing import NDArray

NO_WAY: int

Ends = tuple[NDArray[np.int64], NDArray[np.uint32], NDArray[np.int64]]

def order_of_arcs(
    lat: NDArray[np.float64], lon: NDArray[np.float64], tail: NDArray[np.uint32], head: NDArray[np.uint32]
) -> NDArray[np.uint32]: ...

class Hierarchy:
    def __init__(self, rank: NDArray[np.uint32], tail: NDArray[np.uint32], head: NDArray[np.uint32]) -> None: ...
    @property
    def joined(self) -> int: ...
    def weighed(self, weights: NDArray[np.int64]) -> Ways: ...

class Ways:
    def table(self, starts: Ends, ends: Ends) -> NDArray[np.int64]: ...
    def pairs(self, starts: Ends, ends: Ends) -> NDArray[np.int64]: ...
    def path(self, start: Ends, end: Ends) -> NDArray[np.uint32]: ...

class Nearby:
    def __init__(
        self, vertices: int, tail: NDArray[np.uint32], head: NDArray[np.uint32], weights: NDArray[np.int64]
    ) -> None: ...
    def steps(
        self, first: NDArray[np.int64], vertices: NDArray[np.uint32], limits: NDArray[np.int64]
    ) -> NDArray[np.int64]: ...

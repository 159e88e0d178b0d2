from collections.abc import Callable, Sequence
from typing import Protocol, TypedDict

from optimizer.kernel.data import I64, KernelData

class Found(TypedDict):
    tasks: list[list[int]]
    gaps: list[list[int]]
    cost: int
    rounds: int
    stopped: bool
    placements: list[tuple[int, int, int]]

class Kernel:
    """Holds one lowered problem. Raises ValueError or IndexError for a decision that does not fit it."""

    def __init__(self, data: KernelData) -> None: ...
    def evaluate(self, tasks: list[list[int]], gaps: list[list[int]]) -> dict[str, int]: ...
    def search(
        self,
        seconds: float,
        rounds: int | None,
        seed: int,
        threads: int,
        start: tuple[list[list[int]], list[list[int]]] | None,
        report: Callable[[float, int, int, int], bool] | None,
    ) -> Found: ...

class Shape(Protocol):
    """What Pricer reads; see optimizer.bound.shapes."""

    @property
    def travel(self) -> I64: ...
    @property
    def arc(self) -> I64: ...
    @property
    def service(self) -> I64: ...

class Pricer:
    """Holds one shift's shape. Raises ValueError or IndexError for what does not fit it."""

    def __init__(self, shape: Shape) -> None: ...
    def remember(self, neighbours: Sequence[Sequence[int]]) -> None: ...
    def price(
        self,
        worth: Sequence[int],
        cuts: Sequence[tuple[Sequence[int], Sequence[int], int]],
        below: int,
        exact: bool = True,
        every: bool = False,
        most_labels: int = 2_000_000,
        most_routes: int = 50,
        seconds: float = 1e9,
    ) -> tuple[list[list[int]], int, bool, int]: ...
    def walk(self, order: Sequence[int]) -> tuple[int, list[int]] | None: ...

from collections.abc import Callable
from typing import TypedDict

from optimizer.kernel.data import KernelData

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

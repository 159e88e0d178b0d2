"""How good a plan can be: costs that no plan is below, and proofs that a plan is the best."""

from optimizer.bound.lower import Bound, BoundProgress, Status, lower_bound

__all__ = ["Bound", "BoundProgress", "Status", "lower_bound"]

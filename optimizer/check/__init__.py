"""The independent checker: whether a plan, as published, keeps to what must hold and tells the truth of itself."""

from optimizer.check.checker import check, checked_cost

__all__ = ["check", "checked_cost"]

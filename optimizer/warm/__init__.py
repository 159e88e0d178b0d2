"""A plan that is kept warm: what changes in a day costs milliseconds, the first answer comes at once, and better ones
follow in the background.
"""

from optimizer.warm.background import Background
from optimizer.warm.changing import Legs
from optimizer.warm.running import Choice, Improved, RunningPlan

__all__ = ["Background", "Choice", "Improved", "Legs", "RunningPlan"]

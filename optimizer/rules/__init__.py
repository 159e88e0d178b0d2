"""Every rule there is, in the order they are documented. The only registry."""

from optimizer.rules.after_order import AfterOrder
from optimizer.rules.balance import Balance
from optimizer.rules.base import Level, Match, Rule
from optimizer.rules.closed_window import ClosedWindow
from optimizer.rules.committed_first import CommittedFirst
from optimizer.rules.crew import Crew
from optimizer.rules.duty import Duty
from optimizer.rules.duty_limit import DutyLimit
from optimizer.rules.lateness import Lateness
from optimizer.rules.missed_break import MissedBreak
from optimizer.rules.missing_skill import MissingSkill
from optimizer.rules.must_be_done import MustBeDone
from optimizer.rules.never_named import NeverNamed
from optimizer.rules.only_named import OnlyNamed
from optimizer.rules.over_capacity import OverCapacity
from optimizer.rules.overtime import Overtime
from optimizer.rules.overtime_limit import OvertimeLimit
from optimizer.rules.preference import Preference
from optimizer.rules.shift import ShiftCost
from optimizer.rules.stability import Stability
from optimizer.rules.travel import Travel
from optimizer.rules.unassigned import Unassigned

RULES: tuple[Rule, ...] = (
    MissingSkill(),
    OnlyNamed(),
    NeverNamed(),
    ClosedWindow(),
    MissedBreak(),
    OvertimeLimit(),
    DutyLimit(),
    OverCapacity(),
    CommittedFirst(),
    Crew(),
    AfterOrder(),
    MustBeDone(),
    ShiftCost(),
    Travel(),
    Duty(),
    Overtime(),
    Lateness(),
    Unassigned(),
    Preference(),
    Stability(),
    Balance(),
)

__all__ = ["RULES", "Level", "Match", "Rule"]

"""The checked kernel with a stand-in for the native one, which may be right or wrong."""

import sys
from types import ModuleType

import pytest

from optimizer.kernel import checked, reference
from optimizer.kernel.checked import KernelMismatchError
from optimizer.kernel.data import KernelPlan
from optimizer.scoring import lower
from tests.tiny import Costs, problem, technician, visit

DATA = lower(problem(visit("V1"), technician("Ann", costs=Costs(per_shift=5))))
PLAN = KernelPlan(tasks=((0,),), gaps=((),))


def stand_in(monkeypatch, error):
    class Kernel:
        def __init__(self, data):
            self.data = data

        def evaluate(self, tasks, gaps):
            numbers = reference.evaluate(self.data, KernelPlan(tuple(map(tuple, tasks)), tuple(map(tuple, gaps))))
            return numbers | {"shift": numbers["shift"] + error}

    module = ModuleType("optimizer._kernel")
    module.Kernel = Kernel
    monkeypatch.setitem(sys.modules, "optimizer._kernel", module)


def test_kernels_that_agree_are_believed(monkeypatch):
    stand_in(monkeypatch, error=0)
    assert checked.evaluate(DATA, PLAN) == reference.evaluate(DATA, PLAN)


def test_kernels_that_disagree_are_not(monkeypatch):
    stand_in(monkeypatch, error=1)
    with pytest.raises(KernelMismatchError, match="shift: native 90001, reference 90000"):
        checked.evaluate(DATA, PLAN)

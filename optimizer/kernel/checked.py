"""Both kernels at once: the native one's numbers, vouched for by the reference."""

from __future__ import annotations

from optimizer.kernel import reference
from optimizer.kernel.data import KernelData, KernelPlan


class KernelMismatchError(RuntimeError):
    """The native kernel and the reference disagree: one of them has a bug."""


def evaluate(data: KernelData, plan: KernelPlan) -> dict[str, int]:
    """What the plan costs by channel, as :func:`optimizer.kernel.reference.evaluate` says.

    Raises :class:`KernelMismatchError` where the native kernel says otherwise.
    """
    from optimizer._kernel import Kernel  # the compiled module; who never checks it need not have it

    expected = reference.evaluate(data, plan)
    native = dict(Kernel(data).evaluate([list(tasks) for tasks in plan.tasks], [list(gaps) for gaps in plan.gaps]))
    if native != expected:
        differing = sorted(c for c in expected.keys() | native.keys() if expected.get(c) != native.get(c))
        told = "; ".join(f"{c}: native {native.get(c)}, reference {expected.get(c)}" for c in differing)
        raise KernelMismatchError(f"The kernels disagree on {told}.")
    return native

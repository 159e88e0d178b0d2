"""The commands of the command line: one module each, registered here and nowhere else.

A command module has ``NAME``, ``SUMMARY``, ``configure(parser)`` and ``run(options) -> exit status``.
"""

from __future__ import annotations

from dispatch.commands import check, convert, score, solve
from dispatch.commands.base import Command

COMMANDS: tuple[Command, ...] = (solve, check, score, convert)
"""Every command, in the order the help lists them."""

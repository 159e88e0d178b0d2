"""What commands share: their shape, and reading and writing files with errors that name the file."""

from __future__ import annotations

import argparse
import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Protocol

from optimizer.domain import Plan, Problem
from optimizer.invalid import InvalidInput
from optimizer.io import read_plan, read_problem

_LONGEST_START = 60.0
"""Seconds. A process that is older was not started for this command alone."""


class Command(Protocol):
    """A command module."""

    def configure(self, parser: argparse.ArgumentParser) -> None:
        """Add the command's arguments."""

    def run(self, options: argparse.Namespace) -> int:
        """Do it and answer the exit status. Raises InvalidInput, CannotWrite or OSError."""


class CannotWrite(Exception):  # noqa: N818  it is what is said, not what went wrong inside
    """A file cannot be written; the message says which, and why."""


class CannotStart(Exception):  # noqa: N818
    """Something that a command needs is not as it must be; the message says what, and the remedy."""


def load_problem(path: str) -> Problem:
    """The problem in a file."""
    with naming(path):
        return read_problem(path)


def load_plan(path: str, problem: Problem | None = None) -> Plan:
    """The plan in a file; with ``problem``, what it names must exist."""
    with naming(path):
        return read_plan(path, problem)


@contextmanager
def naming(path: str) -> Iterator[None]:
    """Put the file's name before the place of every complaint."""
    try:
        yield
    except InvalidInput as error:
        first, *more = (
            type(complaint)(f"{path}: {complaint.place}", complaint.value, complaint.problem, complaint.remedy)
            for complaint in error.complaints
        )
        raise InvalidInput(first.place, first.value, first.problem, first.remedy, more) from None


def process_began() -> float:
    """When this process began, on the clock of :func:`time.monotonic`: starting Python is part of a command's time.

    Now, where the system does not say.
    """
    now = time.monotonic()
    try:
        fields = Path("/proc/self/stat").read_text(encoding="ascii").rpartition(")")[2].split()
        age = time.clock_gettime(time.CLOCK_BOOTTIME) - int(fields[19]) / os.sysconf("SC_CLK_TCK")
    except (OSError, ValueError, IndexError, AttributeError):
        return now
    return now - age if 0 <= age < _LONGEST_START else now


def save(write: Callable[[str], None], path: str) -> None:
    """Write a file by ``write``. Raises :class:`CannotWrite`."""
    try:
        write(path)
    except OSError as error:
        raise CannotWrite(f"{path}: cannot be written: {(error.strerror or str(error)).lower()}") from None


def refuse_unwritable(path: str) -> None:
    """Raise :class:`CannotWrite` where it can be seen before the work that the file could not be written after it."""
    target = Path(path)
    if target.is_dir():
        raise CannotWrite(f"{path}: cannot be written: is a directory")
    folder = target.resolve().parent
    if not folder.is_dir():
        raise CannotWrite(f"{path}: cannot be written: there is no directory {folder}")
    if not os.access(target if target.exists() and not target.is_file() else folder, os.W_OK):
        raise CannotWrite(f"{path}: cannot be written: permission denied")

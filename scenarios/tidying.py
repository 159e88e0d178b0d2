"""`fieldwright scenario tidy`: what is kept for scenarios, cleared away once nobody has used it for some time.

Only what this program writes and can write again is removed: replications (:mod:`scenarios.keeping`), situations that
go by their digest, and parts of files whose writers were killed. It is known by its place, its name and what it holds;
everything else stays as it is, and so does what a link points to.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import sys
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from dispatch.commands.base import CannotStart
from scenarios.keeping import is_figures
from scenarios.situation.digest import PREFIX
from scenarios.situation.files import FORMAT

PART_LASTS = 3600
"""Seconds after which nobody is writing a part of a file any more: it takes less than one."""
_SHELF = re.compile("[0-9a-f]{2}")
_KEPT = re.compile(r"[0-9a-f]{62}\.json")
_TAKEN = re.compile(r"([0-9a-f]{64})\.json")
_PART = re.compile(r"\.new-\w{8}")
_PART_TAKEN = re.compile(r"\.[0-9a-f]{64}\.json-\w{8}")
_SITUATIONS = "situations"
"""The folder in which a server keeps those that were taken."""
_HEAD_BYTES = 300
"""So many bytes of a situation's file say what it is; the whole of it may be large."""


@dataclass(frozen=True)
class Found:
    """A file of a folder: how long ago it was used (seconds), and its size."""

    path: Path
    unused: float
    size: int

    @cached_property
    def what(self) -> str:
        """``replication``, ``situation``, ``part``, or nothing that is known. Whoever asks has it read, and a folder
        may hold a hundred thousand of them: ask for the age first.
        """
        return "" if self.path.is_symlink() else _what(self.path)

    def is_old(self, seconds: float) -> bool:
        """Whether it may go where what was not used for so long does; what is younger is not read."""
        return self.unused >= (PART_LASTS if _is_part(self.path) else seconds) and bool(self.what)


def found_in(folder: Path, now: float | None = None) -> Iterator[Found]:
    """Every file of a folder in which scenarios are kept, in the order of their names. Raises :class:`OSError`."""
    now = time.time() if now is None else now
    for path in sorted(_files(folder)):
        try:
            stat = path.lstat()
        except FileNotFoundError:
            continue  # somebody else has removed it
        yield Found(path, max(0.0, now - stat.st_mtime), stat.st_size)


def remove(found: Found) -> None:
    """Remove a file, and its shelf where that is empty now. Raises :class:`OSError` where it cannot be."""
    found.path.unlink(missing_ok=True)
    shelf = found.path.parent
    if _SHELF.fullmatch(shelf.name):
        with suppress(OSError):  # it is not empty, or somebody else has removed it
            shelf.rmdir()


def _files(folder: Path) -> Iterator[Path]:
    """Files and links of a folder and of what lies in it; no link is followed."""
    with os.scandir(folder) as entries:
        for entry in entries:
            if entry.is_dir(follow_symlinks=False):
                yield from _files(Path(entry.path))
            else:
                yield Path(entry.path)


def _what(path: Path) -> str:
    """By its place, its name and what it holds; empty where it is nothing of ours."""
    if _is_part(path):
        return "part"
    if _is_shelved(path) and _KEPT.fullmatch(path.name):
        return "replication" if _holds_figures(path) else ""
    digest = _TAKEN.fullmatch(path.name)
    return "situation" if digest is not None and _is_situation(path, digest[1]) else ""


def _is_part(path: Path) -> bool:
    """By its place and its name alone."""
    ours = _is_shelved(path) or path.parent.name == _SITUATIONS
    return bool(_PART_TAKEN.fullmatch(path.name)) or (ours and bool(_PART.fullmatch(path.name)))


def _is_shelved(path: Path) -> bool:
    return bool(_SHELF.fullmatch(path.parent.name))


def _holds_figures(path: Path) -> bool:
    try:
        return is_figures(json.loads(path.read_text(encoding="utf-8")))
    except (OSError, ValueError):
        return False


def _is_situation(path: Path, digest: str) -> bool:
    try:
        with path.open("rb") as file:
            head = file.read(_HEAD_BYTES).decode("utf-8", "replace")
    except OSError:
        return False
    return f'"{FORMAT}"' in head and f'"{PREFIX}{digest}"' in head


# The command ---------------------------------------------------------------------------------------------------------

_SPANS = {"h": 3600, "d": 86_400, "w": 7 * 86_400}
_WORDS = {
    "replication": ("replication", "replications"),
    "situation": ("situation", "situations"),
    "part": ("part of a file", "parts of files"),
}


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of the command."""
    parser.add_argument(
        "--older",
        type=span,
        default=span("30d"),
        metavar="TIME",
        help="of `tidy`: unused for 12h, 30d, 8w (default 30d)",
    )
    parser.add_argument(
        "--dry-run", action="store_true", help="of `tidy`: say what would be removed, and remove nothing"
    )


def span(text: str) -> int:
    """Seconds of a time such as ``30d``, for argparse's ``type``."""
    found = re.fullmatch(r"(\d{1,5})([hdw])", text)
    if found is None:
        raise argparse.ArgumentTypeError(f"{text!r} is no time; write hours, days or weeks: 12h, 30d, 8w")
    return int(found[1]) * _SPANS[found[2]]


def tidy_command(options: argparse.Namespace) -> int:
    """Clear one folder away."""
    if len(options.files) != 1:
        raise CannotStart("scenario tidy: name one FOLDER, such as that of --keep")
    folder = Path(options.files[0])
    if not folder.is_dir():
        raise CannotStart(f"scenario tidy: {folder} is no folder; name that of --keep")
    everything = list(found_in(folder))
    old = [one for one in everything if one.is_old(options.older)]
    for one in [] if options.dry_run else old:
        try:
            remove(one)
        except OSError as error:
            reason = (error.strerror or str(error)).lower()
            raise CannotStart(f"scenario tidy: {one.path} cannot be removed: {reason}; what is left stays") from None
    known = [one for one in everything if one.what]
    done = "would be removed" if options.dry_run else "removed"
    size = sum(one.size for one in old) / 1e6
    sys.stdout.write(
        f"{folder}: {_counted(old)} {done} ({size:.1f} MB), {len(known) - len(old)} used since, "
        f"{len(everything) - len(known)} other files left alone\n"
    )
    return 0


def _counted(found: Sequence[Found]) -> str:
    counts = Counter(one.what for one in found)
    told = [f"{counts[what]} {word[counts[what] != 1]}" for what, word in _WORDS.items() if counts[what]]
    return " and ".join([", ".join(told[:-1]), told[-1]]) if len(told) > 1 else "".join(told) or "nothing"

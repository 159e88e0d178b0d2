"""The command line: `fieldwright COMMAND …`. It only wires; each command is a module of :mod:`dispatch.commands`.

Exit status: 0 done, 1 the answer is no (a plan that breaks a must, a false claim), 2 the input cannot be used,
3 the program itself failed, 130 interrupted before there was anything to keep.
"""

from __future__ import annotations

import argparse
import os
import sys
import traceback
from collections.abc import Sequence
from typing import NoReturn

from dispatch.commands import COMMANDS, command
from dispatch.commands.base import CannotStart, CannotWrite
from dispatch.domain.errors import DispatchError
from optimizer.invalid import InvalidInput


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command and answer its exit status. Errors of the input are said on stderr, as ``error: …``."""
    try:
        return _run(list(sys.argv[1:] if arguments is None else arguments))
    except KeyboardInterrupt:
        return _error("interrupted", status=130)


def _run(words: list[str]) -> int:
    parser = _Parser(prog="fieldwright", description="Plan field service: who does which visit, when, in what order.")
    subparsers = parser.add_subparsers(title="commands", metavar="COMMAND", required=True)
    for name, summary in COMMANDS.items():
        subparser = subparsers.add_parser(name, help=summary, description=f"{summary[0].upper()}{summary[1:]}.")
        if name in words:
            module = command(name)
            module.configure(subparser)
            subparser.set_defaults(run=module.run)
    options = parser.parse_args(words)
    try:
        status: int = options.run(options)
        sys.stdout.flush()
    except BrokenPipeError:  # whoever read the output has seen enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except (InvalidInput, CannotWrite, CannotStart, DispatchError) as error:
        return _error(str(error))
    except OSError as error:
        where = f"{error.filename}: " if error.filename else ""
        return _error(f"{where}{(error.strerror or str(error)).lower()}")
    except MemoryError:
        return _error("the problem does not fit into memory")
    except Exception:  # a mistake of ours must not look like an answer
        return _error(f"the program failed, which is our mistake\n{traceback.format_exc()}", status=3)
    return status


class _Parser(argparse.ArgumentParser):
    """Says what is wrong with the arguments the way every other error is said."""

    def error(self, message: str) -> NoReturn:
        sys.exit(_error(f"{message}\nsee `{self.prog} --help`"))


def _error(text: str, status: int = 2) -> int:
    first, *more = text.splitlines() or [""]
    sys.stderr.write(f"error: {first}\n" + "".join(f"       {line}\n" for line in more))
    return status


if __name__ == "__main__":
    sys.exit(main())

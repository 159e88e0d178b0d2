"""``python -m benchmarks.peers``: which peers can be run here; with ``--install FOLDER``, an environment for them."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from benchmarks.peers import PEERS
from benchmarks.peers.installing import install
from benchmarks.tables import complain, say, table


def main(arguments: Sequence[str] | None = None) -> int:
    """Status 0 where every peer can be run, or was installed; 1 where one cannot, or was not."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.peers", description="Which peers can be run here.")
    parser.add_argument("--install", type=Path, metavar="FOLDER", help="make an environment with all of them there")
    given = parser.parse_args(arguments)
    if given.install is not None:
        failed = install(given.install)
        for one in failed:
            complain(f"not installed: {one}")
        if failed:
            complain(f"the others are in {given.install}; remove it to try again")
        return 1 if failed else 0
    lacking = {peer.id: peer.lacking() for peer in PEERS.values()}
    rows = [[peer.id, peer.title, peer.version(), lacking[peer.id] or "is here"] for peer in PEERS.values()]
    say(table(["peer", "is", "version", ""], rows, left=4))
    return 1 if any(lacking.values()) else 0


if __name__ == "__main__":
    sys.exit(main())

"""Other planners, each through an adapter of its own: the same problem, judged by the same checker.

How each is told the planning model, and what of it it cannot express: ``docs/reference/benchmarks.md``.
"""

from __future__ import annotations

from collections.abc import Mapping

from benchmarks.peers import ortools, pyvrp, vroom, vrpcli
from benchmarks.peers.peer import Peer

PEERS: Mapping[str, Peer] = {peer.id: peer for peer in (ortools.PEER, pyvrp.PEER, vroom.PEER, vrpcli.PEER)}
"""By id. Nothing of a peer is imported before it is asked for a plan."""

__all__ = ["PEERS"]

"""Which points may lie on one route: clusters that are too far apart for a technician to serve both."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from scipy.sparse.csgraph import connected_components
from scipy.spatial import cKDTree

from dispatch.travel.graph import EARTH_RADIUS_M
from dispatch.travel.ports import Point

REACH_M = 30_000.0
"""Points so near to each other, as the crow flies, belong to one cluster; so do those that a chain of such joins."""


def clusters(points: Sequence[Point], reach: float = REACH_M) -> list[NDArray[np.int64]]:
    """The indexes of the points of each cluster."""
    at = np.radians(np.array(points, np.float64).reshape(-1, 2))
    lat, lon = at[:, 0], at[:, 1]
    # On the unit sphere a chord is as good as an arc for telling what is near.
    sphere = np.stack((np.cos(lat) * np.cos(lon), np.cos(lat) * np.sin(lon), np.sin(lat)), axis=1)
    # Of points in the same small cell one speaks for all, so that a town is not a million pairs.
    cells, one_of, cell_of = np.unique(
        np.rint(sphere * (EARTH_RADIUS_M / (reach / 20))), axis=0, return_index=True, return_inverse=True
    )
    tree = cKDTree(sphere[one_of])
    near = tree.sparse_distance_matrix(tree, 2 * np.sin(reach / EARTH_RADIUS_M / 2), output_type="coo_matrix")
    count, of_cell = connected_components(near.tocsr(), directed=False)
    assert len(cells) == len(of_cell)
    of_point = of_cell[cell_of.reshape(-1)]
    return [np.flatnonzero(of_point == number) for number in range(count)]

"""Hatching as plain lines: a pattern of SVG is painted anew for every shape that has it, which makes printing slow."""

from __future__ import annotations

from collections.abc import Sequence
from math import cos, radians, sin

import numpy as np
from matplotlib.path import Path

Ring = np.ndarray[tuple[int, int], np.dtype[np.float64]]


def lines(rings: Sequence[Ring], angle: float, apart: float) -> Path:
    """Lines within borders; they run on in shapes beside each other.

    Parameters
    ----------
    rings : sequence of arrays
        Closed borders; what lies within two of them is outside again.
    angle : float
        Degrees that a line rises from the east.
    apart : float
        Distance between two lines, in the coordinates of the rings.
    """
    turn = np.array([[cos(radians(angle)), -sin(radians(angle))], [sin(radians(angle)), cos(radians(angle))]])
    turned = [ring @ turn for ring in rings]  # so that the lines run east
    starts = np.concatenate([ring[:-1] for ring in turned])
    along = np.concatenate([np.diff(ring, axis=0) for ring in turned])
    north, rise = starts[:, 1], along[:, 1]
    levels = np.arange(np.ceil(north.min() / apart), np.floor(north.max() / apart) + 1) * apart
    # A line through a corner crosses one of its two edges, or both: the crossings of a line are always even.
    level, edge = np.nonzero((north <= levels[:, None]) != (north + rise <= levels[:, None]))
    east = starts[edge, 0] + (levels[level] - north[edge]) / rise[edge] * along[edge, 0]
    order = np.lexsort((east, level))
    ends = np.column_stack([east, levels[level]])[order] @ turn.T
    return Path(ends, np.tile([Path.MOVETO, Path.LINETO], len(ends) // 2))

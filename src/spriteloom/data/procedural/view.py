"""From a creature's space to the screen. Knows no solids.

Everything is rounded to 1/1024 pixel once it is in screen space. From there on only + - × ÷ and square roots
are used, which IEEE 754 defines to the last bit: the same creature is the same picture on every machine.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from spriteloom.pixels.arrays import Doubles


@dataclass(frozen=True)
class View:
    """`matrix @ p + shift` takes a point of the creature to x right, y down, depth to the viewer, in pixels.

    The matrix is a rotation times `scale`, with y flipped.
    """

    matrix: Doubles  # (3, 3)
    shift: Doubles  # (3,)
    scale: float  # pixels per unit, for radii

    def place(self, points: Doubles) -> Doubles:
        """(k, 3) or (3,) points of the creature → the same in pixels, rounded."""
        return snap(points @ self.matrix.T + self.shift)

    def turn(self, directions: Doubles) -> Doubles:
        """Directions (k, 3) or (3,), scaled to pixels, rounded."""
        return snap(directions @ self.matrix.T)

    def unplace(self, pixels: Doubles) -> Doubles:
        """Screen points (n, 3) back in the creature's space, rounded."""
        x, y, z = (pixels - self.shift).T
        m = self.matrix / (self.scale * self.scale)
        return snap(np.stack([x * m[0, i] + y * m[1, i] + z * m[2, i] for i in range(3)], axis=1))


def snap(values: Doubles) -> Doubles:
    """`values` at the nearest 1/1024."""
    return np.asarray(np.round(values * 1024) / 1024)

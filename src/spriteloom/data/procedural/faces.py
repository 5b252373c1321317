"""Eyes, mouths and cheeks as small hand-set stamps, and where they go on a head. Knows no body plan.

Legend: # ink · w white · g glow · o body line · s body shade · t accent · . nothing. Eyes are drawn as the one on the left
of the picture; its twin is mirrored, and the sparkle stays on the lamp's side in both.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from spriteloom.data.procedural.body import Head
from spriteloom.data.procedural.raster import View

Stamp = tuple[str, ...]

_ROLE = {"#": 13, "w": 14, "g": 15, "o": 1, "s": 2, "t": 11, "b": 8}
WIDE = 5  # steps of size: an eye's stamps run from tiny to large

EYES: dict[str, tuple[Stamp, ...]] = {
    "bead": (
        ("##", "##"),
        ("##", "##", "##"),
        (".#.", "###", "###", ".#."),
        (".##.", "####", "####", "####", ".##."),
        ("..##..", ".####.", "######", "######", "######", ".####.", "..##.."),
    ),
    "doe": (
        ("##", "##", "gg"),
        ("###", "###", "#g#"),
        (".##.", "####", "####", "#gg#", ".gg."),
        (".###.", "#####", "#####", "##g##", "#ggg#", ".ggg."),
        ("..###..", ".#####.", "#######", "#######", "###g###", "##ggg##", ".#ggg#.", "..ggg.."),
    ),
    "fierce": (
        ("o.", "##", "w#"),
        ("oo..", "#woo", ".wg#"),
        ("oo...", "#woo.", "#wg#o", ".wg#w"),
        ("ooo...", "##wooo", "#wwg##", ".wwg#w", "..www."),
        ("oooo....", "##wwooo.", "#wwwggoo", "#wwg##g#", ".wwg##gw", "..wwggw.", "...www.."),
    ),
    "sleepy": (
        ("oo", "##"),
        ("ooo", "w##", ".ww"),
        ("oooo", "ssss", "w##w", ".ww."),
        ("ooooo", "sssss", "ww##w", "ww##w", ".www."),
        ("..oooo..", ".ssssss.", "oooooooo", "#ww##ww#", ".ww##ww.", "..wwww.."),
    ),
    "round": (
        ("w#", "w#"),
        ("www", "w##", "www"),
        (".ww.", "ww##", "ww##", ".ww."),
        (".www.", "wwwww", "ww##w", "ww##w", ".www."),
        ("..www..", ".wwwww.", "wwww##w", "wwww##w", "wwww##w", ".wwwww.", "..www.."),
    ),
    "lantern": (
        ("##", "gg"),
        ("###", "#g#", "#g#"),
        ("##..", "#g##", "#gg#", ".###"),
        ("##...", "#g##.", "#ggg#", ".#gg#", "..###"),
        ("###.....", "#gg##...", "#gggg##.", "#gggggg#", ".#ggggg#", "..#####."),
    ),
    "slit": (
        ("g#", "g#"),
        ("###", "g#g", "g#g"),
        ("####", "gg#g", "gg#g", ".gg."),
        (".####", "#gg#g", "#gg#g", "#gg#g", ".ggg."),
        ("..###..", ".#gg#g#", "#ggg#gg", "#ggg#gg", "#ggg#gg", ".#gg#g.", "..ggg.."),
    ),
    "facet": (
        ("gg", "gg"),
        (".#.", "ggg", "ggg", ".g."),
        (".##.", "#ggg", "gggg", "gggg", ".gg."),
        (".###.", "#gggg", "#gggg", "ggggg", "ggggg", ".ggg."),
        ("..###..", ".#gggg.", "#gggggg", "#gggggg", "#gggggg", "ggggggg", ".ggggg.", "..ggg.."),
    ),
}
_SPARKLE: dict[str, tuple[tuple[tuple[int, int], ...], ...]] = {  # (row, column) of white, by size
    "bead": (((0, 0),), ((0, 0),), ((1, 0),), ((1, 1), (0, 1)), ((1, 2), (2, 1), (2, 2))),
    "doe": (((0, 0),), ((0, 0),), ((1, 1), (0, 1)), ((1, 1), (1, 2), (2, 1)), ((1, 2), (2, 1), (2, 2), (3, 1), (3, 2), (5, 5))),
    "slit": ((), (), ((1, 0),), ((1, 1),), ((2, 1), (2, 2), (1, 2))),
    "facet": (((0, 0),), ((1, 0),), ((1, 1),), ((1, 1), (2, 1), (1, 2)), ((2, 2), (2, 1), (3, 1))),
}
CYCLOPS: tuple[Stamp, ...] = (
    ("####", "#ww#", "w#gw", ".ww."),
    (".####.", "#wwww#", "ww#gww", "ww##ww", "#wwww#", ".####."),
    ("..####..", ".#wwww#.", "#wwggww#", "#wg##gw#", "#wg##gw#", "#wwggww#", ".#wwww#.", "..####.."),
    (
        "...####...", ".##wwww##.", ".#wwwwww#.", "#wwwggwww#", "#wwg##gww#",
        "#wwg##gww#", "#wwwggwww#", ".#wwwwww#.", ".##wwww##.", "...####...",
    ),
    (
        "....####....", "..##wwww##..", ".#wwwwwwww#.", ".#wwggggww#.", "#wwgwwgggww#", "#wwgw###gww#",
        "#wwgg###gww#", "#wwgg###gww#", ".#wwggggww#.", ".#wwwwwwww#.", "..##wwww##..", "....####....",
    ),
)  # fmt: skip
MOUTHS: dict[str, tuple[Stamp, ...]] = {
    "smile": (("oo",), ("o..o", ".oo."), ("o...o", ".ooo."), ("o.....o", ".ooooo."), ("o.......o", ".oo...oo.", "...ooo...")),
    "open": (("##",), ("####", ".gg."), ("#####", "#ggg#", ".###."), ("#######", ".#ggg#.", ".#ggg#.", "..###.."), ("#########", ".#######.", ".##ggg##.", "..#ggg#..", "...###...")),
    "cat": (("oo",), ("o.o.o", ".o.o."), ("o..o..o", ".oo.oo."), ("o...o...o", ".ooo.ooo."), ("o....o....o", ".o..o.o..o.", "..oo...oo..")),
    "fang": (("oo",), ("oooo", "w..w"), ("ooooo", ".w.w."), ("ooooooo", ".w...w.", ".w...w."), ("ooooooooo", ".ww...ww.", ".w.....w.")),
    "grin": (("##",), ("####", ".ww."), ("#####", "#w#w#", ".###."), ("#######", "#w#w#w#", "#w#w#w#", ".#####."), ("#########", "#w#w#w#w#", "#########", ".#w#w#w#.", "..#####..")),
    "line": (("oo",), ("ooo",), ("oooo",), ("ooooo",), ("ooooooo",)),
    "tongue": (("oo",), ("oooo", "..g."), ("ooooo", "..gg.", "...g."), ("ooooooo", "...ggg.", "....g.."), ("o.......o", ".ooooooo.", "....ggg..", "....ggg..", ".....g...")),
}


@dataclass(frozen=True, kw_only=True)
class Face:
    """An expression: names of EYES (or "cyclops") and MOUTHS (or "" for none); `size` scales the eyes, `blush` adds cheeks."""

    eyes: str
    mouth: str
    size: float = 1.0
    blush: bool = False


def draw_face(canvas: NDArray[np.uint8], head: Head, face: Face, view: View, seen: NDArray[np.bool_], *, blink: bool) -> None:
    """Stamp `face` on `canvas` (h, w), in place, only where `seen` says that this head is what is visible."""
    radius = float(head.radii[0] + head.radii[1]) / 2 * view.scale
    step = _step(radius * face.size)
    if face.eyes == "cyclops":
        _single_eye(canvas, head, view, seen, _step(radius), blink)
    else:
        _two_eyes(canvas, head, face, view, seen, step, blink)
    if face.mouth and not head.beaked:
        _mouth(canvas, head, MOUTHS[face.mouth][_step(radius)], view, seen)
    if face.blush:
        _cheeks(canvas, head, view, seen, max(round(radius / 6), 1))


def _step(radius: float) -> int:
    return sum(radius >= least for least in (4.2, 5.6, 8.0, 12.6))


def _two_eyes(
    canvas: NDArray[np.uint8], head: Head, face: Face, view: View, seen: NDArray[np.bool_], step: int, blink: bool
) -> None:
    places = []
    for side in (-1, 1):
        at, out = head.surface(side * head.spread, head.lift)
        x, y, _ = (float(c) for c in view.place(at))
        places.append((x, y, float(view.turn(out)[2]) / view.scale))
    places.sort()
    left, right = ([i for i, p in enumerate(places) if p[2] > 0.22] + [-1, -1])[:2]
    if left < 0:
        return
    if right < 0:
        x, y, _ = places[left]
        mirrored = left == 1
        stamp = _eye(face.eyes, step, mirrored, blink)
        _press(canvas, stamp, round(x - len(stamp[0]) / 2), round(y - len(stamp) / 2), seen)
        return
    stamps = [_eye(face.eyes, _narrow(step, p[2]), bool(i), blink) for i, p in enumerate(places)]
    wl, wr = len(stamps[0][0]), len(stamps[1][0])
    gap = max(round(places[1][0] - places[0][0] - (wl + wr) / 2), 1)
    middle = (places[0][0] + places[1][0]) / 2
    start = round(middle - (gap + wl + wr) / 2)
    rows = (places[0][1] + places[1][1]) / 2
    foot = round(rows + max(len(stamps[0]), len(stamps[1])) / 2)
    _press(canvas, stamps[0], start, foot - len(stamps[0]), seen)
    _press(canvas, stamps[1], start + wl + gap, foot - len(stamps[1]), seen)


def _narrow(step: int, facing: float) -> int:
    """The eye that turns away is drawn a size smaller."""
    return max(step - 1, 0) if facing < 0.62 else step


def _eye(style: str, step: int, mirrored: bool, blink: bool) -> Stamp:
    rows = EYES[style][step]
    if blink:
        return _closed(rows)
    grid = [list(row[::-1] if mirrored else row) for row in rows]
    for y, x in _SPARKLE.get(style, ((),) * WIDE)[step]:
        grid[y][x] = "w"
    return tuple("".join(row) for row in grid)


def _closed(rows: Stamp) -> Stamp:
    """A lid: a curved line where the lower half of the eye was."""
    width, height = len(rows[0]), len(rows)
    empty = "." * width
    if width < 3:
        lid = ["o" * width]
    else:
        lid = ["o" + "." * (width - 2) + "o", "." + "o" * (width - 2) + "."]
    above = max((height - len(lid) + 1) // 2, 0)
    return tuple([empty] * above + lid + [empty] * (height - above - len(lid)))


def _single_eye(
    canvas: NDArray[np.uint8], head: Head, view: View, seen: NDArray[np.bool_], step: int, blink: bool
) -> None:
    at, out = head.surface(0.0, head.lift)
    if float(view.turn(out)[2]) / view.scale < 0.3:
        return
    stamp = CYCLOPS[step]
    if blink:
        stamp = _closed(stamp)
    x, y, _ = (float(c) for c in view.place(at))
    _press(canvas, stamp, round(x - len(stamp[0]) / 2), round(y - len(stamp) / 2), seen)


def _mouth(canvas: NDArray[np.uint8], head: Head, stamp: Stamp, view: View, seen: NDArray[np.bool_]) -> None:
    at, out = head.surface(0.0, head.mouth_lift)
    if float(view.turn(out)[2]) / view.scale < 0.3:
        return
    x, y, _ = (float(c) for c in view.place(at if head.mouth is None else head.mouth))
    _press(canvas, stamp, round(x - len(stamp[0]) / 2), round(y - 0.5), seen)


def _cheeks(canvas: NDArray[np.uint8], head: Head, view: View, seen: NDArray[np.bool_], size: int) -> None:
    for side in (-1, 1):
        at, out = head.surface(side * (head.spread + 0.28), head.lift - 0.36)
        if float(view.turn(out)[2]) / view.scale > 0.3:
            x, y, _ = (float(c) for c in view.place(at))
            _press(canvas, ("t" * (size + 1),) * size, round(x - (size + 1) / 2), round(y - size / 2), seen)


def _press(canvas: NDArray[np.uint8], stamp: Stamp, left: int, top: int, seen: NDArray[np.bool_]) -> None:
    h, w = canvas.shape
    for y, row in enumerate(stamp, top):
        for x, mark in enumerate(row, left):
            if mark != "." and 0 <= y < h and 0 <= x < w and seen[y, x]:
                canvas[y, x] = _ROLE[mark]

"""Draws a face on a head: eyes, mouth and cheeks, as far as they are visible.

Eyes and mouths are stamps, small pictures in five sizes. A stamp is rows separated by "/": # ink · w white ·
g glow · o body line · s body shade · t accent · . nothing. EYES are those on the left of the picture; the right
ones are mirrored. SPARKLE is the reflection of the lamp, on the same side in both.
"""

from __future__ import annotations

from dataclasses import dataclass

from spriteloom.data.procedural.body import Head
from spriteloom.data.procedural.projection import View
from spriteloom.data.procedural.solids import Vec
from spriteloom.pixels.arrays import Bytes, Mask

Stamp = tuple[str, ...]

ROLE = {"#": 13, "w": 14, "g": 15, "o": 1, "s": 2, "t": 11, "b": 8}
LEAST_RADIUS = (4.2, 5.6, 8.0, 12.6)  # of a head, in pixels, for each larger stamp
_DOUBLED = 19.0  # the radius from which a smaller stamp is drawn at twice its size


def _stamps(text: str) -> tuple[Stamp, ...]:
    return tuple(tuple(stamp.split("/")) for stamp in text.split())


_EYES = {
    "bead": "##/## ##/##/## .#./###/###/.#. .##./####/####/####/.##. "
    "..##../.####./######/######/######/.####./..##..",
    "doe": "##/##/gg ###/###/#g# .##./####/####/#gg#/.gg. .###./#####/#####/##g##/#ggg#/.ggg. "
    "..###../.#####./#######/#######/###g###/##ggg##/.#ggg#./..ggg..",
    "fierce": "o./##/w# oo../#woo/.wg# oo.../#woo./#wg#o/.wg#w ooo.../##wooo/#wwg##/.wwg#w/..www. "
    "oooo..../##wwooo./#wwwggoo/#wwg##g#/.wwg##gw/..wwggw./...www..",
    "sleepy": "oo/## ooo/w##/.ww oooo/ssss/w##w/.ww. ooooo/sssss/ww##w/ww##w/.www. "
    "..oooo../.ssssss./oooooooo/#ww##ww#/.ww##ww./..wwww..",
    "round": "w#/w# www/w##/www .ww./ww##/ww##/.ww. .www./wwwww/ww##w/ww##w/.www. "
    "..www../.wwwww./wwww##w/wwww##w/wwww##w/.wwwww./..www..",
    "lantern": "##/gg ###/#g#/#g# ##../#g##/#gg#/.### ##.../#g##./#ggg#/.#gg#/..### "
    "###...../#gg##.../#gggg##./#gggggg#/.#ggggg#/..#####.",
    "slit": "g#/g# ###/g#g/g#g ####/gg#g/gg#g/.gg. .####/#gg#g/#gg#g/#gg#g/.ggg. "
    "..###../.#gg#g#/#ggg#gg/#ggg#gg/#ggg#gg/.#gg#g./..ggg..",
    "facet": "gg/gg .#./ggg/ggg/.g. .##./#ggg/gggg/gggg/.gg. .###./#gggg/#gggg/ggggg/ggggg/.ggg. "
    "..###../.#gggg./#gggggg/#gggggg/#gggggg/ggggggg/.ggggg./..ggg..",
}
EYES = {name: _stamps(text) for name, text in _EYES.items()}
_LARGE_DOE = ((1, 2), (2, 1), (2, 2), (3, 1), (3, 2), (5, 5))
SPARKLE: dict[str, tuple[tuple[tuple[int, int], ...], ...]] = {  # (row, column) of white, by size
    "bead": (((0, 0),), ((0, 0),), ((1, 0),), ((1, 1), (0, 1)), ((1, 2), (2, 1), (2, 2))),
    "doe": (((0, 0),), ((0, 0),), ((1, 1), (0, 1)), ((1, 1), (1, 2), (2, 1)), _LARGE_DOE),
    "slit": ((), (), ((1, 0),), ((1, 1),), ((2, 1), (2, 2), (1, 2))),
    "facet": (((0, 0),), ((1, 0),), ((1, 1),), ((1, 1), (2, 1), (1, 2)), ((2, 2), (2, 1), (3, 1))),
}
CYCLOPS = _stamps(
    "####/#ww#/w#gw/.ww. .####./#wwww#/ww#gww/ww##ww/#wwww#/.####. "
    "..####../.#wwww#./#wwggww#/#wg##gw#/#wg##gw#/#wwggww#/.#wwww#./..####.. "
    "...####.../.##wwww##./.#wwwwww#./#wwwggwww#/#wwg##gww#/"
    "#wwg##gww#/#wwwggwww#/.#wwwwww#./.##wwww##./...####... "
    "....####..../..##wwww##../.#wwwwwwww#./.#wwggggww#./#wwgwwgggww#/#wwgw###gww#/"
    "#wwgg###gww#/#wwgg###gww#/.#wwggggww#./.#wwwwwwww#./..##wwww##../....####...."
)
_MOUTHS = {
    "smile": "oo o..o/.oo. o...o/.ooo. o.....o/.ooooo. o.......o/.oo...oo./...ooo...",
    "open": "## ####/.gg. #####/#ggg#/.###. #######/.#ggg#./.#ggg#./..###.. "
    "#########/.#######./.##ggg##./..#ggg#../...###...",
    "cat": "oo o.o.o/.o.o. o..o..o/.oo.oo. o...o...o/.ooo.ooo. o....o....o/.o..o.o..o./..oo...oo..",
    "fang": "oo oooo/w..w ooooo/.w.w. ooooooo/.w...w./.w...w. ooooooooo/.ww...ww./.w.....w.",
    "grin": "## ####/.ww. #####/#w#w#/.###. #######/#w#w#w#/#w#w#w#/.#####. "
    "#########/#w#w#w#w#/#########/.#w#w#w#./..#####..",
    "line": "oo ooo oooo ooooo ooooooo",
    "tongue": "oo oooo/..g. ooooo/..gg./...g. ooooooo/...ggg./....g.. "
    "o.......o/.ooooooo./....ggg../....ggg../.....g...",
}
MOUTHS = {name: _stamps(text) for name, text in _MOUTHS.items()}
_VISIBLE = 0.25  # least cosine of the angle between a visible feature and the viewer
_SMALLER_EYE = 0.62  # below this cosine an eye is drawn smaller


@dataclass(frozen=True, kw_only=True)
class Face:
    """A key of EYES (or "cyclops") and one of MOUTHS ("" for none); `size` scales the eyes, `blush` adds cheeks."""

    eyes: str
    mouth: str
    size: float = 1.0
    blush: bool = False


@dataclass(frozen=True)
class Canvas:
    """Where a face is drawn: palette roles (h, w), changed in place where `free` (h, w) is true."""

    roles: Bytes
    free: Mask
    view: View

    def project(self, at: Vec, out: Vec) -> tuple[float, float, float]:
        """Column and row of a point of the skin, and the cosine of the angle between `out` and the viewer."""
        x, y, _ = (float(c) for c in self.view.place(at))
        return x, y, float(self.view.turn(out)[2]) / self.view.scale

    def stamp(self, picture: Stamp, left: int, top: int) -> None:
        h, w = self.roles.shape
        for y, row in enumerate(picture, top):
            for x, letter in enumerate(row, left):
                if letter != "." and 0 <= y < h and 0 <= x < w and self.free[y, x]:
                    self.roles[y, x] = ROLE[letter]

    def stamp_centred(self, stamp: Stamp, x: float, y: float) -> None:
        self.stamp(stamp, round(x - len(stamp[0]) / 2), round(y - len(stamp) / 2))


def draw_face(canvas: Canvas, head: Head, face: Face, *, blink: bool) -> None:
    """Draw `face` on `head`, as far as it faces the viewer."""
    radius = float(head.radii[0] + head.radii[1]) / 2 * canvas.view.scale
    if face.eyes == "cyclops":
        x, y, facing = canvas.project(*head.surface(0.0, head.lift))
        if facing > _VISIBLE:
            canvas.stamp_centred(cyclops(radius, blink=blink), x, y)
    else:
        _two_eyes(canvas, head, face.eyes, radius * face.size, blink)
    if face.mouth and not head.beaked:
        _mouth(canvas, head, sized(MOUTHS[face.mouth], radius))
    if face.blush:
        _cheeks(canvas, head, max(round(radius / 6), 1))


def _two_eyes(canvas: Canvas, head: Head, style: str, radius: float, blink: bool) -> None:
    seen = sorted(canvas.project(*head.surface(side * head.spread, head.lift)) for side in (-1, 1))
    stamps = [
        eye(style, radius * (0.72 if facing < _SMALLER_EYE else 1.0), mirrored=bool(i), blink=blink)
        for i, (_, _, facing) in enumerate(seen)
    ]
    (lx, ly, left), (rx, ry, right) = seen
    if left <= _VISIBLE or right <= _VISIBLE:
        for stamp, (x, y, facing) in zip(stamps, seen, strict=True):
            if facing > _VISIBLE:
                canvas.stamp_centred(stamp, x, y)
        return
    wide = len(stamps[0][0]) + len(stamps[1][0])
    gap = max(round(rx - lx - wide / 2), 1)
    start = round((lx + rx) / 2 - (gap + wide) / 2)
    foot = round((ly + ry) / 2 + max(len(s) for s in stamps) / 2)
    canvas.stamp(stamps[0], start, foot - len(stamps[0]))
    canvas.stamp(stamps[1], start + len(stamps[0][0]) + gap, foot - len(stamps[1]))


def _mouth(canvas: Canvas, head: Head, stamp: Stamp) -> None:
    at, out = head.surface(0.0, head.mouth_lift)
    x, y, facing = canvas.project(at if head.mouth is None else head.mouth, out)
    if facing > _VISIBLE:
        canvas.stamp(stamp, round(x - len(stamp[0]) / 2), round(y - 0.5))


def _cheeks(canvas: Canvas, head: Head, size: int) -> None:
    for side in (-1, 1):
        x, y, facing = canvas.project(*head.surface(side * (head.spread + 0.28), head.lift - 0.36))
        if facing > _VISIBLE:
            canvas.stamp_centred(("t" * (size + 1),) * size, x, y)


def sized(options: tuple[Stamp, ...], radius: float) -> Stamp:
    """The stamp for a head of this radius in pixels; beyond the largest one, a smaller one doubled."""
    if radius >= _DOUBLED:
        return doubled(options[_step(radius / 2)])
    return options[_step(radius)]


def eye(style: str, radius: float, *, mirrored: bool, blink: bool) -> Stamp:
    """The left or (`mirrored`) right eye of a head of this radius; a lid if it blinks."""
    big = radius >= _DOUBLED
    step = _step(radius / 2 if big else radius)
    rows = EYES[style][step]
    if blink:
        return _closed(doubled(rows) if big else rows)
    grid = [list(row[::-1] if mirrored else row) for row in rows]
    for y, x in SPARKLE.get(style, ((),) * (len(LEAST_RADIUS) + 1))[step]:
        grid[y][x] = "w"
    stamp = tuple("".join(row) for row in grid)
    return doubled(stamp) if big else stamp


def cyclops(radius: float, *, blink: bool) -> Stamp:
    """The eye of a head that has only one."""
    stamp = sized(CYCLOPS, radius)
    return _closed(stamp) if blink else stamp


def _step(radius: float) -> int:
    return sum(radius >= least for least in LEAST_RADIUS)


def doubled(stamp: Stamp) -> Stamp:
    """Twice the size, with round corners (the Scale2x rule of A. Mazzoleni, 2001)."""
    h, w = len(stamp), len(stamp[0])

    def at(y: int, x: int) -> str:
        return stamp[min(max(y, 0), h - 1)][min(max(x, 0), w - 1)]

    rows = []
    for y in range(h):
        upper, lower = "", ""
        for x in range(w):
            center, up, down, left, right = at(y, x), at(y - 1, x), at(y + 1, x), at(y, x - 1), at(y, x + 1)
            plain = up == down or left == right
            upper += center if plain or up != left else left
            upper += center if plain or up != right else right
            lower += center if plain or down != left else left
            lower += center if plain or down != right else right
        rows += [upper, lower]
    return tuple(rows)


def _closed(rows: Stamp) -> Stamp:
    width, height = len(rows[0]), len(rows)
    empty = "." * width
    lid = ["o" * width]
    if width >= 3:
        lid = ["o" + "." * (width - 2) + "o", "." + "o" * (width - 2) + "."]
    above = max((height - len(lid) + 1) // 2, 0)
    return tuple([empty] * above + lid + [empty] * max(height - above - len(lid), 0))

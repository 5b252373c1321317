"""Eyes and mouths as small hand-set pictures, each in five sizes. Knows no head.

Legend: # ink · w white · g glow · o body line · s body shade · t accent · . nothing. Eyes are those on the
left of the picture; their twins are mirrored, and SPARKLE says where the lamp is reflected in either.
"""

from __future__ import annotations

Stamp = tuple[str, ...]

ROLE = {"#": 13, "w": 14, "g": 15, "o": 1, "s": 2, "t": 11, "b": 8}
LEAST = (4.2, 5.6, 8.0, 12.6)  # the radius of a head, in pixels, from which the next larger stamp is used

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
SPARKLE: dict[str, tuple[tuple[tuple[int, int], ...], ...]] = {  # (row, column) of white, by size
    "bead": (((0, 0),), ((0, 0),), ((1, 0),), ((1, 1), (0, 1)), ((1, 2), (2, 1), (2, 2))),
    "doe": (
        ((0, 0),),
        ((0, 0),),
        ((1, 1), (0, 1)),
        ((1, 1), (1, 2), (2, 1)),
        ((1, 2), (2, 1), (2, 2), (3, 1), (3, 2), (5, 5)),
    ),
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
    "smile": (
        ("oo",),
        ("o..o", ".oo."),
        ("o...o", ".ooo."),
        ("o.....o", ".ooooo."),
        ("o.......o", ".oo...oo.", "...ooo..."),
    ),
    "open": (
        ("##",),
        ("####", ".gg."),
        ("#####", "#ggg#", ".###."),
        ("#######", ".#ggg#.", ".#ggg#.", "..###.."),
        ("#########", ".#######.", ".##ggg##.", "..#ggg#..", "...###..."),
    ),
    "cat": (
        ("oo",),
        ("o.o.o", ".o.o."),
        ("o..o..o", ".oo.oo."),
        ("o...o...o", ".ooo.ooo."),
        ("o....o....o", ".o..o.o..o.", "..oo...oo.."),
    ),
    "fang": (
        ("oo",),
        ("oooo", "w..w"),
        ("ooooo", ".w.w."),
        ("ooooooo", ".w...w.", ".w...w."),
        ("ooooooooo", ".ww...ww.", ".w.....w."),
    ),
    "grin": (
        ("##",),
        ("####", ".ww."),
        ("#####", "#w#w#", ".###."),
        ("#######", "#w#w#w#", "#w#w#w#", ".#####."),
        ("#########", "#w#w#w#w#", "#########", ".#w#w#w#.", "..#####.."),
    ),
    "line": (("oo",), ("ooo",), ("oooo",), ("ooooo",), ("ooooooo",)),
    "tongue": (
        ("oo",),
        ("oooo", "..g."),
        ("ooooo", "..gg.", "...g."),
        ("ooooooo", "...ggg.", "....g.."),
        ("o.......o", ".ooooooo.", "....ggg..", "....ggg..", ".....g..."),
    ),
}


_DOUBLED = 19.0  # the radius from which a smaller stamp is drawn twice its size


def sized(options: tuple[Stamp, ...], radius: float) -> Stamp:
    """The stamp that suits a head of this radius, in pixels; beyond the largest, a smaller one doubled."""
    if radius >= _DOUBLED:
        return doubled(options[_step(radius / 2)])
    return options[_step(radius)]


def eye(style: str, radius: float, *, mirrored: bool, blink: bool) -> Stamp:
    """The left or, `mirrored`, the right eye of a head of this radius; a lid if it blinks."""
    big = radius >= _DOUBLED
    step = _step(radius / 2 if big else radius)
    rows = EYES[style][step]
    if blink:
        return _closed(doubled(rows) if big else rows)
    grid = [list(row[::-1] if mirrored else row) for row in rows]
    for y, x in SPARKLE.get(style, ((),) * (len(LEAST) + 1))[step]:
        grid[y][x] = "w"
    stamp = tuple("".join(row) for row in grid)
    return doubled(stamp) if big else stamp


def cyclops(radius: float, *, blink: bool) -> Stamp:
    """The one eye of a head that has but one."""
    stamp = sized(CYCLOPS, radius)
    return _closed(stamp) if blink else stamp


def _step(radius: float) -> int:
    return sum(radius >= least for least in LEAST)


def doubled(stamp: Stamp) -> Stamp:
    """Twice the size with its corners kept round (the Scale2x rule of A. Mazzoleni, 2001)."""
    h, w = len(stamp), len(stamp[0])

    def at(y: int, x: int) -> str:
        return stamp[min(max(y, 0), h - 1)][min(max(x, 0), w - 1)]

    rows = []
    for y in range(h):
        upper, lower = "", ""
        for x in range(w):
            here, up, down, left, right = at(y, x), at(y - 1, x), at(y + 1, x), at(y, x - 1), at(y, x + 1)
            plain = up == down or left == right
            upper += here if plain or up != left else left
            upper += here if plain or up != right else right
            lower += here if plain or down != left else left
            lower += here if plain or down != right else right
        rows += [upper, lower]
    return tuple(rows)


def _closed(rows: Stamp) -> Stamp:
    """A lid: a curved line where the middle of the eye was."""
    width, height = len(rows[0]), len(rows)
    empty = "." * width
    lid = ["o" * width]
    if width >= 3:
        lid = ["o" + "." * (width - 2) + "o", "." + "o" * (width - 2) + "."]
    above = max((height - len(lid) + 1) // 2, 0)
    return tuple([empty] * above + lid + [empty] * max(height - above - len(lid), 0))

"""The humanoid body: two legs, two arms, clothes, something on the head."""

from __future__ import annotations

from dataclasses import dataclass

from spriteloom.data.procedural.body import Body
from spriteloom.data.procedural.plans.parts import SIDES, arm, belly, leg, skull, spine
from spriteloom.data.procedural.solids import Material, Point, Vec, vec


@dataclass(frozen=True)
class _Frame:
    """The measures for limbs and clothes; heights above the ground."""

    hips: float
    chest: float
    broad: float  # half the width of the shoulders
    thick: float  # of a leg
    cloth: Material


def humanoid(b: Body) -> None:
    """A person, more or less, with a large head."""
    g = b.chance
    length = g.between(8.5, 12.0)
    cloth = g.pick((Material.ACCENT, Material.ACCENT, Material.DEEP))
    f = _Frame(length + 2.5, length + 9.5, g.between(6.2, 8.6), g.between(2.9, 3.7), cloth)
    wear = g.pick((_robe, _tunic, _jersey, _jersey))
    breath = b.pose.breath * 0.35
    b.lump((0, f.hips, 0), (f.broad * 0.64, 4.0, 4.0), cloth, tag="suit", soft=2.0)
    b.limb([(0, f.hips, 0), (0, f.chest - 2, 0.3)], [4.0, f.broad * 0.6], tag="body", soft=3.0)
    b.lump((0, f.chest + breath * 0.6, 0.4), (f.broad, 5.4, 5.2), soft=3.0)
    r = g.between(9.2, 10.8)
    top = f.chest + 3.4 + r * 0.8 + breath
    skull(b, (0, top, 1.0), r, wide=g.between(0.96, 1.1), tall=g.between(0.94, 1.04), turn=0.3 * b.gaze)
    g.pick((_hair, _hair, _hood, _helmet, lambda *_: None))(b, vec(0, top, 1.0), r)
    _legs(b, f, g.between(0.7, 1.05))
    wear(b, f)
    _arms(b, f)
    if g.happens(0.3):
        _cape(b, f.chest, f.broad)
    at = [(0, top, -r), (0, f.chest + 2, -5), (0, f.chest - 4, -4.5)]
    spine(b, at, [(0, 0.4, -1), (0, 0.2, -1), (0, 0, -1)], [5, 6, 5])
    b.spot("neck", (0, f.chest + 3.6, 0.5), (0, 1, 0), f.broad * 0.85)


def _legs(b: Body, f: _Frame, stance: float) -> None:
    booted, t = b.chance.happens(0.6), f.thick
    for side in SIDES:
        x, y, z = side * f.broad * stance * 0.84, t * 0.8, 0.2
        hip = (side * f.broad * 0.42, f.hips - 0.5, 0)
        leg(b, hip, (x, y, z), t * 1.08, claws=0, knee=(side * 0.8, 0, 0.8), foot_size=t * 1.2)
        if booted:
            shoe = (x, y + t * 0.1, z + t * 0.35)
            b.lump(shoe, (t * 1.34, t * 0.98, t * 1.75), f.cloth, tag="suit", soft=0.0)
            shaft = [(x, y, z), (x * 0.96, y + t * 1.25, z + 0.2)]
            b.limb(shaft, [t * 1.0, t * 1.06], f.cloth, tag="suit", soft=0.0)


def _robe(b: Body, f: _Frame) -> None:
    """Cloth to the ground, with a seam of another color."""
    waist, hem = f.broad * 0.72, f.broad * b.chance.between(1.3, 1.6)
    seam = Material.PALE if f.cloth is Material.ACCENT else Material.ACCENT
    b.skirt((0, f.chest - 1.0, 0), (0, 2.0, 0), waist, hem, f.cloth)
    b.skirt((0, 4.2, 0), (0, 1.6, 0), waist + (hem - waist) * 0.9, hem * 1.02, seam)


def _tunic(b: Body, f: _Frame) -> None:
    """A belted skirt to the knee."""
    hem = f.broad * b.chance.between(1.2, 1.4)
    b.skirt((0, f.hips + 2.0, 0), (0, f.hips - 4.5, 0), f.broad * 0.68, hem, f.cloth)
    belt = (f.broad * 0.74, 1.3, f.broad * 0.72)
    b.crisp_lump((0, f.hips + 2.2, 0), belt, Material.DEEP, tag="suit")


def _jersey(b: Body, f: _Frame) -> None:
    """A tight shirt over the chest, and a belt."""
    chest = (f.broad * 0.97, 5.9, 5.6)
    b.lump((0, f.chest - 1.0 + b.pose.breath * 0.2, 0.4), chest, f.cloth, tag="suit", soft=1.0)
    if b.chance.happens(0.5):
        belly(b, (0, f.chest - 1.5, 5.5), (f.broad * 0.6, 5.6, 4.6))
    belt = (f.broad * 0.72, 1.4, 4.6)
    b.crisp_lump((0, f.hips + 2.4, 0), belt, Material.BELLY, tag="suit")


def _hair(b: Body, at: Vec, r: float) -> None:
    """A shell around the back of the head, locks beside the face, a fringe."""
    shell = at + vec(0, r * 0.16, -r * 0.3)
    hair = Material.ACCENT
    b.crisp_lump(shell, (r * 1.1, r * 1.02, r * 1.02), hair, tag="hair")
    long = b.chance.pick((0.0, 0.7, 1.1))
    for side in SIDES:
        lock = [
            shell + vec(side * r * 0.8, r * 0.3, r * 0.35),
            shell + vec(side * r * 1.06, -r * (0.3 + long * 0.5), r * 0.3),
            shell + vec(side * r * (0.9 + 0.2 * long), -r * (0.6 + long), r * 0.2),
        ]
        b.limb(lock, [r * 0.28, r * 0.26, 0.7], hair, tag="hair", soft=1.5)
    for x in (-0.5, 0.0, 0.5):
        root = shell + vec(x * r, r * 0.78, r * 0.62)
        b.horn(root, (x * 0.7, -0.6, 0.6), r * 0.36, r * 0.22, material=hair)


def _hood(b: Body, at: Vec, r: float) -> None:
    shell = at + vec(0, r * 0.1, -r * 0.34)
    cloth = b.chance.pick((Material.DEEP, Material.ACCENT))
    b.crisp_lump(shell, (r * 1.1, r * 1.02, r * 1.02), cloth, tag="hair")


def _helmet(b: Body, at: Vec, r: float) -> None:
    """Polished, with a crest."""
    shell = at + vec(0, r * 0.2, -r * 0.24)
    b.crisp_lump(shell, (r * 1.1, r * 1.02, r * 1.02), Material.METAL, tag="hair")
    crest = [(-0.8, 0.0), (-0.7, 0.5), (0.1, 0.72), (0.95, 0.3), (1.2, -0.4), (0.6, -0.2)]
    plume = [(x * r, y * r) for x, y in crest]
    b.plate(shell + vec(0, r * 0.7, 0), (0, 0.25, -1), (0, 1, 0.25), plume, Material.ACCENT)


def _arms(b: Body, f: _Frame) -> None:
    g = b.chance
    left, right = g.pick(_STANCES)
    claws, palm = g.pick((0, 0, 0, 3)), f.thick * g.between(1.05, 1.55)
    glove, padded = g.pick((Material.BODY, Material.BODY, f.cloth)), g.happens(0.35)
    for side, stance in ((-1, left), (1, right)):
        shoulder = (side * f.broad * 0.9, f.chest + 2.2 + b.pose.breath * 0.35, 0.4)
        elbow, hand = _reach(f, side, b.pose.sway * 0.6)[stance]
        arm(b, shoulder, elbow, hand, f.thick * 0.86, palm=palm, claws=claws, material=glove)
        if padded:
            at = (shoulder[0] + side * 0.8, shoulder[1] + 1.4, shoulder[2])
            b.crisp_lump(at, (3.8, 3.0, 3.8), Material.ACCENT, tag="suit")
        b.spot("shoulders", (side * (f.broad + 0.5), f.chest + 4.2, 0), (side, 0.9, 0), 4.5)


def _reach(f: _Frame, side: int, swing: float) -> dict[str, tuple[Point, Point]]:
    """Elbow and hand of an arm, for each thing it can do."""
    x = f.broad
    return {
        "akimbo": ((side * (x + 5.8), f.chest - 4.0, 0), (side * (x + 1.2), f.hips + swing * 0.5, 4.5)),
        "guard": ((side * (x + 5.0), f.chest - 3.5, 3), (side * (x + 4.6), f.chest + 4 + swing, 7)),
        "relaxed": ((side * (x + 3.4), f.chest - 5, 0), (side * (x + 4.2), f.hips - 2.5 + swing, 3)),
        "spread": ((side * (x + 4.5), f.chest - 0.5, 0.5), (side * (x + 8.0), f.chest - 1 + swing, 2.5)),
    }


_STANCES = (  # of the left and the right arm
    ("akimbo", "akimbo"), ("guard", "guard"), ("relaxed", "relaxed"),
    ("relaxed", "guard"), ("akimbo", "guard"), ("spread", "spread"),
)  # fmt: skip


def _cape(b: Body, chest: float, broad: float) -> None:
    """Cloth from the shoulders to the heels, behind the body."""
    flow, low = b.pose.sway * 0.8, -chest + 1.5
    hem = [(x * broad + flow, low + up) for x, up in ((-1.5, 1.5), (-0.5, 0.0), (0.5, 1.5), (1.5, 0.0))]
    left_fold = (-broad * 0.3, -4, -broad * 0.5 + flow, low + 0.5)
    right_fold = (broad * 0.4, -5, broad * 0.6 + flow, low + 1.5)
    outline = [(broad * 0.95, 0), (-broad * 0.95, 0), *hem]
    b.plate((0, chest + 3.5, -4.6), (1, 0, 0), (0, 1, 0.12), outline, ribs=[left_fold, right_fold], curl=0.5)

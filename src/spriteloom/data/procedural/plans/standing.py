"""Plans that stand on legs: upright, humanoid, quadruped."""

from __future__ import annotations

from spriteloom.data.procedural.body import Body
from spriteloom.data.procedural.plans.parts import SIDES, arm, belly, gait, leg, muzzle, skull, spine, tail
from spriteloom.data.procedural.solids import Material, Vec, vec


def upright(b: Body) -> None:
    """Two legs, two short arms, a tail."""
    g = b.chance
    girth, length = g.between(8.5, 11.0), g.between(5.5, 8.0)
    breath = b.pose.breath * 0.35
    waist = length + girth * 0.75
    chest = waist + girth * 0.85
    b.lump((0, waist, 0), (girth, girth * 0.98, girth * 0.9), soft=4.0)
    b.lump((0, chest + breath * 0.5, 0.5), (girth * 0.76, girth * 0.8, girth * 0.7), soft=4.0)
    r = g.between(9.0, 10.5)
    top = chest + girth * 0.55 + r * 0.72 + breath
    head = skull(b, (0, top, 2.0), r, wide=g.between(1.0, 1.12), tall=g.between(0.9, 1.0), turn=0.4 * b.gaze)
    snouted = g.happens(0.55)
    if snouted:
        muzzle(b, head, length=g.between(0.35, 0.8), width=g.between(0.48, 0.62), material=g.pick((Material.BODY, Material.BELLY)))
    belly(b, (0, waist - 0.5, girth * 0.85), (girth * 0.72, girth * 1.25, girth * 0.72))
    claws = gait(b)
    thick = girth * g.between(0.4, 0.5)
    for side in SIDES:
        leg(b, (side * girth * 0.62, waist - girth * 0.2, 0.5), (side * girth * 0.74, thick * 0.75, 1.0), thick * 1.1,
            claws=claws, knee=(side * 1.2, 0, 1.2), foot_size=thick * 1.15)  # fmt: skip
        lift = g.pick((0.0, 0.0, 4.0))
        arm(b, (side * girth * 0.66, chest + girth * 0.2 + breath, 1.5), (side * (girth * 0.98 + 1), chest - girth * 0.28, 3.5),
            (side * (girth * 0.95 + lift * 0.5), chest - girth * 0.5 + lift + b.pose.sway * 0.4, girth * 0.62 + 2.5),
            girth * 0.26, palm=girth * 0.29, claws=claws)  # fmt: skip
        b.spot("shoulders", (side * girth * 0.72, chest + girth * 0.45, -0.5), (side, 0.8, -0.2), 5)
    side = -1
    up = g.between(2, 14)
    tail(b, [(0, waist - girth * 0.4, -girth * 0.6), (side * -girth * 0.7, waist - girth * 0.75, -girth * 1.35),
             (side * -girth * 1.5, waist - girth * 0.3 + up * 0.3, -girth * 1.5), (side * -girth * 1.75, waist + up, -girth * 1.35)],
         girth * 0.46)  # fmt: skip
    spine(b, [(0, top + r * 0.4, -r * 0.75), (0, chest + girth * 0.35, -girth * 0.65), (0, waist, -girth * 0.88)],
          [(0, 0.5, -0.9), (0, 0.3, -1), (0, 0.1, -1)], [5.5, 6.5, 6])  # fmt: skip


def humanoid(b: Body) -> None:
    """Two legs, two arms with hands, clothes, no tail."""
    g = b.chance
    length, breath = g.between(8.5, 12.0), b.pose.breath * 0.35
    broad = g.between(6.2, 8.6)
    hips, chest = length + 2.5, length + 9.5
    outfit = g.pick(("robe", "tunic", "boots", "boots"))
    cloth = g.pick((Material.ACCENT, Material.ACCENT, Material.DEEP))
    b.lump((0, hips, 0), (broad * 0.64, 4.0, 4.0), Material.BODY if outfit == "robe" else cloth, tag="suit", soft=2.0)
    b.limb([(0, hips, 0), (0, chest - 2, 0.3)], [4.0, broad * 0.6], tag="body", soft=3.0)
    b.lump((0, chest + breath * 0.6, 0.4), (broad, 5.4, 5.2), soft=3.0)
    r = g.between(9.2, 10.8)
    top = chest + 3.4 + r * 0.8 + breath
    skull(b, (0, top, 1.0), r, wide=g.between(0.96, 1.1), tall=g.between(0.94, 1.04), turn=0.3 * b.gaze)
    _headgear(b, vec(0, top, 1.0), r, cloth)
    if g.happens(0.6):
        belly(b, (0, chest - 1.5, 5.5), (broad * 0.6, 5.6, 4.6))
    thick = g.between(2.9, 3.7)
    stance = g.between(0.7, 1.05)
    for side in SIDES:
        foot_at = (side * broad * stance * 0.84, thick * 0.8, 0.2)
        leg(b, (side * broad * 0.42, hips - 0.5, 0), foot_at, thick * 1.08, claws=0, knee=(side * 0.8, 0, 0.8), foot_size=thick * 1.2)
        if outfit == "boots":
            x, y, z = foot_at
            b.lump((x, y + thick * 0.1, z + thick * 0.35), (thick * 1.34, thick * 0.98, thick * 1.75), cloth, tag="suit", soft=0.0)
            b.limb([(x, y, z), (x * 0.96, y + thick * 1.25, z + 0.2)], [thick * 1.0, thick * 1.06], cloth, tag="suit", soft=0.0)
    if outfit == "robe":
        waist, hem = broad * 0.72, broad * g.between(1.3, 1.6)
        b.skirt((0, chest - 1.0, 0), (0, 2.0, 0), waist, hem, cloth)
        b.skirt((0, 4.2, 0), (0, 1.6, 0), waist + (hem - waist) * 0.9, hem * 1.02, Material.PALE if cloth is Material.ACCENT else Material.ACCENT)
    elif outfit == "tunic":
        b.skirt((0, hips + 2.0, 0), (0, hips - 4.5, 0), broad * 0.68, broad * g.between(1.2, 1.4), cloth)
        b.lump((0, hips + 2.2, 0), (broad * 0.74, 1.3, broad * 0.72), Material.DEEP, tag="suit", soft=0.0, crisp=True)
    _arms_of(b, chest, hips, broad, thick, Material.ACCENT if outfit == "boots" else Material.BODY)
    if g.happens(0.3):
        _cape(b, chest, broad)
    spine(b, [(0, top, -r), (0, chest + 2, -5), (0, chest - 4, -4.5)], [(0, 0.4, -1), (0, 0.2, -1), (0, 0, -1)], [5, 6, 5])
    b.spot("neck", (0, chest + 3.6, 0.5), (0, 1, 0), broad * 0.85)


def _headgear(b: Body, at: Vec, r: float, cloth: Material) -> None:
    """Hair, a hood or a helmet: a shell around the back of the head, out of which the face looks."""
    g = b.chance
    kind = g.pick(("hair", "hair", "hood", "helmet", "bare"))
    if kind == "bare":
        return
    material = {"hair": Material.ACCENT, "hood": cloth, "helmet": Material.METAL}[kind]
    rise, fall = {"hair": (0.16, 0.3), "hood": (0.1, 0.34), "helmet": (0.2, 0.24)}[kind]
    shell = at + vec(0, r * rise, -r * fall)
    b.lump(shell, (r * 1.1, r * 1.02, r * 1.02), material, tag="hair", soft=0.0, crisp=True)
    if kind == "hair":
        long = g.pick((0.0, 0.7, 1.1))
        for side in SIDES:
            b.limb([shell + vec(side * r * 0.8, r * 0.3, r * 0.35), shell + vec(side * r * 1.06, -r * (0.3 + long * 0.5), r * 0.3),
                    shell + vec(side * r * (0.9 + 0.2 * long), -r * (0.6 + long), r * 0.2)],
                   [r * 0.28, r * 0.26, 0.7], material, tag="hair", soft=1.5)  # fmt: skip
        for k in range(3):
            x = (k - 1) * 0.5
            b.horn(shell + vec(x * r, r * 0.72, r * 0.72), (x * 0.6, -0.75, 0.55), r * 0.46, r * 0.24, material=material)
    elif kind == "helmet":
        b.plate(shell + vec(0, r * 0.7, 0), (0, 0.25, -1), (0, 1, 0.25), [(-r * 0.8, 0), (-r * 0.7, r * 0.5), (r * 0.1, r * 0.72),
                (r * 0.95, r * 0.3), (r * 1.2, -r * 0.4), (r * 0.6, -r * 0.2)], Material.ACCENT)  # fmt: skip


def _arms_of(b: Body, chest: float, hips: float, broad: float, thick: float, glove: Material) -> None:
    g = b.chance
    pose, claws = g.pick(("akimbo", "guard", "relaxed", "wave", "out")), g.pick((0, 0, 0, 3))
    palm = thick * g.between(1.05, 1.55)
    padded = g.happens(0.35)
    for side in SIDES:
        s = (side * broad * 0.9, chest + 2.2 + b.pose.breath * 0.35, 0.4)
        swing = b.pose.sway * 0.6
        if pose == "guard" or (pose == "wave" and side > 0):
            elbow, hand = (side * (broad + 5.0), chest - 3.5, 3), (side * (broad + 4.6), chest + 4 + swing, 7)
        elif pose == "akimbo":
            elbow, hand = (side * (broad + 5.8), chest - 4.0, 0), (side * (broad + 1.2), hips + swing * 0.5, 4.5)
        elif pose == "out":
            elbow, hand = (side * (broad + 4.5), chest - 0.5, 0.5), (side * (broad + 8.0), chest - 1 + swing, 2.5)
        else:
            elbow, hand = (side * (broad + 3.4), chest - 5, 0), (side * (broad + 4.2), hips - 2.5 + swing, 3)
        arm(b, s, elbow, hand, thick * 0.86, palm=palm, claws=claws, material=glove)
        if padded:
            b.lump((s[0] + side * 0.8, s[1] + 1.4, s[2]), (3.8, 3.0, 3.8), Material.ACCENT, tag="suit", soft=0.0, crisp=True)
        b.spot("shoulders", (side * (broad + 0.5), chest + 4.2, 0), (side, 0.9, 0), 4.5)


def _cape(b: Body, chest: float, broad: float) -> None:
    """Cloth from the shoulders to the heels, behind the body."""
    flow = b.pose.sway * 0.8
    hem = [(-broad * 1.5 + flow, -chest + 3.0), (-broad * 0.5 + flow, -chest + 1.5), (broad * 0.5 + flow, -chest + 3.0), (broad * 1.5 + flow, -chest + 1.5)]
    b.plate((0, chest + 3.5, -4.6), (1, 0, 0), (0, 1, 0.12), [(broad * 0.95, 0), (-broad * 0.95, 0), *hem], Material.ACCENT,
            ribs=[(-broad * 0.3, -4, -broad * 0.5 + flow, -chest + 2), (broad * 0.4, -5, broad * 0.6 + flow, -chest + 3)], curl=0.5)  # fmt: skip


def quadruped(b: Body) -> None:
    """Four legs, seen from ahead and to one side."""
    g = b.chance
    build = g.pick(("cub", "cub", "hound", "hulk"))
    girth = {"cub": 8.0, "hound": 7.2, "hulk": 10.5}[build] * g.between(0.94, 1.06)
    length = {"cub": 8.0, "hound": 11.5, "hulk": 12.0}[build]
    height = {"cub": 7.0, "hound": 11.5, "hulk": 8.0}[build]
    r = {"cub": 10.2, "hound": 8.2, "hulk": 9.2}[build] * g.between(0.96, 1.06)
    breath = b.pose.breath * 0.3
    y = height + girth * 0.72
    b.lump((0, y + breath, length * 0.55), (girth, girth * 1.02, girth), soft=4.0)
    b.lump((0, y - 0.4, -length * 0.75), (girth * 0.95, girth * 0.95, girth * 1.0), soft=4.0)
    b.limb([(0, y, length * 0.5), (0, y - 0.5, -length * 0.7)], [girth * 0.93, girth * 0.86], tag="body", soft=4.0)
    neck = {"cub": 4.0, "hound": 8.0, "hulk": 1.0}[build]
    hx, hy, hz = 0.0, y + girth * 0.45 + neck + breath, length * 0.55 + girth * 0.75 + r * 0.25
    b.limb([(0, y + girth * 0.2, length * 0.6), (hx, hy - r * 0.3, hz - r * 0.3)], [girth * 0.72, r * 0.62], tag="body", soft=4.0)
    head = skull(b, (hx, hy, hz), r, wide=1.05, tall=0.94, turn=0.6 * b.gaze)
    if build != "cub" or g.happens(0.5):
        muzzle(b, head, length={"cub": 0.35, "hound": 0.9, "hulk": 0.6}[build], width=0.5,
               material=g.pick((Material.BODY, Material.BELLY)))  # fmt: skip
    belly(b, (0, y - girth * 0.9, length * 0.6), (girth * 0.8, girth * 1.1, girth * 1.6))
    claws = gait(b)
    thick = girth * {"cub": 0.40, "hound": 0.34, "hulk": 0.46}[build]
    socks = Material.ACCENT if g.happens(0.3) else Material.BODY
    for side in SIDES:
        for z in (length * 0.75, -length * 0.95):
            hip, ankle = (side * girth * 0.62, y - girth * 0.3, z), (side * girth * 0.7, thick * 0.8, z + 1.0)
            leg(b, hip, ankle, thick * (1.12 if z < 0 else 1.0), claws=claws, knee=(side * 0.5, 0, 0.8 if z > 0 else -0.8),
                foot_size=thick * 1.12)  # fmt: skip
            if socks is Material.ACCENT:
                b.lump((ankle[0], thick * 1.7, z + 0.8), (thick * 0.98, thick * 0.7, thick * 0.98), socks, tag="limb", soft=1.0)
    rump = (0, y + girth * 0.45, -length * 0.75 - girth * 0.75)
    style = g.pick(("up", "out", "curl"))
    ends = {
        "up": [(0, 3, -4), (1.5, 9, -5), (2.5, 15, -3)],
        "out": [(0.5, 1, -5), (2, 3, -10), (3.5, 7, -14)],
        "curl": [(0, 4, -4), (1, 10, -7), (3, 13, -2)],
    }[style]
    tail(b, [rump, *(vec(*rump) + vec(*e) for e in ends)], girth * 0.34, tip=0.4)
    spine(b, [(0, y + girth * 0.98, z) for z in (length * 0.2, -length * 0.35, -length * 0.9)],
          [(0, 1, 0.0), (0, 1, -0.1), (0, 1, -0.3)], [6.5, 7, 6])  # fmt: skip
    for side in SIDES:
        b.spot("shoulders", (side * girth * 0.8, y + girth * 0.55, length * 0.3), (side, 0.8, -0.2), 6)
    b.spot("mane", (0, hy - r * 0.55, hz - r * 0.55), (0, 0, 1), r)

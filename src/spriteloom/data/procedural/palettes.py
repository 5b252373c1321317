"""The colors of each type: sixteen roles, each with a fixed palette index.

0 clear · 1 body line · 2 body shade · 3 body · 4 body light · 5 body glint · 6 belly shade · 7 belly · 8 belly light
9 accent line · 10 accent shade · 11 accent · 12 accent light
13 ink (pupils, mouths) · 14 white (eyes, teeth) · 15 glow (irises, gems, tongues)
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from spriteloom.data.procedural.chance import Chance
from spriteloom.pixels.arrays import Bytes

LCH = tuple[float, float, float]  # lightness 0..1, chroma 0..0.37, hue in degrees (OKLCH)
RGB = tuple[int, int, int]

_COOL, _WARM = 285.0, 85.0  # hues that shadows and lights approach
LINES = (1, 9)  # the roles an outline is drawn in
COLORED = (2, 3, 4, 5, 6, 7, 8, 10, 11, 12)  # the roles that decide its color word
N_ROLES = 16


@dataclass(frozen=True)
class Scheme:
    """Middle tones in OKLCH."""

    body: LCH
    belly: LCH
    accent: LCH
    glow: LCH


# type, then body, belly, accent and glow of each scheme
_TABLE: tuple[tuple[str, LCH, LCH, LCH, LCH], ...] = (
    ("normal", (0.70, 0.075, 70), (0.90, 0.045, 88), (0.50, 0.085, 50), (0.70, 0.15, 20)),
    ("normal", (0.80, 0.055, 80), (0.93, 0.025, 90), (0.62, 0.11, 30), (0.62, 0.12, 240)),
    ("normal", (0.62, 0.030, 60), (0.86, 0.030, 80), (0.78, 0.09, 75), (0.66, 0.14, 145)),
    ("fire", (0.66, 0.190, 42), (0.88, 0.100, 85), (0.76, 0.185, 68), (0.90, 0.16, 100)),
    ("fire", (0.56, 0.200, 28), (0.84, 0.110, 75), (0.80, 0.175, 78), (0.92, 0.15, 103)),
    ("fire", (0.40, 0.045, 20), (0.58, 0.080, 40), (0.72, 0.200, 52), (0.90, 0.17, 98)),
    ("water", (0.62, 0.140, 248), (0.90, 0.045, 215), (0.50, 0.150, 262), (0.75, 0.13, 200)),
    ("water", (0.70, 0.110, 215), (0.92, 0.050, 100), (0.68, 0.150, 40), (0.55, 0.16, 255)),
    ("water", (0.50, 0.130, 264), (0.80, 0.070, 220), (0.76, 0.110, 195), (0.82, 0.15, 90)),
    ("grass", (0.68, 0.160, 140), (0.90, 0.085, 112), (0.52, 0.130, 150), (0.70, 0.17, 10)),
    ("grass", (0.74, 0.130, 128), (0.92, 0.060, 100), (0.70, 0.160, 5), (0.62, 0.18, 30)),
    ("grass", (0.56, 0.110, 158), (0.82, 0.090, 130), (0.78, 0.160, 120), (0.85, 0.15, 95)),
    ("electric", (0.85, 0.170, 95), (0.95, 0.070, 102), (0.40, 0.060, 50), (0.64, 0.20, 28)),
    ("electric", (0.82, 0.165, 86), (0.94, 0.050, 95), (0.56, 0.160, 255), (0.80, 0.13, 205)),
    ("electric", (0.52, 0.120, 258), (0.80, 0.060, 240), (0.88, 0.175, 100), (0.90, 0.17, 103)),
    ("ice", (0.83, 0.065, 222), (0.95, 0.020, 220), (0.66, 0.120, 245), (0.60, 0.16, 265)),
    ("ice", (0.76, 0.085, 238), (0.95, 0.020, 240), (0.90, 0.065, 200), (0.62, 0.15, 300)),
    ("ice", (0.90, 0.028, 220), (0.82, 0.060, 225), (0.62, 0.110, 285), (0.60, 0.15, 250)),
    ("fighting", (0.57, 0.130, 32), (0.84, 0.065, 70), (0.88, 0.025, 85), (0.80, 0.15, 85)),
    ("fighting", (0.66, 0.090, 55), (0.86, 0.050, 75), (0.50, 0.180, 25), (0.55, 0.16, 30)),
    ("fighting", (0.55, 0.065, 245), (0.84, 0.030, 80), (0.56, 0.185, 28), (0.80, 0.15, 80)),
    ("poison", (0.56, 0.160, 312), (0.82, 0.075, 320), (0.76, 0.170, 128), (0.84, 0.19, 122)),
    ("poison", (0.64, 0.135, 325), (0.86, 0.060, 330), (0.48, 0.140, 295), (0.66, 0.20, 20)),
    ("poison", (0.60, 0.110, 135), (0.84, 0.080, 118), (0.56, 0.180, 318), (0.62, 0.20, 330)),
    ("ground", (0.68, 0.100, 68), (0.88, 0.060, 85), (0.48, 0.080, 50), (0.62, 0.16, 35)),
    ("ground", (0.58, 0.095, 52), (0.82, 0.070, 75), (0.78, 0.095, 80), (0.60, 0.13, 240)),
    ("ground", (0.74, 0.085, 80), (0.90, 0.040, 85), (0.58, 0.120, 40), (0.55, 0.14, 150)),
    ("flying", (0.72, 0.090, 245), (0.95, 0.015, 230), (0.54, 0.150, 262), (0.82, 0.15, 85)),
    ("flying", (0.90, 0.020, 240), (0.97, 0.010, 90), (0.62, 0.180, 28), (0.60, 0.15, 250)),
    ("flying", (0.66, 0.085, 285), (0.92, 0.030, 90), (0.82, 0.140, 85), (0.65, 0.18, 25)),
    ("psychic", (0.70, 0.150, 352), (0.91, 0.050, 350), (0.82, 0.140, 88), (0.70, 0.14, 210)),
    ("psychic", (0.60, 0.150, 300), (0.88, 0.050, 310), (0.80, 0.120, 195), (0.88, 0.15, 190)),
    ("psychic", (0.84, 0.070, 80), (0.94, 0.030, 85), (0.62, 0.160, 320), (0.60, 0.20, 345)),
    ("bug", (0.72, 0.160, 122), (0.88, 0.100, 105), (0.58, 0.190, 30), (0.62, 0.21, 28)),
    ("bug", (0.58, 0.120, 135), (0.84, 0.110, 100), (0.80, 0.165, 88), (0.84, 0.17, 92)),
    ("bug", (0.64, 0.170, 38), (0.86, 0.080, 85), (0.42, 0.060, 290), (0.80, 0.16, 130)),
    ("rock", (0.60, 0.035, 75), (0.80, 0.035, 85), (0.72, 0.120, 70), (0.80, 0.16, 80)),
    ("rock", (0.55, 0.040, 40), (0.76, 0.045, 65), (0.46, 0.040, 60), (0.66, 0.19, 35)),
    ("rock", (0.62, 0.025, 240), (0.82, 0.020, 230), (0.70, 0.120, 180), (0.82, 0.14, 175)),
    ("ghost", (0.47, 0.110, 295), (0.68, 0.090, 300), (0.78, 0.120, 330), (0.84, 0.17, 350)),
    ("ghost", (0.40, 0.060, 275), (0.62, 0.060, 280), (0.80, 0.140, 165), (0.90, 0.17, 150)),
    ("ghost", (0.80, 0.030, 290), (0.92, 0.018, 290), (0.52, 0.140, 290), (0.72, 0.19, 20)),
    ("dragon", (0.50, 0.150, 276), (0.82, 0.080, 80), (0.62, 0.190, 32), (0.82, 0.16, 88)),
    ("dragon", (0.62, 0.100, 190), (0.86, 0.070, 95), (0.50, 0.140, 285), (0.70, 0.20, 35)),
    ("dragon", (0.54, 0.170, 25), (0.85, 0.085, 85), (0.44, 0.070, 260), (0.84, 0.16, 95)),
    ("dark", (0.36, 0.030, 280), (0.58, 0.035, 285), (0.56, 0.200, 25), (0.62, 0.22, 25)),
    ("dark", (0.42, 0.045, 250), (0.66, 0.035, 240), (0.80, 0.150, 90), (0.86, 0.16, 95)),
    ("dark", (0.40, 0.060, 320), (0.62, 0.050, 325), (0.74, 0.070, 215), (0.84, 0.12, 200)),
    ("steel", (0.70, 0.025, 245), (0.86, 0.014, 240), (0.50, 0.060, 250), (0.64, 0.20, 27)),
    ("steel", (0.62, 0.040, 235), (0.82, 0.020, 235), (0.80, 0.130, 85), (0.78, 0.14, 200)),
    ("steel", (0.76, 0.018, 200), (0.90, 0.010, 200), (0.58, 0.130, 190), (0.84, 0.16, 130)),
    ("fairy", (0.83, 0.085, 355), (0.95, 0.025, 350), (0.66, 0.160, 355), (0.62, 0.15, 255)),
    ("fairy", (0.88, 0.050, 310), (0.96, 0.018, 320), (0.78, 0.130, 350), (0.66, 0.16, 300)),
    ("fairy", (0.92, 0.035, 85), (0.97, 0.015, 90), (0.76, 0.130, 5), (0.68, 0.14, 165)),
)
SCHEMES = {kind: tuple(Scheme(*row[1:]) for row in _TABLE if row[0] == kind) for kind, *_ in _TABLE}


def choose(types: tuple[str, ...], chance: Chance) -> Scheme:
    """The colors of a creature: body and belly of its first type, accent and glow of its last."""
    first = chance.pick(SCHEMES[types[0]])
    body = _jitter(first.body, chance)
    belly = _jitter(first.belly, chance)
    other = chance.pick(SCHEMES[types[1]]) if len(types) > 1 else first
    accent = _apart(other.body if len(types) > 1 else first.accent, other.accent, body)
    return Scheme(body=body, belly=belly, accent=_jitter(accent, chance), glow=other.glow)


def shiny(scheme: Scheme, chance: Chance) -> Scheme:
    """Other colors for the same creature: clearly other hues; greys get a color."""
    turn = chance.between(70, 290)
    if chance.happens(0.2):  # gold
        accent = _turned(scheme.accent, turn)
        return Scheme(body=(0.80, 0.15, 88), belly=(0.94, 0.05, 95), accent=accent, glow=scheme.glow)
    return Scheme(
        body=_turned(scheme.body, turn),
        belly=_turned(scheme.belly, turn),
        accent=_turned(scheme.accent, turn + chance.between(-40, 40)),
        glow=_turned(scheme.glow, turn + 150),
    )


def colors(scheme: Scheme) -> Bytes:
    """The sixteen colors of a scheme by role: uint8 (16, 4), RGBA, index 0 clear."""
    body, belly, accent = scheme.body, scheme.belly, scheme.accent
    tones = [
        _line(body), shade(body, -1.05), body, shade(body, 0.95), shade(body, 2.0),
        shade(belly, -0.85), belly, shade(belly, 1.1),
        _line(accent), shade(accent, -1.0), accent, shade(accent, 1.1),
        (0.19, 0.035, 285.0), (0.985, 0.006, 95.0), scheme.glow,
    ]  # fmt: skip
    table = np.zeros((N_ROLES, 4), np.uint8)
    table[1:, :3] = [to_rgb(tone) for tone in tones]
    table[1:, 3] = 255
    return _distinct(table)


def _distinct(table: Bytes) -> Bytes:
    """The table with no opaque color twice, so that each color has one role."""
    seen: set[bytes] = set()
    for row in table[1:]:
        while row.tobytes() in seen:
            row[2] = row[2] + 1 if row[2] < 128 else row[2] - 1
        seen.add(row.tobytes())
    return table


def _line(color: LCH) -> LCH:
    """The outline of a color: dark, of a cooler hue, but not black."""
    lightness, chroma, hue = shade(color, -2.0)
    return 0.17 + 0.22 * lightness, min(chroma, 0.10) * 0.85 + 0.01, hue


def _jitter(color: LCH, chance: Chance) -> LCH:
    lightness, chroma, hue = color
    lightness += chance.between(-0.03, 0.03)
    return lightness, chroma * chance.between(0.9, 1.12), hue + chance.between(-9, 9)


def _turned(color: LCH, degrees: float) -> LCH:
    lightness, chroma, hue = color
    return min(lightness * 1.04, 0.96), max(chroma, 0.06), (hue + degrees) % 360


def _apart(wanted: LCH, spare: LCH, body: LCH) -> LCH:
    """`wanted`, or `spare` if `wanted` is too similar to the body's color."""
    hue_gap = abs((wanted[2] - body[2] + 180) % 360 - 180) * min(wanted[1], body[1]) / 0.15
    return wanted if hue_gap > 40 or abs(wanted[0] - body[0]) > 0.14 else spare


def to_rgb(color: LCH) -> RGB:
    """sRGB bytes; chroma is reduced until sRGB has the color. Ottosson 2020, "Oklab"."""
    lightness, chroma, hue = color
    lightness = min(max(lightness, 0.0), 1.0)
    turn = math.radians(hue)
    for step in range(41):
        c = chroma * (1 - step / 40)
        linear = _oklab_to_linear(lightness, c * math.cos(turn), c * math.sin(turn))
        if all(-1e-4 <= v <= 1.0001 for v in linear):
            break
    r, g, b = (round(255 * _gamma(min(max(v, 0.0), 1.0))) for v in linear)
    return r, g, b


def _oklab_to_linear(lightness: float, a: float, b: float) -> tuple[float, float, float]:
    l_ = (lightness + 0.3963377774 * a + 0.2158037573 * b) ** 3
    m_ = (lightness - 0.1055613458 * a - 0.0638541728 * b) ** 3
    s_ = (lightness - 0.0894841775 * a - 1.2914855480 * b) ** 3
    return (
        4.0767416621 * l_ - 3.3077115913 * m_ + 0.2309699292 * s_,
        -1.2684380046 * l_ + 2.6097574011 * m_ - 0.3413193965 * s_,
        -0.0041960863 * l_ - 0.7034186147 * m_ + 1.7076147010 * s_,
    )


def _gamma(value: float) -> float:
    return 12.92 * value if value <= 0.0031308 else 1.055 * value ** (1 / 2.4) - 0.055


def drift(hue: float, towards: float, degrees: float) -> float:
    """`hue` moved by at most `degrees` on the shorter arc to `towards`."""
    gap = (towards - hue + 180) % 360 - 180
    return (hue + math.copysign(min(abs(gap), degrees), gap)) % 360


def shade(color: LCH, steps: float) -> LCH:
    """`color` some steps lighter (> 0, and warmer) or darker (< 0, and cooler)."""
    lightness, chroma, hue = color
    if steps >= 0:
        lighter = lightness + (1 - lightness) * min(0.36 * steps, 0.9)
        return lighter, chroma * (1 - 0.16 * steps), drift(hue, _WARM, 11 * steps)
    darkness = -steps
    darker = lightness * (1 - 0.25 * darkness)
    return darker, chroma * (1 - 0.06 * darkness), drift(hue, _COOL, 13 * darkness)


def color_word(rgb: tuple[int, int, int]) -> str:
    """One of the ten words black blue brown gray green pink purple red white yellow, for one sRGB color."""
    lightness, chroma, hue = _to_oklch(rgb)
    if chroma < 0.035:
        return "black" if lightness < 0.4 else "white" if lightness > 0.86 else "gray"
    if lightness < 0.27 or (lightness < 0.45 and chroma < 0.07):
        return "black"
    if lightness > 0.93 and chroma < 0.06:
        return "white"
    return _hue_word(lightness, chroma, hue)


def _hue_word(lightness: float, chroma: float, hue: float) -> str:
    if hue < 12 or hue >= 335:
        return "pink" if lightness > 0.6 or hue >= 335 else "red"
    if hue < 48:
        return "brown" if chroma < 0.1 else "pink" if lightness > 0.76 else "red"
    if hue < 115:
        return "yellow" if lightness > (0.69 if chroma > 0.12 else 0.8) else "brown"
    if hue < 178:
        return "green"
    return "blue" if hue < 282 else "purple"


def _to_oklch(rgb: tuple[int, int, int]) -> LCH:
    r, g, b = (v / 255 / 12.92 if v <= 10 else ((v / 255 + 0.055) / 1.055) ** 2.4 for v in rgb)
    l_ = math.cbrt(0.4122214708 * r + 0.5363325363 * g + 0.0514459929 * b)
    m_ = math.cbrt(0.2119034982 * r + 0.6806995451 * g + 0.1073969566 * b)
    s_ = math.cbrt(0.0883024619 * r + 0.2817188376 * g + 0.6299787005 * b)
    lightness = 0.2104542553 * l_ + 0.7936177850 * m_ - 0.0040720468 * s_
    a = 1.9779984951 * l_ - 2.4285922050 * m_ + 0.4505937099 * s_
    bb = 0.0259040371 * l_ + 0.7827717662 * m_ - 0.8086757660 * s_
    return lightness, math.hypot(a, bb), math.degrees(math.atan2(bb, a)) % 360


def dominant_word(indices: Bytes, colors: Bytes, roles: tuple[int, ...]) -> str:
    """The most frequent color word of the pixels whose palette index is in `roles`; `indices` (h, w)."""
    counts = np.bincount(indices.ravel(), minlength=len(colors))
    tally: dict[str, int] = {}
    for role in roles:
        r, g, b = (int(v) for v in colors[role, :3])
        word = color_word((r, g, b))
        tally[word] = tally.get(word, 0) + int(counts[role])
    return max(sorted(tally), key=lambda word: tally[word])

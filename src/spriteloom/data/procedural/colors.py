"""Color arithmetic: OKLCH to sRGB, ramps with shifted hues, and the ten color words."""

from __future__ import annotations

import math

import numpy as np

from spriteloom.pixels.arrays import Bytes

LCH = tuple[float, float, float]  # lightness 0..1, chroma 0..0.37, hue in degrees (OKLCH)
RGB = tuple[int, int, int]

_COOL, _WARM = 285.0, 85.0  # hues that shadows and lights approach


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

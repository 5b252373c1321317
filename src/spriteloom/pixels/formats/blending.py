"""Blend modes as in W3C "Compositing and Blending Level 1"; b is the lower color, s the upper one, 0 to 1."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from spriteloom.pixels.arrays import Doubles, Pixels

NORMAL = "normal"
_NAMES = (
    *(
        NORMAL,
        "multiply",
        "screen",
        "overlay",
        "darken",
        "lighten",
        "dodge",
        "burn",
        "hard light",
        "soft light",
    ),
    *(
        "difference",
        "exclusion",
        "hue",
        "saturation",
        "color",
        "luminosity",
        "addition",
        "subtract",
        "divide",
    ),
)
MODES = dict(enumerate(_NAMES))  # by Aseprite's numbers
LUMA = np.array([0.3, 0.59, 0.11])


def blend(under: Pixels, top: Pixels, mode: str = NORMAL, opacity: float = 1.0) -> Pixels:
    """Blend uint8 (h, w, 4) over another of its size. Alpha 0 and 255 in normal mode copy exactly."""
    hard = (top[..., 3] == 255) | (top[..., 3] == 0)
    if mode == NORMAL and opacity == 1 and hard.all():
        return np.where(top[..., 3:] == 0, under, top)
    result = under.copy()
    part = (top[..., 3] > 0) & (opacity > 0)
    b, s = under[part].astype(np.float64) / 255, top[part].astype(np.float64) / 255
    alpha_b, alpha_s = b[:, 3:], s[:, 3:] * opacity
    mixed = s[:, :3] if mode == NORMAL else np.clip(_FORMULAS[mode](b[:, :3], s[:, :3]), 0, 1)
    color = (1 - alpha_b) * s[:, :3] + alpha_b * mixed
    alpha = alpha_s + alpha_b * (1 - alpha_s)
    rgb = (alpha_s * color + (1 - alpha_s) * alpha_b * b[:, :3]) / np.maximum(alpha, 1e-12)
    result[part] = np.rint(np.concatenate([rgb, alpha], 1).clip(0, 1) * 255)
    return result


def _soft_light(b: Doubles, s: Doubles) -> Doubles:
    root = np.where(b <= 0.25, ((16 * b - 12) * b + 4) * b, np.sqrt(b))
    return np.where(s <= 0.5, b - (1 - 2 * s) * b * (1 - b), b + (2 * s - 1) * (root - b))


def _hard_light(b: Doubles, s: Doubles) -> Doubles:
    return np.where(s <= 0.5, 2 * b * s, 1 - 2 * (1 - b) * (1 - s))


def _dodge(b: Doubles, s: Doubles) -> Doubles:
    return np.where(b == 0, 0, np.where(s >= 1, 1, np.minimum(1, b / np.maximum(1 - s, 1e-12))))


def _burn(b: Doubles, s: Doubles) -> Doubles:
    return np.where(b >= 1, 1, np.where(s <= 0, 0, 1 - np.minimum(1, (1 - b) / np.maximum(s, 1e-12))))


def _luminosity(color: Doubles) -> Doubles:
    return np.asarray(color @ LUMA)


def _with_luminosity(color: Doubles, luminosity: Doubles) -> Doubles:
    moved = color + (luminosity - _luminosity(color))[:, None]
    light = _luminosity(moved)[:, None]
    low, high = moved.min(1, keepdims=True), moved.max(1, keepdims=True)
    moved = np.where(low < 0, light + (moved - light) * light / np.maximum(light - low, 1e-12), moved)
    return np.where(high > 1, light + (moved - light) * (1 - light) / np.maximum(high - light, 1e-12), moved)


def _saturation(color: Doubles) -> Doubles:
    return np.asarray(np.ptp(color, axis=1))


def _with_saturation(color: Doubles, saturation: Doubles) -> Doubles:
    low, spread = color.min(1, keepdims=True), np.ptp(color, axis=1)[:, None]
    return np.where(spread > 0, (color - low) * saturation[:, None] / np.maximum(spread, 1e-12), 0)


_FORMULAS: dict[str, Callable[[Doubles, Doubles], Doubles]] = {
    "multiply": lambda b, s: b * s,
    "screen": lambda b, s: b + s - b * s,
    "overlay": lambda b, s: _hard_light(s, b),
    "darken": np.minimum,
    "lighten": np.maximum,
    "dodge": _dodge,
    "burn": _burn,
    "hard light": _hard_light,
    "soft light": _soft_light,
    "difference": lambda b, s: np.abs(b - s),
    "exclusion": lambda b, s: b + s - 2 * b * s,
    "hue": lambda b, s: _with_luminosity(_with_saturation(s, _saturation(b)), _luminosity(b)),
    "saturation": lambda b, s: _with_luminosity(_with_saturation(b, _saturation(s)), _luminosity(b)),
    "color": lambda b, s: _with_luminosity(s, _luminosity(b)),
    "luminosity": lambda b, s: _with_luminosity(b, _luminosity(s)),
    "addition": lambda b, s: b + s,
    "subtract": lambda b, s: b - s,
    "divide": lambda b, s: np.where(b == 0, 0, np.where(s == 0, 1, b / np.maximum(s, 1e-12))),
}

"""Figures as text: errors, shares, ratios, times, intervals; a dash where there is none."""

from __future__ import annotations

import math
from collections.abc import Sequence

DASH = "–"


def small(value: float | None, digits: int = 3) -> str:
    """A small figure such as an MSE, to so many digits, never with an exponent: 0.000178."""
    if value is None or not math.isfinite(value):
        return DASH
    if not value:
        return "0"
    return f"{value:.{min(9, max(0, digits - 1 - math.floor(math.log10(abs(value)))))}f}"


def fixed(value: float | None, digits: int = 3) -> str:
    return DASH if value is None or not math.isfinite(value) else f"{value:,.{digits}f}"


def share(value: float | None) -> str:
    """A share as per cent: 93.4 %."""
    return DASH if value is None or not math.isfinite(value) else f"{100 * value:.1f} %"


def times(value: float | None) -> str:
    """A ratio: 1.04×, 12×, 3,400×."""
    if value is None or not math.isfinite(value):
        return DASH
    return f"{value:,.0f}×" if value >= 10 else f"{value:.2f}×"


def speed(value: float) -> str:
    """Mpx/s to three digits."""
    return f"{value:,.0f}" if value >= 100 else f"{value:.3g}"


def whole(value: float) -> str:
    return f"{value:,.0f}"


def duration(seconds: float | None) -> str:
    """5 min 12 s, or 12.3 s."""
    if seconds is None:
        return DASH
    if seconds < 60:
        return f"{seconds:.1f} s"
    minutes, rest = divmod(round(seconds), 60)
    return f"{minutes} min {rest} s"


def interval(bounds: Sequence[float] | None, digits: int | None = None) -> str:
    """0.116 to 0.172, to so many decimals, or to three digits; "" where there is none."""
    if bounds is None:
        return ""
    low, high = (small(bound) if digits is None else fixed(bound, digits) for bound in bounds)
    return f"{low} to {high}"

"""The paper's main claims against what was measured, and ours beside its protocol. Lays nothing out."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence

from spriteloom.report.numbers import small, times
from spriteloom.reproduce import paper
from spriteloom.reproduce.results import OURS, PAPER, Bits, Distances, Generation, Reconstruction, Results

MEASURES = ("mse", "ssim")
FD = "FD-EffLite0"


def listed(parts: Sequence[str]) -> str:
    """a; a and b; a, b and c."""
    return " and ".join(filter(None, [", ".join(parts[:-1]), *parts[-1:]]))


def embedding(results: Results) -> Iterator[str]:
    """The Pixel VQ-VAE ahead of the VAE and of the VQ-VAE of its size, in either training."""
    rows = _rows(results.table2)
    theirs = {size: rows[name] for size in paper.SIZES if (name := f"Pixel VQ-VAE {size}") in rows}
    mine = {one.size: one for one in results.table2 if one.whose == OURS and one.size is not None}
    for whose, pixels in (("the Pixel VQ-VAE", theirs), ("the Pixel VQ-VAE by our training", mine)):
        for measure in MEASURES:
            ahead = {
                size: all(_ahead(pixel, rival, measure) for rival in rivals)
                for size, pixel in pixels.items()
                if (rivals := [rows[name] for name in ("VAE", f"VQ-VAE {size}") if name in rows])
            }
            said = f"{whose} is ahead of the VAE and of the VQ-VAE of its size"
            yield from _claim(f"Table 2, {measure.upper()}: {said}", "at", ahead)


def best(results: Results) -> Iterator[str]:
    """Who is best of all in Table 2."""
    rows = _rows(results.table2)
    for measure in MEASURES:
        expected = paper.best_there(paper.TABLE2, measure)
        if expected in rows and len(rows) > 1:
            yield f"Table 2, {measure.upper()}: best is {_expected(_leader(rows, measure), expected)}."


def ablation(results: Results) -> Iterator[str]:
    """Who is best of its size in Table 3."""
    rows = _rows(results.table3)
    for measure in MEASURES:
        alike, other = [], []
        for size in paper.SIZES:
            group = {name: row for name, row in rows.items() if paper.size_of(name) == size}
            of_paper = {name: row for name, row in paper.TABLE3.items() if name in group}
            if len(group) < 2 or not of_paper:
                continue
            found, expected = _leader(group, measure), paper.best_there(of_paper, measure)
            if found == expected:
                alike.append(found)
            else:
                other.append(_expected(found, expected))
        said = [f"as in the paper {listed(alike)}"] if alike else []
        said += [f"otherwise {listed(other)}"] if other else []
        if said:
            yield f"Table 3, {measure.upper()}, best of its size: {'; '.join(said)}."


def pixel_vae(results: Results) -> Iterator[str]:
    """The Pixel VAE ahead of the VAE."""
    rows = _rows(results.table8)
    if "VAE" in rows and "Pixel VAE" in rows:
        ahead = {m.upper(): _ahead(rows["Pixel VAE"], rows["VAE"], m) for m in MEASURES}
        yield from _claim("Table 8: the Pixel VAE is ahead of the VAE", "in", ahead)


def ours_there(results: Results) -> Iterator[str]:
    """Our training of the same network beside the paper's."""
    rows, said = _rows(results.table2), []
    for one in results.table2:
        other = rows.get(f"Pixel VQ-VAE {one.size}")
        if one.whose == OURS and other and one.mse > 0:
            ratio = times(other.mse / one.mse)
            ssim = f"SSIM {one.ssim:.3f} against {other.ssim:.3f}"
            said.append(f"at {one.size} {small(one.mse)} against {small(other.mse)} ({ratio}; {ssim})")
    if said:
        yield f"Table 2: our training of the same network has MSE {listed(said)} by the paper’s protocol."


def generation(results: Results) -> Iterator[str]:
    """Who is best by FD, and how our best stands to it and to the floor."""
    found = [one for one in results.table5 if one.fd is not None and math.isfinite(one.fd)]
    theirs = [one for one in found if one.whose == PAPER and one.paper_fid is not None]
    mine = [one for one in found if one.whose == OURS]
    if len(theirs) > 1:
        first = min(theirs, key=_fd)
        names = {
            name: row for name, row in paper.TABLE5.items() if name in {paper.plain(x.name) for x in theirs}
        }
        expected = _expected(paper.plain(first.name), paper.best_made(names), "by the paper’s FID")
        yield f"Table 5: by {FD} the best of the paper’s rows is {expected}, with {small(first.fd)}."
    if theirs and mine:
        first, ours = min(theirs, key=_fd), min(mine, key=_fd)
        ratio = f"{_fd(ours) / _fd(first):.2f} times" if _fd(first) else "against"
        yield (
            f"Table 5: our best, {ours.name}, has {FD} {small(ours.fd)}, {ratio} that of {first.name}, the "
            f"best of the paper’s{_floor(results.floor)}."
        )


def _floor(floor: Distances | None) -> str:
    return "" if floor is None or floor.fd is None else f"; real training pictures have {small(floor.fd)}"


def bits(results: Results) -> Iterator[str]:
    """The priors on one codec in order: a learned one that does not beat counts has learned nothing."""
    for codec in dict.fromkeys(one.codec for one in results.bits):
        rows = sorted((one for one in results.bits if one.codec == codec), key=lambda one: one.bits_per_code)
        if len(rows) > 1:
            order = ", ".join(f"{one.label} {small(one.bits_per_code)}" for one in rows)
            yield f"Bits per code on held-out codes of {codec}, fewest first: {order}.{_against_counts(rows)}"


def _against_counts(rows: Sequence[Bits]) -> str:
    counts = next((i for i, one in enumerate(rows) if "count" in one.label.lower()), None)
    if counts is None or counts == len(rows) - 1:
        return ""
    worse = listed([one.label for one in rows[counts + 1 :]])
    return f" Behind counting, which trains in seconds: {worse}."


def conditioning(results: Results) -> Iterator[str]:
    """How often samples show what was asked for."""
    for one in results.conditioning:
        fields = [("type", one.type_chance, one.type_ratio), ("shape", one.shape_chance, one.shape_ratio)]
        seen = [
            f"the requested {name} {times(ratio)} as often as chance" for name, by, ratio in fields if by > 0
        ]
        if seen:
            yield f"Conditioning of {one.label}: a judge trained on real sprites sees {listed(seen)}."


def _claim(words: str, where: str, holds: Mapping[str, bool]) -> Iterator[str]:
    """`holds` by place, such as a size. Nothing is said of no place."""
    good, bad = ([place for place, is_so in holds.items() if is_so is wanted] for wanted in (True, False))
    if good:
        but = f", but not {where} {listed(bad)}" if bad else ""
        yield f"{words} {where} {listed(good)}, as in the paper{but}."
    elif bad:
        yield f"{words} in the paper; here it is not, {where} {listed(bad)}."


def _expected(found: str, expected: str, there: str = "in the paper") -> str:
    return f"{found}, as {there}" if found == expected else f"{found} ({there} it is {expected})"


def _rows(rows: Sequence[Reconstruction]) -> Mapping[str, Reconstruction]:
    """Those of the paper's protocol by the paper's name, figures finite."""
    return {
        paper.plain(one.name): one
        for one in rows
        if one.whose == PAPER and math.isfinite(one.mse) and math.isfinite(one.ssim)
    }


def _ahead(one: Reconstruction, other: Reconstruction, measure: str) -> bool:
    return one.mse < other.mse if measure == "mse" else one.ssim > other.ssim


def _leader(rows: Mapping[str, Reconstruction], measure: str) -> str:
    if measure == "mse":
        return min(rows, key=lambda name: rows[name].mse)
    return max(rows, key=lambda name: rows[name].ssim)


def _fd(one: Generation) -> float:
    assert one.fd is not None
    return one.fd

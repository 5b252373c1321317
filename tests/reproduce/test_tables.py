"""Every table of the paper, measured or not."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import replace

import pytest

from spriteloom.reproduce import paper, tables, tables_made
from spriteloom.reproduce.grid import Cell, Grid
from spriteloom.reproduce.results import Results

from .kit import begun, results

PUBLISHED = [
    (tables.table2, paper.TABLE2),
    (tables.table3, paper.TABLE3),
    (tables.table8, paper.TABLE8),
]


def cells(table: Grid, name: str) -> tuple[Cell, ...]:
    return dict(table.rows)[name]


@pytest.mark.parametrize(("draw", "published"), PUBLISHED)
@pytest.mark.parametrize("found", [results(), begun()], ids=["whole", "begun"])
def test_the_papers_figures_stand_in_every_row(
    draw: Callable[[Results], Grid], published: dict[str, paper.There], found: Results
):
    table = draw(found)
    assert [name for name, _ in table.rows][: len(published)] == list(published)
    for name, row in published.items():
        mse, ssim = cells(table, name)[:2]
        assert (float(mse.paper), float(ssim.paper)) == (row.mse, row.ssim)


def test_ours_stand_beside_them():
    mse, ssim, kmeans, seeds, took = cells(tables.table2(results()), "VQ-VAE LowRes")
    assert (mse.ours, mse.note, ssim.ours) == ("0.0215", "± 0.00010", "0.5020")
    assert (kmeans.ours, seeds.ours, took.ours) == ("–", "3", "21.0 s")


def test_rows_of_ours_follow_and_the_best_is_marked():
    table = tables.table2(results())
    assert table.rows[-1][0] == "Pixel VQ-VAE MedRes, our training"
    best = [(name, one.ours) for name, row in table.rows for one in row if one.best]
    assert best == [("Pixel VQ-VAE HiRes", "0.00140"), ("Pixel VQ-VAE MedRes, our training", "0.9740")]


def test_what_is_not_there_yet_says_so():
    assert cells(tables.table2(begun()), "VAE")[0].ours == "not yet"
    over = replace(begun(), waiting=())
    assert cells(tables.table2(over), "VAE")[0].ours == "not run"
    assert cells(tables_made.table5(begun()), "GAN")[1].ours == "not yet"


def test_what_is_not_finite_is_never_best():
    found = results(mse={"VAE": math.nan})
    assert not cells(tables.table2(found), "VAE")[0].best
    assert cells(tables.table2(found), "VAE")[0].ours == "–"


def test_table_5_has_all_rows_then_ours_then_the_floor():
    table = tables_made.table5(results())
    names = [name for name, _ in table.rows]
    assert names[:7] == list(paper.TABLE5)
    assert names[7:] == ["our masked U-Net on our MedRes codes", "real training pictures (the floor)"]
    row = dict(zip(table.columns[1:], cells(table, "VQ-VAE MedRes"), strict=True))
    assert (row["parameters"].ours, row["parameters"].paper) == ("17,222", "17,222")
    assert row["parameters"].note == "+ 13,444,864 prior"
    (fd,) = [one for name, one in row.items() if name.startswith("FD-EffLite0")]
    assert (fd.ours, fd.note, fd.paper) == ("121", "119 to 123", "FID 118.253")
    assert (row["samples"].ours, row["samples"].paper) == ("1,000", "10,000")
    assert row["sampling took"].ours == "1 min 5 s"
    assert [name for name, row in table.rows if row[1].best] == ["our masked U-Net on our MedRes codes"]


def test_a_distance_that_is_not_finite_is_never_best():
    whole = results()
    odd = replace(whole, table5=tuple(replace(one, fd=math.nan) for one in whole.table5[:2]))
    assert not any(one.best for _, row in tables_made.table5(odd).rows for one in row)
    mixed = replace(whole, table5=(*odd.table5[:1], whole.table5[1]))
    assert cells(tables_made.table5(mixed), "GAN")[1].best


def test_the_best_of_the_ablation_is_that_of_its_size():
    found = tables.table3(results())
    best = [name for name, row in found.rows if row[0].best]
    assert best == [f"Pixel VQ-VAE {size}" for size in paper.SIZES]
    assert next(name for name, row in found.rows if row[1].best) == "PixelSight VQ-VAE LowRes"


def test_figures_with_names_of_their_own_are_columns():
    art = tables_made.pixel_art(results())
    assert art is not None and art.columns == ("pictures of", "orphan pixels")
    assert tables_made.memorisation(begun()) is None and tables_made.judge(begun()) is None


def test_the_other_tables_show_their_figures():
    found = results()
    assert cells(tables_made.table6(found), "transport")[1:3] == (
        Cell(ours="87.6 %", note="85.1 to 89.9"),
        Cell(ours="93.2 %"),
    )
    assert cells(tables_made.bits(found), "our masked U-Net")[1] == Cell(ours="1.87", note="1.81 to 1.93")
    assert [one.ours for one in cells(tables_made.conditioning(found), "our masked U-Net")] == [
        "42.0 %", "12.0 %", "3.50×", "30.0 %", "12.5 %", "2.40×", "512",
    ]  # fmt: skip
    assert cells(tables.models(found), "VAE/seed0")[-2:] == (
        Cell(ours="1.25", paper="25"),
        Cell(ours="21.0 s"),
    )
    assert cells(tables.stages(found), "in all")[0].ours == "135 min 23 s"

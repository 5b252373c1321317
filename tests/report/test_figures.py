from __future__ import annotations

import json
import math
from dataclasses import replace

from spriteloom.report.chart import chart
from spriteloom.report.figures import Figures

from .kit import Made, Reader


def exact(figures: Figures) -> Figures:
    """As if every model were without any error."""
    runs = []
    for run in figures.ours:
        scores = replace(run.evaluation.scores, mse=0.0, psnr=math.inf)
        runs.append(replace(run, evaluation=replace(run.evaluation, scores=scores, kmeans=scores)))
    return replace(figures, ours=tuple(runs))


def test_what_is_not_finite_is_null(made: Made):
    found = exact(made.figures).to_json()
    json.dumps(found, allow_nan=False)
    assert found["ours"][0]["test"]["psnr"] is None
    assert found["ours"][0]["mse_over_kmeans"] == 1


def test_a_worse_model_stands_further_right_in_the_chart(made: Made):
    ours = made.figures.ours[0]
    worse = replace(ours.evaluation.scores, mse=10 * ours.evaluation.kmeans.mse)
    changed = replace(ours, evaluation=replace(ours.evaluation, scores=worse))
    drawn = Reader(chart(replace(made.figures, ours=(changed, *made.figures.ours[1:]))))
    places = [(one["class"], float(one["cx"] or 0)) for tag, one in drawn.tags if tag == "circle"]
    first = dict(places[:4])
    assert first["ours"] > first["kmeans"]


def test_the_chart_can_do_without_what_is_exact(made: Made):
    kinds = [one["class"] for tag, one in Reader(chart(exact(made.figures))).tags if tag == "circle"]
    assert kinds.count("ours") == 0 and kinds.count("paper") == 3

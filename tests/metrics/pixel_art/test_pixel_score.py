"""One figure of damage: learned on training species, near 0 for clean sprites, the higher the worse."""

from __future__ import annotations

import json

import numpy as np
import pytest

from spriteloom.data.procedural.creature import creatures
from spriteloom.errors import DataError, RunError
from spriteloom.metrics.pixel_art.score import NAMES, PixelArtMetric, calibrate
from spriteloom.pixels import over


def sprites(n: int, seed: int) -> np.ndarray:
    return np.stack([sprite.pixels for sprite in creatures(n, seed=seed)])


def speckled(pictures: np.ndarray, share: float) -> np.ndarray:
    """That share of the figure's pixels in any color."""
    chance = np.random.default_rng(1)
    off = (chance.random(pictures.shape[:3]) < share) & (pictures[..., 3] > 0)
    noise = chance.integers(0, 256, pictures.shape, dtype=np.uint8)
    noise[..., 3] = 255
    return np.where(off[..., None], noise, pictures)


@pytest.fixture(scope="module")
def metric() -> PixelArtMetric:
    other = sprites(8, seed=2)
    return PixelArtMetric.fit(sprites(16, seed=1), [[other, speckled(other, 0.1), speckled(other, 0.3)]])


def test_clean_sprites_are_near_zero_and_worse_ones_above(metric: PixelArtMetric):
    held = sprites(10, seed=3)
    found = [metric.score(speckled(held, share)).damage for share in (0, 0.05, 0.15, 0.4)]
    assert abs(found[0]) < found[1] - found[0]
    assert found == sorted(found)


def test_a_score_is_a_mean_over_sprites(metric: PixelArtMetric):
    held = sprites(6, seed=3)
    alone = [metric.score(held[i : i + 1]) for i in range(6)]
    whole = metric.score(held)
    for name in (*NAMES, "damage"):
        assert getattr(whole, name) == pytest.approx(np.mean([getattr(one, name) for one in alone]))
    assert whole.damage == pytest.approx(metric.damage(held).mean())
    assert whole.n == 6


def test_alpha_and_white_ground_score_alike(metric: PixelArtMetric):
    """But for white that a figure shows at its edge."""
    held = sprites(4, seed=3)
    assert metric.damage(over(held, (255, 255, 255))) == pytest.approx(metric.damage(held), abs=0.5)


def test_a_margin_changes_little(metric: PixelArtMetric):
    held = sprites(4, seed=3)
    wide = np.pad(held, ((0, 0), (8, 8), (8, 8), (0, 0)))
    assert metric.damage(wide) == pytest.approx(metric.damage(held), abs=1)


def test_json_has_every_part(metric: PixelArtMetric):
    found = json.loads(json.dumps(metric.score(sprites(2, seed=3)).to_json(), allow_nan=False))
    assert list(found) == [*NAMES, "damage", "n"]
    assert found["half_transparent"] == 0 and found["colors"] <= 16


def test_empty_sprites_have_figures_too(metric: PixelArtMetric):
    assert np.isfinite(metric.damage(np.zeros((2, 16, 16, 4), np.uint8))).all()


def test_no_picture_is_an_error_in_one_line(metric: PixelArtMetric):
    with pytest.raises(DataError, match="no picture to score"):
        metric.score(np.zeros((0, 16, 16, 4), np.uint8))


def test_it_goes_through_arrays(metric: PixelArtMetric):
    held = sprites(3, seed=3)
    again = PixelArtMetric.from_arrays(metric.to_arrays())
    assert np.array_equal(again.damage(held), metric.damage(held))
    with pytest.raises(RunError, match="metric of pixel art"):
        PixelArtMetric.from_arrays({**metric.to_arrays(), "weights": np.zeros(2)})


def test_weights_follow_what_rises_with_damage_and_leave_out_what_does_not():
    chance = np.random.default_rng(0)
    ladder = [
        np.stack([i + chance.normal(0, 0.3, 200), chance.normal(0, 1, 200), np.full(200, 2.0)], axis=1)
        for i in range(4)
    ]
    found = calibrate([ladder])
    assert found.weights[0] > 1 and found.weights[1] < 0.5 and found.weights[2] == 0
    assert [found.of(rung).mean() for rung in ladder] == sorted(found.of(rung).mean() for rung in ladder)
    assert found.of(ladder[0]).mean() == pytest.approx(0, abs=1e-9)


def test_no_weight_is_below_zero():
    falling = [np.array([[float(-i)], [float(-i) + 0.1]]) for i in range(4)]
    assert calibrate([falling]).weights.tolist() == [0]

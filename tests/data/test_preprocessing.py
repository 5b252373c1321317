"""Preprocessings: what is stored, how many pictures it becomes, and that they are what the papers describe."""

import numpy as np
import pytest
from tiny import blob

from spriteloom.data.preprocessing import (
    PIXEL,
    PIXEL_VQVAE,
    POKEMON_VAE,
    PREPROCESSINGS,
    Preprocessing,
    composite,
    premultiply,
    preprocessing_from_json,
    preprocessing_named,
    preprocessing_to_json,
    resize,
    without_noise,
)
from spriteloom.errors import BadPicture, DataError
from spriteloom.pixels.arrays import Pixels
from spriteloom.pixels.sprite import Sprite

ALL = list(PREPROCESSINGS.values())


def stored(preprocessing: Preprocessing, pixels: Pixels, canvas: int = 0) -> Pixels:
    """What a set holds of a sprite: the pixels that `expand` is given."""
    kept = preprocessing.keep(Sprite(pixels=pixels), canvas)
    assert kept
    return kept.sprite.pixels


def expanded(preprocessing: Preprocessing, pixels: Pixels, split: str = "train", row: int = 5, seed: int = 0):
    """Pictures by the name of their variant."""
    pictures = preprocessing.expand(pixels, split=split, seed=seed, row=row)
    names = preprocessing.variants(split)
    assert len(pictures) == len(names)
    return {name: (pictures.rgb[i].astype(int), pictures.inside[i]) for i, name in enumerate(names)}


def disc(side: int = 40) -> Pixels:
    """An opaque red disc, which no turn changes much."""
    rows, columns = np.mgrid[-1 : 1 : side * 1j, -1 : 1 : side * 1j]
    pixels = np.zeros((side, side, 4), np.uint8)
    pixels[rows**2 + columns**2 < 0.5] = (200, 40, 30, 255)
    return pixels


class TestPixel:
    def test_no_pixel_changes_and_the_placement_undoes_it(self):
        sprite = Sprite(pixels=np.pad(blob(1), ((3, 30), (9, 1), (0, 0))))
        kept = PIXEL.keep(sprite)
        assert kept and kept.sprite.pixels.shape == (64, 64, 4) and not (kept.hardened or kept.cropped)
        assert kept.placement and np.array_equal(kept.placement.undo(kept.sprite).pixels, sprite.pixels)

    def test_the_bounding_box_is_centred(self):
        pixels = np.zeros((90, 90, 4), np.uint8)
        pixels[70:80, 4:24] = 255
        kept = PIXEL.keep(Sprite(pixels=pixels))
        assert kept and kept.sprite.pixels[27:37, 22:42].all() and kept.sprite.pixels.sum() == 255 * 4 * 200

    def test_what_does_not_fit_is_cropped_and_said(self):
        kept = PIXEL.keep(Sprite(pixels=np.full((70, 30, 4), 255, np.uint8)))
        assert kept and kept.cropped and kept.sprite.pixels[..., 3].sum() == 255 * 64 * 30

    def test_partial_alpha_is_cut_and_said(self):
        pixels = np.zeros((4, 4, 4), np.uint8)
        pixels[0, :3] = [(9, 9, 9, 127), (8, 8, 8, 128), (7, 7, 7, 255)]
        kept = PIXEL.keep(Sprite(pixels=pixels))
        assert kept and kept.hardened
        assert {tuple(p) for p in kept.sprite.pixels.reshape(-1, 4).tolist()} == {
            (0, 0, 0, 0),
            (8, 8, 8, 255),
            (7, 7, 7, 255),
        }

    def test_pictures_are_over_white(self):
        stored = PIXEL.keep(Sprite(pixels=blob(1)))
        assert stored
        rgb, inside = expanded(PIXEL, stored.sprite.pixels)["as-is"]
        assert (rgb[~inside] == 255).all()
        assert np.array_equal(rgb[inside], stored.sprite.pixels[..., :3][inside])


class TestPixelVQVAE:
    def test_twenty_four_pictures_for_training_twelve_held_out(self):
        assert len(PIXEL_VQVAE.variants("train")) == 24
        assert len(PIXEL_VQVAE.variants("validation")) == len(PIXEL_VQVAE.variants("test")) == 12

    def test_backgrounds_are_black_white_and_for_training_noise(self):
        ground = np.ones((64, 64), bool)
        ground[16:48, 16:48] = False  # the figure is in the middle, however it is turned
        found = expanded(PIXEL_VQVAE, stored(PIXEL_VQVAE, blob(1), canvas=96))
        for name, (rgb, inside) in found.items():
            assert inside.any() and not inside[ground].any()
            if name.endswith("black"):
                assert (rgb[ground] == 0).all()
            elif name.endswith("white"):
                assert (rgb[ground] == 255).all()
            else:
                assert abs(rgb[ground].mean() - 127.5) < 5 and len(np.unique(rgb[ground])) > 200
        assert sum("noise" in name for name in found) == 12
        assert not any("noise" in name for name in PIXEL_VQVAE.variants("test"))

    def test_the_background_is_resized_with_the_figure(self):
        """Uniform noise spreads by 74 levels; shrunk by bicubic, neighbours mingle."""
        found = expanded(PIXEL_VQVAE, np.zeros((192, 192, 4), np.uint8))
        assert all(10 < rgb.std() < 45 for name, (rgb, _) in found.items() if "noise" in name)

    def test_every_noise_is_its_own(self):
        blank = np.zeros((8, 8, 4), np.uint8)
        noises = [
            rgb.tobytes()
            for row in (0, 1)
            for name, (rgb, _) in expanded(PIXEL_VQVAE, blank, row=row).items()
            if "noise" in name
        ]
        assert len(set(noises)) == len(noises) == 24

    def test_flip_is_a_flip(self):
        found = expanded(PIXEL_VQVAE, stored(PIXEL_VQVAE, blob(1, 31, 22)))
        assert np.abs(found["flip/black"][0] - found["as-is/black"][0][:, ::-1]).max() <= 1

    def test_turns_are_within_thirty_degrees_either_way(self):
        bar = np.zeros((81, 81, 4), np.uint8)
        bar[38:43, 5:76] = (255, 255, 255, 255)
        angles = []
        for row in range(30):
            for name, (_, inside) in expanded(PIXEL_VQVAE, bar, split="test", row=row).items():
                if name.startswith("turn") and name.endswith("black"):
                    y, x = np.nonzero(inside)
                    angles.append(np.degrees(np.arctan(-np.polyfit(x, y, 1)[0])))
        assert -31 < min(angles) < -25 and 25 < max(angles) < 31
        assert abs(np.mean(angles)) < 5

    def test_the_pictures_keep_their_aspect(self):
        wide = stored(PIXEL_VQVAE, np.full((20, 40, 4), 255, np.uint8))
        found = expanded(PIXEL_VQVAE, wide, split="test")
        rows = np.flatnonzero(found["as-is/black"][1].any(axis=1))
        assert (rows[0], rows[-1]) == (16, 47)

    def test_edges_blend_with_any_background_alike(self):
        """Over black and over white, pixels differ by 255 less alpha in all channels: no dark fringe."""
        found = expanded(PIXEL_VQVAE, disc(), split="test")
        for geometry in ("as-is", "flip", "turn-1", "turn-4"):
            black, white = found[f"{geometry}/black"][0], found[f"{geometry}/white"][0]
            assert np.ptp(white - black, axis=2).max() <= 5
            assert white[..., 0].min() >= 190  # the disc's 200, less what bicubic undershoots beside 255

    def test_chance_is_by_seed_row_and_geometry_alone(self):
        square = stored(PIXEL_VQVAE, blob(1))
        again = [expanded(PIXEL_VQVAE, square, row=7, seed=1)["turn-2/noise-1"][0] for _ in range(2)]
        assert np.array_equal(*again)
        for other in ({"row": 8, "seed": 1}, {"row": 7, "seed": 2}):
            assert not np.array_equal(again[0], expanded(PIXEL_VQVAE, square, **other)["turn-2/noise-1"][0])

    def test_held_out_pictures_are_those_of_training_without_noise(self):
        square = stored(PIXEL_VQVAE, blob(1))
        train, test = (expanded(PIXEL_VQVAE, square, split=split) for split in ("train", "test"))
        assert all(np.array_equal(rgb, train[name][0]) for name, (rgb, _) in test.items())

    def test_without_noise_the_other_pictures_stay_the_same(self):
        square = stored(PIXEL_VQVAE, blob(1))
        whole, quiet = expanded(PIXEL_VQVAE, square), expanded(without_noise(PIXEL_VQVAE), square)
        assert list(quiet) == [name for name in whole if "noise" not in name] and len(quiet) == 12
        assert all(np.array_equal(rgb, whole[name][0]) for name, (rgb, _) in quiet.items())


class TestCanvasOfPixelVQVAE:
    """The first paper's sprites lie on the canvas of their game, which the files may be cropped from."""

    def test_the_sprite_lies_in_the_middle_of_the_games_canvas(self):
        pixels = stored(PIXEL_VQVAE, blob(1), canvas=96)
        assert pixels.shape == (96, 96, 4)
        assert np.array_equal(pixels[36:60, 38:58], blob(1))
        assert pixels.any(axis=2).sum() == blob(1).any(axis=2).sum()

    @pytest.mark.parametrize(
        ("height", "width", "canvas", "side"),
        [(24, 20, 0, 24), (20, 25, 0, 25), (24, 20, 22, 24), (24, 20, 25, 25), (101, 60, 96, 101)],
        ids=["unknown", "unknown and odd", "too small", "larger", "too small by far"],
    )
    def test_it_is_square_and_holds_the_whole_sprite(self, height: int, width: int, canvas: int, side: int):
        pixels = stored(PIXEL_VQVAE, blob(1, height, width), canvas)
        assert pixels.shape == (side, side, 4)
        assert pixels.any(axis=2).sum() == blob(1, height, width).any(axis=2).sum()

    @pytest.mark.parametrize(("height", "width", "canvas"), [(24, 20, 0), (31, 44, 96), (24, 21, 25)])
    def test_the_placement_undoes_it(self, height: int, width: int, canvas: int):
        sprite = Sprite(pixels=blob(1, height, width))
        kept = PIXEL_VQVAE.keep(sprite, canvas)
        assert kept and kept.placement
        assert np.array_equal(kept.placement.undo(kept.sprite).pixels, sprite.pixels)

    @pytest.mark.parametrize("canvas", [0, 30, 40])
    def test_what_fills_its_canvas_is_stored_as_it_is(self, canvas: int):
        sprite = Sprite(pixels=disc(40))
        kept = PIXEL_VQVAE.keep(sprite, canvas)
        assert kept and kept.sprite is sprite and kept.placement is None

    def test_soft_alpha_stays(self):
        soft = blob(1)
        soft[12, 10] = (9, 8, 7, 100)
        assert (stored(PIXEL_VQVAE, soft, canvas=96) == (9, 8, 7, 100)).all(axis=2).sum() == 1

    def test_a_canvas_without_end_is_refused_before_it_is_made(self):
        for pixels, canvas in ((blob(1), 10**9), (np.full((1, 10**5, 4), 255, np.uint8), 0)):
            with pytest.raises(BadPicture, match=f"canvas of {max(canvas, pixels.shape[1])} pixels"):
                PIXEL_VQVAE.keep(Sprite(pixels=pixels), canvas)

    def test_the_figure_is_as_large_as_in_the_game(self):
        """96 pixels become 64: a sprite of 48 × 48 takes 32 × 32, however close its file was cropped."""
        opaque = np.full((48, 48, 4), 255, np.uint8)
        _, inside = expanded(PIXEL_VQVAE, stored(PIXEL_VQVAE, opaque, canvas=96))["as-is/black"]
        assert inside[16:48, 16:48].all() and inside.sum() == 32 * 32

    def test_other_preprocessings_ask_for_no_canvas(self):
        assert stored(PIXEL, blob(1), canvas=96).shape == (64, 64, 4)
        assert stored(POKEMON_VAE, blob(1), canvas=96).shape == (24, 20, 4)


class TestPokemonVAE:
    def test_the_smallest_square_around_the_figure_fills_the_picture(self):
        pixels = np.zeros((100, 120, 4), np.uint8)
        pixels[10:42, 20:84] = (1, 2, 3, 255)
        rgb, inside = expanded(POKEMON_VAE, pixels, split="test")["as-is/white"]
        assert rgb.shape == (128, 128, 3)
        rows, columns = np.nonzero(inside)
        assert (rows.min(), rows.max(), columns.min(), columns.max()) == (32, 95, 0, 127)
        assert (rgb[0] == 255).all()

    def test_training_is_also_flipped(self):
        found = expanded(POKEMON_VAE, blob(1))
        assert list(found) == ["as-is/white", "flip/white"]
        assert np.array_equal(found["flip/white"][0], found["as-is/white"][0][:, ::-1])
        assert list(expanded(POKEMON_VAE, blob(1), split="test")) == ["as-is/white"]

    def test_a_figure_that_touches_the_edge_is_padded_with_white(self):
        rgb, _ = expanded(POKEMON_VAE, np.full((10, 40, 4), (0, 0, 0, 255), np.uint8), split="test")[
            "as-is/white"
        ]
        assert (rgb[:40] == 255).all() and (rgb[60] == 0).all()


def test_the_second_papers_preprocessing_stores_the_sprite_as_it_is():
    sprite = Sprite(pixels=blob(1))
    kept = POKEMON_VAE.keep(sprite, canvas=96)
    assert kept and kept.sprite is sprite and kept.placement is None


@pytest.mark.parametrize("preprocessing", ALL, ids=lambda preprocessing: preprocessing.name)
def test_what_shows_nothing_is_not_kept(preprocessing: Preprocessing):
    assert preprocessing.keep(Sprite(pixels=np.zeros((5, 5, 4), np.uint8))) is None


@pytest.mark.parametrize("preprocessing", ALL, ids=lambda preprocessing: preprocessing.name)
def test_json_and_back(preprocessing: Preprocessing):
    assert preprocessing_from_json(preprocessing_to_json(preprocessing)) == preprocessing
    assert preprocessing_from_json({**preprocessing_to_json(preprocessing), "size": 32}).size == 32


@pytest.mark.parametrize(
    ("name", "changes", "words"),
    [
        ("magic", {}, "choose one of pixel"),
        ("pixel", {"size": 0}, "choose a size"),
        ("pixel", {"frames": 0}, "choose 1 or more"),
        ("pixel", {"turns": 3}, "pixel has no turns"),
    ],
)
def test_impossible_preprocessings_are_refused(name: str, changes: dict[str, int], words: str):
    with pytest.raises(DataError, match=words):
        preprocessing_named(name, **changes)


def test_overshoot_of_bicubic_is_clipped_not_wrapped():
    pixels = np.random.default_rng(0).choice(np.array([0, 255], np.uint8), (24, 24, 4))
    pixels[..., :3] = np.where(pixels[..., 3:] > 0, pixels[..., :1], 0)  # black or white, seen or not
    top = resize(premultiply(pixels), 61)
    exact = top[..., :3].astype(int) + (255 - top[..., 3:].astype(int))
    assert exact.max() > 255  # there is overshoot to clip
    assert np.array_equal(composite(top, 255), np.minimum(exact, 255))

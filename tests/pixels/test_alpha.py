from fractions import Fraction

import numpy as np

from spriteloom.pixels import over
from spriteloom.pixels.alpha import clear_hidden, harden, is_hard, overlay


def column(*pixels):
    return np.array(pixels, np.uint8)[:, None]


def test_hardening_cuts_at_128_and_forgets_hidden_color():
    soft = column((9, 8, 7, 0), (9, 8, 7, 127), (9, 8, 7, 128), (9, 8, 7, 255))
    assert harden(soft)[:, 0].tolist() == [[0, 0, 0, 0], [0, 0, 0, 0], [9, 8, 7, 255], [9, 8, 7, 255]]
    assert harden(soft, cut=1)[1, 0].tolist() == [9, 8, 7, 255]


def test_hardening_leaves_its_input_alone(draw):
    soft = draw(5, 5, alpha=(1, 200))
    before = soft.copy()
    assert not is_hard(soft)
    assert is_hard(harden(soft))
    assert np.array_equal(soft, before)


def test_clearing_hidden_color_changes_nothing_that_is_seen():
    assert clear_hidden(column((1, 2, 3, 0), (1, 2, 3, 1)))[:, 0].tolist() == [[0, 0, 0, 0], [1, 2, 3, 1]]


def test_compositing_rounds_to_the_nearest_for_every_value_and_alpha():
    value, alpha = np.meshgrid(np.arange(256), np.arange(256))
    pixels = np.stack([value, value, value, alpha], -1).astype(np.uint8)
    for under in (0, 77, 255):
        exact = (value * alpha + under * (255 - alpha)) / 255
        assert np.array_equal(over(pixels, (under,) * 3)[..., 0], np.rint(exact))


def test_compositing_takes_a_picture_as_the_ground(draw):
    pixels = draw(4, 6)
    ground = draw(4, 6, alpha=(255,))[..., :3]
    laid = over(pixels, ground)
    seen = pixels[..., 3] == 255
    assert np.array_equal(laid[seen], pixels[seen, :3])
    assert np.array_equal(laid[~seen], ground[~seen])


def test_overlay_copies_whole_alpha_and_mixes_partial():
    under = column((10, 20, 30, 255), (10, 20, 30, 255), (0, 0, 0, 0), (200, 0, 0, 100))
    top = column((1, 2, 3, 255), (0, 0, 0, 0), (7, 7, 7, 40), (100, 50, 0, 128))
    alpha = 128 + Fraction(100 * (255 - 128), 255)
    red = (100 * 128 + 200 * Fraction(100 * (255 - 128), 255)) / alpha
    green = 50 * 128 / alpha
    expected = [[1, 2, 3, 255], [10, 20, 30, 255], [7, 7, 7, 40], [round(red), round(green), 0, round(alpha)]]
    assert overlay(under, top)[:, 0].tolist() == expected

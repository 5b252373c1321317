import numpy as np
import pytest

from spriteloom.pixels import Animation, Sprite


def sprite(h=2, w=2):
    return Sprite(pixels=np.zeros((h, w, 4), np.uint8))


@pytest.mark.parametrize(
    ("frames", "durations", "loop"),
    [
        ((), (), 0),
        ((sprite(),), (1, 2), 0),
        ((sprite(),), (-1,), 0),
        ((sprite(),), (1,), -1),
        ((sprite(), sprite(3)), (1, 2), 0),
    ],
)
def test_an_animation_that_cannot_be_shown_is_refused(frames, durations, loop):
    with pytest.raises(ValueError):
        Animation(frames, durations, loop)

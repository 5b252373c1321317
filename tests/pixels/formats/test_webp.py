from io import BytesIO

import numpy as np
import pytest
from PIL import Image

from spriteloom.errors import BadPicture
from spriteloom.pixels.formats import webp
from spriteloom.pixels.formats.pages import Pages, all_frames


def test_frames_survive_whole_even_when_equal(draw):
    frames = [draw(19, 23, colors=300, alpha=(255, 90)) for _ in range(3)]
    frames.append(frames[-1])
    again = webp.read(webp.write(Pages(frames, [10, 20, 33, 7], 5)), all_frames)
    assert all(np.array_equal(a, b) for a, b in zip(again.frames, frames, strict=True))
    assert list(again.durations) == [10, 20, 33, 7]
    assert again.loop == 5


def test_a_still_is_a_plain_file(draw):
    pixels = draw(5, 6)
    data = webp.write(Pages([pixels], [0]))
    assert np.array_equal(webp.read(data, all_frames).frames[0], pixels)


def test_picking_frames_decodes_those(draw):
    frames = [draw(6, 6) for _ in range(4)]
    again = webp.read(webp.write(Pages(frames, [10, 20, 30, 40], 0)), lambda n: (n - 1, 1))
    assert np.array_equal(again.frames[0], frames[3])
    assert np.array_equal(again.frames[1], frames[1])
    assert list(again.durations) == [40, 20]


def test_a_lossy_file_opens_as_what_it_decodes_to(draw):
    file = BytesIO()
    Image.fromarray(draw(16, 16)).convert("RGB").save(file, "WEBP", quality=50)
    with Image.open(file) as theirs:
        expected = np.asarray(theirs.convert("RGBA"))
    assert np.array_equal(webp.read(file.getvalue(), all_frames).frames[0], expected)


def test_what_a_webp_cannot_hold_is_refused():
    with pytest.raises(BadPicture, match="at most 16383"):
        webp.write(Pages([np.zeros((1, 16384, 4), np.uint8)], [0]))
    with pytest.raises(BadPicture, match="16777216 ms"):
        webp.write(Pages([np.zeros((1, 1, 4), np.uint8)], [2**24]))
    with pytest.raises(BadPicture, match="65536 times"):
        webp.write(Pages([np.zeros((1, 1, 4), np.uint8)], [1], 65536))

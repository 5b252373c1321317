"""GIFs of ours against Pillow's reading, and GIFs made block by block against what browsers draw."""

import struct
from io import BytesIO

import numpy as np
import pytest
from PIL import Image

from spriteloom.errors import BadPalette, BadPicture
from spriteloom.pixels import Palette
from spriteloom.pixels.formats import gif_reader, gif_writer
from spriteloom.pixels.formats.pages import Pages, all_frames

TABLE = bytes([0, 0, 0, 255, 0, 0, 0, 255, 0, 0, 0, 255])  # black, red, green, blue
CLEAR, BLACK, RED, GREEN, BLUE = (
    (0,) * 4,
    (0, 0, 0, 255),
    (255, 0, 0, 255),
    (0, 255, 0, 255),
    (0, 0, 255, 255),
)


def image(rows, at=(0, 0), disposal=0, transparent=None, table=b"", delay=0, interlaced=0):
    """A control extension and an image, from rows of indices."""
    indices = np.array(rows, np.uint8)
    height, width = indices.shape
    packed = disposal << 2 | (transparent is not None)
    control = struct.pack("<BBBBHBB", 0x21, 0xF9, 4, packed, delay, transparent or 0, 0)
    flags = (0x80 | len(table).bit_length() - 3 if table else 0) | interlaced << 6
    place = struct.pack("<BHHHHB", 0x2C, at[1], at[0], width, height, flags)
    stream = Image.fromarray(indices).tobytes("gif", "L", 8, interlaced)
    return control + place + table + b"\x08" + stream + b"\0"


def gif(*blocks, size=(1, 4), table=TABLE, trailer=b";"):
    screen = struct.pack("<HHBBB", size[1], size[0], 0x81 if table else 0, 1, 0)
    return b"GIF89a" + screen + table + b"".join(blocks) + trailer


def shown(data, pick=all_frames):
    return [[tuple(pixel) for pixel in frame[0].tolist()] for frame in gif_reader.read(data, pick).frames]


def test_a_frame_stays_is_cleared_or_gives_back_what_was_there():
    left, right = [[1, 1]], [[2, 2]]
    for disposal, after in [(0, [RED, RED]), (1, [RED, RED]), (2, [CLEAR] * 2), (3, [BLUE, BLUE])]:
        data = gif(image([[3, 3, 3, 3]]), image(left, disposal=disposal), image(right, at=(0, 2)))
        assert shown(data)[1] == [RED, RED, BLUE, BLUE]
        assert shown(data)[2] == [*after, GREEN, GREEN]


def test_disposal_holds_for_its_own_frame_only():
    data = gif(image([[1]], disposal=2), image([[2]], at=(0, 1)), image([[3]], at=(0, 2)))
    assert shown(data)[2] == [CLEAR, GREEN, BLUE, CLEAR]


def test_clearing_shows_nothing_not_the_background_color():
    data = gif(image([[1, 1, 1, 1]], disposal=2), image([[2]]))
    assert shown(data)[1] == [GREEN, CLEAR, CLEAR, CLEAR]


def test_transparent_pixels_let_the_frame_before_through():
    data = gif(image([[1, 1, 1, 1]]), image([[0, 2, 0, 2]], transparent=0))
    assert shown(data)[1] == [RED, GREEN, RED, GREEN]


def test_a_transparent_index_beyond_the_table_is_transparent():
    assert shown(gif(image([[1, 9, 2, 9]], transparent=9))) == [[RED, CLEAR, GREEN, CLEAR]]


def test_an_index_beyond_the_table_is_refused():
    with pytest.raises(BadPicture, match="frame 1 with a color outside"):
        shown(gif(image([[1, 9, 2, 9]])))


def test_local_tables_count_before_the_global_one():
    table = bytes([9, 9, 9, 8, 8, 8])
    assert shown(gif(image([[1]]), image([[1]], table=table)))[1][0] == (8, 8, 8, 255)
    assert shown(gif(image([[0]], table=table), table=b""))[0][0] == (9, 9, 9, 255)
    with pytest.raises(BadPicture, match="no color table"):
        shown(gif(image([[0]]), table=b""))


def test_the_canvas_grows_to_hold_every_frame():
    frames = gif_reader.read(gif(image([[1]]), image([[2]], at=(2, 5))), all_frames).frames
    assert {frame.shape for frame in frames} == {(3, 6, 4)}


def test_interlaced_rows_come_in_order():
    rows = np.arange(32 * 20).reshape(32, 20) % 4
    data = gif(image(rows, interlaced=1), size=(32, 20))
    colors = np.array([BLACK, RED, GREEN, BLUE], np.uint8)
    assert np.array_equal(gif_reader.read(data, all_frames).frames[0], colors[rows])


def test_no_trailer_is_forgiven_between_frames_and_nowhere_else():
    whole = gif(image([[1, 1, 1, 1]]), image([[2]]), trailer=b"")
    assert len(shown(whole)) == 2
    for cut in range(1, len(image([[2]]))):
        with pytest.raises(BadPicture):
            shown(whole[:-cut])


@pytest.mark.parametrize("disposals", [(2, 2, 2, 2), (2, 1, 2, 0), (3, 2, 3, 1), (0, 0, 0, 0)])
def test_picking_frames_gives_what_drawing_all_gives(disposals):
    blocks = [image([[i % 3 + 1]], at=(0, i), disposal=d) for i, d in enumerate(disposals)]
    data = gif(*blocks)
    full = shown(data)
    for i in range(4):
        assert shown(data, lambda _, i=i: (i,)) == [full[i]]
    assert shown(data, lambda n: (n - 1, 0, 2, 0)) == [full[3], full[0], full[2], full[0]]


def test_frames_are_counted_without_being_decoded(monkeypatch):
    monkeypatch.setattr(Image, "frombytes", None)


def test_a_table_is_the_palette_where_it_serves_all_frames():
    assert gif_reader.read(gif(image([[1, 2, 3, 0]], transparent=0)), all_frames).palette == Palette(
        [CLEAR, RED, GREEN, BLUE]
    )
    assert gif_reader.read(gif(image([[1, 2, 3, 0]])), all_frames).palette == Palette(
        [BLACK, RED, GREEN, BLUE]
    )
    assert (
        gif_reader.read(gif(image([[1]])), all_frames).palette is None
    )  # the canvas shows through, no index says so
    mixed = gif(image([[1, 1, 1, 1]]), image([[2]], table=TABLE[::-1]))
    assert gif_reader.read(mixed, all_frames).palette is None


def test_the_loop_is_how_often_it_plays():
    for plays in (0, 1, 2, 65536):
        pages = Pages([np.full((1, 1, 4), 255, np.uint8)] * 2, [10, 10], plays)
        assert gif_reader.read(gif_writer.write(pages), all_frames).loop == plays


def pages(draw, n=4, **more):
    return Pages([draw(19, 23, **more) for _ in range(n)], [10 * i for i in range(n)], 0)


def test_every_frame_is_written_whole_even_when_equal(draw):
    frame = draw(8, 8)
    again = gif_reader.read(gif_writer.write(Pages([frame] * 5, [0] * 5, 0)), all_frames)
    assert len(again.frames) == 5
    assert all(np.array_equal(f, frame) for f in again.frames)


@pytest.mark.parametrize("colors", [2, 3, 16, 17, 128, 256])
def test_pillow_reads_what_we_write_and_so_do_we(colors):
    chance = np.random.default_rng(colors)
    table = chance.integers(0, 256, (colors, 4), dtype=np.uint8)
    table[:, 3] = 255
    table[0] = 0
    frames = [table[chance.integers(0, colors, (19, 23))] for _ in range(3)]
    data = gif_writer.write(Pages(frames, [10, 20, 30], 0))
    again = gif_reader.read(data, all_frames)
    assert list(again.durations) == [10, 20, 30]
    with Image.open(BytesIO(data)) as file:
        for i, frame in enumerate(frames):
            file.seek(i)
            theirs = np.array(file.convert("RGBA"))
            theirs[theirs[..., 3] == 0] = 0
            assert np.array_equal(theirs, frame)
            assert np.array_equal(again.frames[i], frame)


def test_we_read_what_pillow_writes(draw):
    frames = [draw(12, 12, colors=20) for _ in range(4)]
    first, *others = [Image.fromarray(f) for f in frames]
    file = BytesIO()
    first.save(file, "GIF", save_all=True, append_images=others, disposal=2, duration=70)
    again = gif_reader.read(file.getvalue(), all_frames)
    assert all(np.array_equal(a, b) for a, b in zip(again.frames, frames, strict=True))


def test_frames_of_many_colors_get_tables_of_their_own(draw):
    many = pages(draw, colors=200)
    assert len(Palette.of(np.stack(many.frames))) > 256
    again = gif_reader.read(gif_writer.write(many), all_frames)
    assert all(np.array_equal(a, b) for a, b in zip(again.frames, many.frames, strict=True))


@pytest.mark.parametrize("length", [2, 3, 5, 16, 255, 256])
@pytest.mark.parametrize("clear", [0, -1])
def test_the_palette_keeps_its_order_and_its_unused_colors(length, clear):
    colors = np.column_stack(
        [np.arange(length), np.full(length, 7), np.arange(length)[::-1], np.full(length, 255)]
    )
    colors[clear] = 0
    palette = Palette(colors)
    frame = palette.colors[[[0, length // 2]]]
    again = gif_reader.read(gif_writer.write(Pages([frame], [0], 1, palette)), all_frames)
    assert again.palette == palette
    assert np.array_equal(again.frames[0], frame)


def test_what_a_gif_cannot_hold_is_refused(draw):
    with pytest.raises(BadPicture, match="partial alpha"):
        gif_writer.write(pages(draw, alpha=(255, 100)))
    with pytest.raises(BadPicture, match="a GIF at most 256"):
        gif_writer.write(Pages([draw(40, 40, colors=400)], [0]))
    with pytest.raises(BadPicture, match="700000 ms"):
        gif_writer.write(Pages([draw(2, 2)] * 2, [10, 700_000]))
    with pytest.raises(BadPalette, match="not in the palette"):
        gif_writer.write(Pages([draw(4, 4)], [0], 1, Palette([CLEAR, RED])))

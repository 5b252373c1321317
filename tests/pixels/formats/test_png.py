"""Every kind of PNG, made sample by sample; animations, frame by frame; ours against Pillow's reading."""

import struct
import zlib
from io import BytesIO

import numpy as np
import pytest
from PIL import Image

from spriteloom.errors import BadPicture
from spriteloom.pixels import Palette
from spriteloom.pixels.alpha import clear_hidden
from spriteloom.pixels.formats import png_reader, png_writer
from spriteloom.pixels.formats.pages import Pages, all_frames

SIGNATURE = b"\x89PNG\r\n\x1a\n"
CHANNELS = {0: 1, 2: 3, 3: 1, 4: 2, 6: 4}


def chunk(kind, body=b""):
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))


def header(width, height, depth, kind, interlaced=0):
    return chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, depth, kind, 0, 0, interlaced))


def stream(samples, depth):
    """Rows behind a 0, packed; (h, w, channels) → deflated bytes."""
    height = len(samples)
    if depth == 16:
        rows = samples.astype(">u2").view(np.uint8).reshape(height, -1)
    else:
        bits = np.unpackbits(samples.astype(np.uint8)[..., None], axis=-1)[..., 8 - depth :]
        rows = np.packbits(bits.reshape(height, -1), axis=1)
    return zlib.compress(np.hstack([np.zeros((height, 1), np.uint8), rows]).tobytes())


def png(samples, depth, kind, *between):
    height, width = samples.shape[:2]
    data = chunk(b"IDAT", stream(samples, depth))
    return SIGNATURE + header(width, height, depth, kind) + b"".join(between) + data + chunk(b"IEND")


def only(data):
    (frame,) = png_reader.read(data, all_frames).frames
    return frame


def values(depth, kind, h=5, w=7):
    return np.random.default_rng(depth * 10 + kind).integers(0, 1 << depth, (h, w, CHANNELS[kind]))


@pytest.mark.parametrize(
    ("depth", "kind"), [(d, k) for k in (0, 2, 4, 6) for d in (1, 2, 4, 8, 16) if d >= 8 or not k]
)
def test_samples_of_every_depth_become_rgba_by_rounding(depth, kind):
    samples = values(depth, kind)
    eight = np.rint(samples * 255 / ((1 << depth) - 1)).astype(np.uint8)
    color = eight[..., : 1 if kind in (0, 4) else 3]
    alpha = eight[..., -1:] if kind in (4, 6) else np.full((5, 7, 1), 255, np.uint8)
    expected = np.concatenate([np.broadcast_to(color, (5, 7, 3)), alpha], -1)
    assert np.array_equal(only(png(samples, depth, kind)), clear_hidden(expected))


def test_all_65536_values_of_16_bits_round_to_the_nearest():
    samples = np.arange(65536).reshape(256, 256, 1)
    assert np.array_equal(only(png(samples, 16, 0))[..., 0], np.rint(samples[..., 0] / 257))


@pytest.mark.parametrize("depth", [1, 2, 4, 8])
def test_an_indexed_file_keeps_its_palette_in_order(depth):
    colors = np.random.default_rng(depth).integers(0, 256, (1 << depth, 3), dtype=np.uint8)
    samples = values(depth, 3)
    clear = chunk(b"tRNS", bytes([255, 0]))
    pages = png_reader.read(png(samples, depth, 3, chunk(b"PLTE", colors.tobytes()), clear), all_frames)
    rgba = np.column_stack([colors, np.full(len(colors), 255)])
    rgba[1] = 0
    assert pages.palette == Palette(rgba)
    assert np.array_equal(pages.frames[0], rgba[samples[..., 0]])


def test_an_index_beyond_the_palette_is_refused():
    with pytest.raises(BadPicture, match="color 3 of a palette of 2"):
        only(png(np.full((1, 1, 1), 3), 8, 3, chunk(b"PLTE", bytes(6))))


@pytest.mark.parametrize(("depth", "kind"), [(1, 0), (4, 0), (8, 0), (16, 0), (8, 2), (16, 2)])
def test_the_color_that_means_transparent_is_compared_as_stored(depth, kind):
    samples = values(depth, kind)
    key = samples[2, 3]
    frame = only(png(samples, depth, kind, chunk(b"tRNS", struct.pack(f">{len(key)}H", *key))))
    hit = (samples == key).all(axis=-1)
    assert hit.any()
    assert np.array_equal(frame[..., 3] == 0, hit)
    assert not frame[hit].any()


def test_interlaced_and_filtered_files_of_pillow_are_read(draw):
    pixels = draw(33, 29, colors=300, alpha=(255, 90))
    file = BytesIO()
    Image.fromarray(pixels).save(file, "PNG")
    assert np.array_equal(only(file.getvalue()), pixels)


def test_interlaced_rows_come_in_order():
    samples = values(8, 0, 8, 8)
    passes = [
        (0, 0, 8, 8),
        (0, 4, 8, 8),
        (4, 0, 8, 4),
        (0, 2, 4, 4),
        (2, 0, 4, 2),
        (0, 1, 2, 2),
        (1, 0, 2, 1),
    ]
    rows = b"".join(
        b"\0" + row.astype(np.uint8).tobytes() for y, x, dy, dx in passes for row in samples[y::dy, x::dx]
    )
    data = SIGNATURE + header(8, 8, 8, 0, 1) + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND")
    assert np.array_equal(only(data)[..., 0], samples[..., 0])


def control(sequence, w, h, x=0, y=0, ms=100, disposal=0, blend=0):
    return chunk(b"fcTL", struct.pack(">IIIIIHHBB", sequence, w, h, x, y, ms, 1000, disposal, blend))


def apng(*frames, size=(4, 1), still=b"", plays=0):
    """Frames are (rgba rows, {x, y, ms, disposal, blend})."""
    parts, sequence = (
        [SIGNATURE, header(*size, 8, 6), chunk(b"acTL", struct.pack(">II", len(frames), plays)), still],
        0,
    )
    for rows, how in frames:
        samples = np.array(rows, np.uint8)
        parts.append(control(sequence, samples.shape[1], samples.shape[0], **how))
        sequence += 1
        if sequence == 1 and not still:
            parts.append(chunk(b"IDAT", stream(samples, 8)))
        else:
            parts.append(chunk(b"fdAT", struct.pack(">I", sequence) + stream(samples, 8)))
            sequence += 1
    return b"".join([*parts, chunk(b"IEND")])


R, G, B, C, H = (255, 0, 0, 255), (0, 255, 0, 255), (0, 0, 255, 255), (0, 0, 0, 0), (0, 255, 0, 51)


def shown(data, pick=all_frames):
    return [[tuple(pixel) for pixel in frame[0].tolist()] for frame in png_reader.read(data, pick).frames]


def test_a_frame_stays_is_cleared_or_gives_back_what_was_there():
    for disposal, after in [(0, R), (1, C), (2, B)]:
        data = apng(([[B] * 4], {}), ([[R]], {"disposal": disposal}), ([[G]], {"x": 3}))
        assert shown(data) == [[B] * 4, [R, B, B, B], [after, B, B, G]]


def test_giving_back_what_was_before_the_first_frame_clears():
    assert shown(apng(([[B] * 4], {"disposal": 2}), ([[G]], {})))[1] == [G, C, C, C]


def test_a_frame_replaces_or_is_laid_over():
    data = apng(([[R] * 4], {}), ([[C, H, G, C]], {"blend": 1}), ([[C, H, G, C]], {"blend": 0}))
    assert shown(data)[1] == [R, (204, 51, 0, 255), G, R]
    assert shown(data)[2] == [C, H, G, C]


def test_a_still_beside_the_animation_is_not_a_frame():
    still = chunk(b"IDAT", stream(np.array([[B] * 4], np.uint8), 8))
    assert shown(apng(([[R] * 4], {}), ([[G] * 4], {}), still=still)) == [[R] * 4, [G] * 4]


def test_picking_frames_gives_what_drawing_all_gives():
    data = apng(([[R] * 4], {}), ([[G]], {"x": 1, "disposal": 2}), ([[B]], {"x": 2}))
    full = shown(data)
    assert shown(data, lambda n: (n - 1, 0)) == [full[2], full[0]]


def test_a_missing_frame_is_noticed():
    data = apng(([[R] * 4], {}), ([[G] * 4], {}))
    short = data.replace(chunk(b"acTL", struct.pack(">II", 2, 0)), chunk(b"acTL", struct.pack(">II", 3, 0)))
    with pytest.raises(BadPicture, match="lacks a frame"):
        shown(short)


def test_every_cut_and_every_flipped_byte_is_noticed_or_harmless(draw):
    pixels = draw(6, 6)
    data = png_writer.write(Pages([pixels], [0]))
    for cut in range(8, len(data)):
        with pytest.raises(BadPicture):
            only(data[:cut])
    for at in range(8, len(data)):
        harmed = bytearray(data)
        harmed[at] ^= 0x55
        with pytest.raises(BadPicture):
            only(bytes(harmed))


@pytest.mark.parametrize("indexed", [False, True])
def test_pillow_reads_what_we_write_and_so_do_we(draw, indexed):
    frames = [draw(19, 23)]
    frames += [np.roll(frames[0], 3, axis=0), np.roll(frames[0], 3, axis=0), np.zeros_like(frames[0])]
    palette = Palette(Palette.of(frames[0]).colors[::-1]) if indexed else None
    data = png_writer.write(Pages(frames, [10, 20, 33, 65535], 7, palette))
    again = png_reader.read(data, all_frames)
    assert list(again.durations) == [10, 20, 33, 65535]
    assert again.loop == 7
    assert again.palette == palette
    with Image.open(BytesIO(data)) as file:
        for i, frame in enumerate(frames):
            file.seek(i)
            theirs = np.array(file.convert("RGBA"))
            theirs[theirs[..., 3] == 0] = 0
            assert np.array_equal(theirs, frame)
            assert np.array_equal(again.frames[i], frame)


def test_partial_alpha_survives_indexed_and_not(draw):
    pixels = draw(9, 9, alpha=(255, 1, 128))
    for palette in (None, Palette.of(pixels)):
        assert np.array_equal(only(png_writer.write(Pages([pixels], [0], 1, palette))), pixels)


def test_a_frame_shown_too_long_is_refused(draw):
    with pytest.raises(BadPicture, match="65536 ms"):
        png_writer.write(Pages([draw(2, 2)], [65536]))

"""Codes of many sprites come back from a file as they were, whatever the size of a chunk."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import torch

from codec_kit import noise
from spriteloom.codecs.code_streams import concatenate_codes, encode_chunks, open_stream, save_stream
from spriteloom.codecs.codec import Codec
from spriteloom.codecs.codes import Codes
from spriteloom.data.procedural.creature import creatures
from spriteloom.errors import BadPicture, DataError
from spriteloom.models.palette_vq.network import PaletteVQ, PaletteVQConfig
from spriteloom.models.palette_vq.tokenizer import Tokenizer
from spriteloom.pixels import Sprite


def sprites() -> list[Sprite]:
    """Of four sizes, none a multiple of a patch's."""
    made = list(creatures(7, seed=1, size=32))
    return [one.with_pixels(one.pixels[3 : 29 - i % 4, 2 : 27 + i % 2]) for i, one in enumerate(made)]


@pytest.fixture(params=["codec", "tokenizer"])
def coder(request: pytest.FixtureRequest) -> Codec | Tokenizer:
    if request.param == "codec":
        return Codec(m=4, table=noise(32, 48))
    torch.manual_seed(0)
    config = PaletteVQConfig(m=4, codes=16, dim=4, widths=(8, 8), blocks=1, keys=8)
    return Tokenizer(network=PaletteVQ(config).eval(), fingerprint="a" * 12)


def same(a: Codes, b: Codes) -> bool:
    """Whether two hold the same, whatever room is around."""

    def rows(codes: Codes) -> Iterator[object]:
        for i, (h, w) in enumerate(codes.sizes):
            yield codes.names[i], h, w, codes.grid[i, : -(-h // 4), : -(-w // 4)].tobytes()
            if codes.inside is not None:
                yield codes.inside[i, :h, :w].tobytes()
            if codes.palettes is not None:
                yield next(iter(codes.palettes.of(np.array([i])).rows())).tobytes()

    return a.codec == b.codec and list(rows(a)) == list(rows(b))


def test_a_sprites_codes_do_not_depend_on_the_chunk(coder):
    at_once = coder.encode(sprites())
    for chunk in (1, 3):
        assert same(concatenate_codes(encode_chunks(coder, sprites(), chunk)), at_once)


@pytest.mark.parametrize("chunk", [2, 100])
def test_codes_come_back_from_a_file_and_decode_to_the_same_sprites(coder, tmp_path: Path, chunk: int):
    path = tmp_path / "codes.parquet"
    assert save_stream(encode_chunks(coder, sprites(), 3), 4, path) == 7
    again = concatenate_codes(open_stream(path, chunk))
    assert same(again, coder.encode(sprites()))
    for a, b in zip(coder.decode(again), coder.decode(coder.encode(sprites())), strict=True):
        assert np.array_equal(a.pixels, b.pixels)
    assert [file.name for file in tmp_path.iterdir()] == ["codes.parquet"]


def test_another_program_reads_rows(tmp_path: Path):
    codec = Codec(m=4, table=noise(300, 48))
    save_stream(encode_chunks(codec, sprites()), 4, tmp_path / "codes.parquet")
    rows = pq.read_table(tmp_path / "codes.parquet").to_pylist()
    expected = codec.encode(sprites()[:1])
    assert rows[0]["codes"] == expected.grid[0].ravel().tolist() and max(rows[0]["codes"]) > 255
    h, w = rows[0]["height"], rows[0]["width"]
    alpha = np.unpackbits(np.frombuffer(rows[0]["alpha"], np.uint8), count=h * w).reshape(h, w)
    assert np.array_equal(alpha * 255, sprites()[0].pixels[..., 3])


def test_a_fault_midway_leaves_nothing_behind(coder, tmp_path: Path):
    def breaking() -> Iterator[Sprite]:
        yield from sprites()
        raise BadPicture("the last one is damaged")

    with pytest.raises(BadPicture, match="the last one"):
        save_stream(encode_chunks(coder, breaking(), 2), 4, tmp_path / "codes.parquet")
    with pytest.raises(DataError, match="no codes to write"):
        save_stream([], 4, tmp_path / "codes.parquet")
    assert not list(tmp_path.iterdir())
    with pytest.raises(DataError, match="no codes to write"):
        concatenate_codes([])
    with pytest.raises(DataError, match="cannot be written"):
        save_stream(encode_chunks(coder, sprites()), 4, tmp_path / "no" / "codes.parquet")


def test_what_is_no_file_of_codes_is_refused_in_one_line(tmp_path: Path):
    codec = Codec(m=4, table=noise(32, 48))
    good, bad = tmp_path / "good.parquet", tmp_path / "bad.parquet"
    save_stream(encode_chunks(codec, sprites()), 4, good)
    table = pq.read_table(good)
    shorter = table.set_column(1, "height", pa.array([1] * 7, pa.int32()))
    nothing = table.set_column(1, "height", pa.array([0] * 7, pa.int32()))
    for write in (
        lambda: bad.write_bytes(b"words"),
        lambda: bad.write_bytes(good.read_bytes()[:-200]),
        lambda: pq.write_table(pa.table({"a": [1]}), bad),
        lambda: pq.write_table(shorter, bad),
        lambda: pq.write_table(nothing, bad),
        lambda: pq.write_table(table.drop_columns("codes"), bad),
        lambda: bad.unlink(),
    ):
        write()
        with pytest.raises(DataError, match=r"not a file of codes|no such file") as reason:
            list(open_stream(bad))
        assert "\n" not in str(reason.value) and str(bad) in str(reason.value)

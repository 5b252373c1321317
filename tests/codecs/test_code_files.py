"""Codes on disk: everything comes back; whatever else lies there is refused in one line."""

from __future__ import annotations

import zipfile
from pathlib import Path

import numpy as np
import pytest

from codec_kit import noise
from spriteloom.codecs.codes import Codes
from spriteloom.errors import DataError


def codes(dtype: type = np.uint8) -> Codes:
    rng = np.random.default_rng(0)
    return Codes(
        grid=rng.integers(0, 200, (3, 5, 7)).astype(dtype),
        inside=rng.random((3, 10, 14)) < 0.5,
        sizes=np.array([[9, 13], [10, 14], [1, 2]], np.int32),
        names=("bulb", "ünï ☃", ""),
        codec="0123456789ab",
    )


def refused(path: Path, words: str) -> None:
    with pytest.raises(DataError, match=words) as error:
        Codes.open(path)
    assert str(path) in str(error.value) and "\n" not in str(error.value)


@pytest.mark.parametrize("dtype", [np.uint8, np.uint16, np.int32])
def test_codes_come_back_as_they_were(tmp_path: Path, dtype: type) -> None:
    ours = codes(dtype)
    ours.save(tmp_path / "a.npz")
    again = Codes.open(tmp_path / "a.npz")
    assert again.grid.dtype == dtype and again.inside.dtype == bool
    for name in ("grid", "inside", "sizes"):
        assert np.array_equal(getattr(again, name), getattr(ours, name))
    assert (again.names, again.codec) == (ours.names, ours.codec)
    assert [path.name for path in tmp_path.iterdir()] == ["a.npz"]


def test_the_name_given_is_the_name_written(tmp_path: Path) -> None:
    codes().save(tmp_path / "no suffix")
    assert len(Codes.open(tmp_path / "no suffix")) == 3


def test_a_file_of_codes_holds_no_pickle(tmp_path: Path) -> None:
    codes().save(tmp_path / "a.npz")
    with zipfile.ZipFile(tmp_path / "a.npz") as parts:
        for name in parts.namelist():
            header = parts.read(name)[:128]
            assert b"'descr': '|O'" not in header and b"NUMPY" in header


def test_a_pickle_is_never_loaded(tmp_path: Path) -> None:
    class Bomb:
        def __reduce__(self) -> tuple[object, ...]:
            return (pytest.fail, ("a pickle was run",))

    path = tmp_path / "a.npz"
    np.savez(path, grid=np.array([Bomb()], object), head=np.array([Bomb()], object))
    refused(path, "not a file of codes")
    np.save(tmp_path / "b.npy", np.array([Bomb()], object))
    refused(tmp_path / "b.npy", "not a file of codes")


def test_what_is_missing_or_something_else_is_refused(tmp_path: Path) -> None:
    refused(tmp_path / "none.npz", "no such file")
    refused(tmp_path, "not a file of codes")
    for name, content in {"empty": b"", "text": b"hello", "noise": noise(1, 500).tobytes()}.items():
        (tmp_path / name).write_bytes(content)
        refused(tmp_path / name, "not a file of codes")
    np.save(tmp_path / "a.npy", np.zeros(3))
    refused(tmp_path / "a.npy", "not a file of codes")
    np.savez(tmp_path / "foreign.npz", something=np.zeros(3))
    refused(tmp_path / "foreign.npz", "not a file of codes")
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as parts:
        parts.writestr("head", "{}")
    refused(tmp_path / "a.zip", "not a file of codes")


def test_a_later_format_says_so(tmp_path: Path) -> None:
    path = tmp_path / "a.npz"
    np.savez(path, head=np.frombuffer(b'{"format": 99}', np.uint8))
    refused(path, "format 99, not 1")


def test_any_damage_is_a_data_error_or_nothing_at_all(tmp_path: Path) -> None:
    codes().save(tmp_path / "whole")
    whole, path = (tmp_path / "whole").read_bytes(), tmp_path / "damaged"
    rng = np.random.default_rng(0)
    for end in rng.integers(0, len(whole), 60):
        path.write_bytes(whole[:end])
        refused(path, "codes")
    for at, bit in zip(rng.integers(0, len(whole), 300), rng.integers(0, 8, 300), strict=True):
        path.write_bytes(whole[:at] + bytes([whole[at] ^ (1 << bit)]) + whole[at + 1 :])
        try:
            Codes.open(path)
        except DataError as error:
            assert "\n" not in str(error)


def test_parts_that_do_not_agree_are_refused() -> None:
    ours = codes()
    parts = {"grid": ours.grid, "inside": ours.inside, "sizes": ours.sizes, "names": ours.names}
    for wrong in (
        {"grid": ours.grid[:2]},
        {"grid": ours.grid[0]},
        {"grid": ours.grid.astype(np.float32)},
        {"inside": ours.inside[:1]},
        {"sizes": ours.sizes[:, :1]},
        {"names": ("one",)},
    ):
        with pytest.raises(ValueError, match=r"names|sizes"):
            Codes(**{**parts, **wrong}, codec=ours.codec)

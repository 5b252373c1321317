from pathlib import Path

import pytest

from spriteloom.errors import BadPicture
from spriteloom.pixels.disk import read_bytes, write_bytes


def test_what_was_written_is_read(tmp_path):
    write_bytes(tmp_path / "a", b"one", BadPicture)
    write_bytes(tmp_path / "a", b"two", BadPicture)
    assert read_bytes(tmp_path / "a", BadPicture) == b"two"
    assert [p.name for p in tmp_path.iterdir()] == ["a"]


def test_a_file_is_replaced_never_written_into(tmp_path):
    write_bytes(tmp_path / "a", b"old", BadPicture)
    with (tmp_path / "a").open("rb") as reader:
        write_bytes(tmp_path / "a", b"new", BadPicture)
        assert reader.read() == b"old"


def test_a_full_disk_leaves_the_old_file_and_no_other(tmp_path, monkeypatch):
    write_bytes(tmp_path / "a", b"old", BadPicture)

    def half(self: Path, data: bytes) -> int:
        with self.open("wb") as file:
            file.write(data[:1])
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "write_bytes", half)
    with pytest.raises(BadPicture, match=r"a cannot be written \(No space left on device\)"):
        write_bytes(tmp_path / "a", b"new", BadPicture)
    assert (tmp_path / "a").read_bytes() == b"old"
    assert [p.name for p in tmp_path.iterdir()] == ["a"]


def test_a_folder_that_is_not_there_is_named(tmp_path):
    with pytest.raises(BadPicture, match="No such file or directory"):
        write_bytes(tmp_path / "none" / "a", b"", BadPicture)


def test_a_file_beyond_the_limit_is_not_read(tmp_path):
    (tmp_path / "a").write_bytes(bytes(2048))
    with pytest.raises(BadPicture, match="larger than 1 KiB"):
        read_bytes(tmp_path / "a", BadPicture, limit=1024)

"""Trees: the same files from folder, zip and tar, and nothing that a hostile archive wants."""

import io
import os
import tarfile
import tracemalloc
import zipfile
from pathlib import Path

import pytest

from spriteloom.data.sources import tree as trees
from spriteloom.data.sources.tree import open_tree
from spriteloom.errors import SourceError

FILES = {"a.png": b"first", "deep/er/b.png": b"second" * 1000, "deep/c.txt": b""}


def as_folder(place: Path, files: dict[str, bytes]) -> Path:
    for path, data in files.items():
        (place / path).parent.mkdir(parents=True, exist_ok=True)
        (place / path).write_bytes(data)
    return place


def as_zip(place: Path, files: dict[str, bytes]) -> Path:
    with zipfile.ZipFile(place, "w", zipfile.ZIP_DEFLATED) as archive:
        for path, data in files.items():
            archive.writestr(path, data)
    return place


def as_tar(place: Path, files: dict[str, bytes], mode: str = "w:gz") -> Path:
    with tarfile.open(place, mode) as archive:  # type: ignore[call-overload]
        for path, data in files.items():
            header = tarfile.TarInfo(path)
            header.size = len(data)
            archive.addfile(header, io.BytesIO(data))
    return place


@pytest.fixture(params=["folder", "zip", "tgz", "tar", "tar.xz"])
def place(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    where = tmp_path / f"it.{request.param}"
    if request.param == "folder":
        return as_folder(where, FILES)
    if request.param == "zip":
        return as_zip(where, FILES)
    return as_tar(where, FILES, {"tgz": "w:gz", "tar": "w", "tar.xz": "w:xz"}[request.param])


def test_the_same_files_come_out_whatever_holds_them(place: Path) -> None:
    tree = open_tree(place)
    assert sorted(tree.paths) == sorted(FILES)
    assert dict(tree.read(tree.paths)) == FILES


def test_only_what_is_wanted_is_read_and_in_the_same_order_every_time(place: Path) -> None:
    tree = open_tree(place)
    wanted = ["deep/er/b.png", "a.png"]
    once = [path for path, _ in tree.read(wanted)]
    assert sorted(once) == sorted(wanted)
    assert once == [path for path, _ in tree.read(wanted)] == [path for path in tree.paths if path in wanted]


def test_an_archive_is_told_by_content_and_not_by_suffix(tmp_path: Path) -> None:
    assert open_tree(as_zip(tmp_path / "sprites.dat", FILES)).paths
    assert open_tree(as_tar(tmp_path / "sprites.bin", FILES)).paths


HOSTILE = {
    "../up.png": b"x",
    "/etc/root.png": b"x",
    "a/../../b.png": b"x",
    "C:\\win.png": b"x",
    ".git/config": b"x",
}


@pytest.mark.parametrize("pack", [as_zip, as_tar])
def test_paths_that_leave_the_archive_are_not_listed(pack, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    assert open_tree(pack(tmp_path / "it", {**HOSTILE, "good.png": b"x"})).paths == ("good.png",)


def test_links_and_devices_in_a_tar_are_not_listed(tmp_path: Path) -> None:
    with tarfile.open(tmp_path / "it.tgz", "w:gz") as archive:
        for kind in (tarfile.SYMTYPE, tarfile.LNKTYPE, tarfile.CHRTYPE, tarfile.FIFOTYPE, tarfile.DIRTYPE):
            header = tarfile.TarInfo(f"kind{kind.decode()}.png")
            header.type, header.linkname = kind, "/etc/passwd"
            archive.addfile(header)
    assert open_tree(tmp_path / "it.tgz").paths == ()


def test_a_link_in_a_zip_is_not_listed(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "it.zip", "w") as archive:
        link = zipfile.ZipInfo("link.png")
        link.external_attr = 0o120777 << 16
        archive.writestr(link, "/etc/passwd")
    assert open_tree(tmp_path / "it.zip").paths == ()


def test_a_file_above_the_limit_is_not_listed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(trees, "MAX_FILE", 100)
    for tree in (
        as_folder(tmp_path / "f", FILES),
        as_zip(tmp_path / "z", FILES),
        as_tar(tmp_path / "t", FILES),
    ):
        assert sorted(open_tree(tree).paths) == ["a.png", "deep/c.txt"]


@pytest.mark.parametrize("pack", [as_zip, as_tar])
def test_an_archive_that_unpacks_to_too_much_is_refused(  # type: ignore[no-untyped-def]
    pack, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(trees, "MAX_TOTAL", 1000)
    with pytest.raises(SourceError, match="refused above"):
        _ = open_tree(pack(tmp_path / "it", FILES)).paths


def test_a_tar_header_that_claims_a_gigantic_name_is_refused_unread(tmp_path: Path) -> None:
    with tarfile.open(tmp_path / "it.tar", "w", format=tarfile.GNU_FORMAT) as archive:
        archive.addfile(tarfile.TarInfo("n" * (2 << 20)))
    with pytest.raises(SourceError, match="a header of 2,097,153 bytes"):
        _ = open_tree(tmp_path / "it.tar").paths


@pytest.mark.parametrize("left", [0.3, 0.6, 0.95])
def test_a_cut_tar_is_an_error_and_not_a_shorter_list(left: float, tmp_path: Path) -> None:
    whole = as_tar(tmp_path / "it.tgz", {f"{i}.png": os.urandom(5000) for i in range(20)}).read_bytes()
    (tmp_path / "it.tgz").write_bytes(whole[: int(len(whole) * left)])
    with pytest.raises(SourceError, match=r"it\.tgz: the archive is damaged or cut off"):
        _ = open_tree(tmp_path / "it.tgz").paths


@pytest.mark.parametrize("pack", [as_zip, as_tar])
def test_an_archive_cut_to_its_first_bytes_is_called_damaged(pack, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    whole = pack(tmp_path / "it", FILES).read_bytes()
    (tmp_path / "it").write_bytes(whole[:40])
    with pytest.raises(SourceError, match=r"damaged or cut off|ended before the end"):
        open_tree(tmp_path / "it")


def test_a_tar_cut_between_two_files_is_an_error_too(tmp_path: Path) -> None:
    whole = as_tar(tmp_path / "it.tar", {"a.png": bytes(512), "b.png": bytes(512)}, "w").read_bytes()
    (tmp_path / "it.tar").write_bytes(whole[:1024])
    with pytest.raises(SourceError, match="damaged or cut off"):
        _ = open_tree(tmp_path / "it.tar").paths


def test_an_unreadable_member_of_a_zip_is_empty_and_stops_nothing(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "it.zip", "w", zipfile.ZIP_STORED) as archive:
        archive.writestr("a.png", b"damage me")
        archive.writestr("b.png", b"whole")
    data = (tmp_path / "it.zip").read_bytes()
    (tmp_path / "it.zip").write_bytes(data.replace(b"damage me", b"damaged!!"))
    tree = open_tree(tmp_path / "it.zip")
    assert dict(tree.read(tree.paths)) == {"a.png": b"", "b.png": b"whole"}


def test_a_file_that_vanishes_is_empty_and_stops_nothing(tmp_path: Path) -> None:
    tree = open_tree(as_folder(tmp_path, FILES))
    listed = tree.paths
    (tmp_path / "a.png").unlink()
    assert dict(tree.read(listed)) == {**FILES, "a.png": b""}


def test_links_to_folders_are_not_followed_round_and_round(tmp_path: Path) -> None:
    as_folder(tmp_path, FILES)
    (tmp_path / "deep/again").symlink_to(tmp_path, target_is_directory=True)
    (tmp_path / "nowhere.png").symlink_to(tmp_path / "gone.png")
    assert sorted(open_tree(tmp_path).paths) == sorted(FILES)


def test_a_name_that_comes_twice_is_one_file(tmp_path: Path) -> None:
    with tarfile.open(tmp_path / "it.tar", "w") as archive:
        for data in (b"first", b"again"):
            header = tarfile.TarInfo("./a.png")
            header.size = len(data)
            archive.addfile(header, io.BytesIO(data))
    tree = open_tree(tmp_path / "it.tar")
    assert (tree.paths, list(tree.read(["a.png"]))) == (("a.png",), [("a.png", b"first")])


def test_reading_a_tar_holds_one_file_at_a_time(tmp_path: Path) -> None:
    as_tar(tmp_path / "it.tgz", {f"{i}.png": bytes(1 << 20) for i in range(40)})
    tree = open_tree(tmp_path / "it.tgz")
    tracemalloc.start()
    assert sum(len(data) for _, data in tree.read(tree.paths)) == 40 << 20
    assert tracemalloc.get_traced_memory()[1] < 6 << 20
    tracemalloc.stop()


def test_what_is_no_archive_or_not_there_is_said(tmp_path: Path) -> None:
    (tmp_path / "note.zip").write_text("no archive")
    with pytest.raises(SourceError, match=r"note\.zip: neither a folder nor an archive"):
        open_tree(tmp_path / "note.zip")
    with pytest.raises(SourceError, match="no such folder"):
        open_tree(tmp_path / "gone")

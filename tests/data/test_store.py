"""`SpriteSet`: reads what was prepared, in order, in any chunks; refuses what is not its own."""

from functools import cache
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from tiny import ListSource, blob, item

from spriteloom.data.pictures import Pictures
from spriteloom.data.prepare import prepare
from spriteloom.data.preprocessing import PIXEL, PIXEL_VQVAE, Preprocessing
from spriteloom.data.store import SpriteSet
from spriteloom.errors import DataError

SPECIES = 12


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("sets")


def build(preprocessing: Preprocessing, out: Path, *, materialize: bool = False) -> SpriteSet:
    known = {"types": ("fire",), "shape": "ball", "view": "back", "shiny": True}
    source = ListSource(
        [item(f"{s}/{i}.png", blob(9 * s + i), f"s{s}", **known) for s in range(SPECIES) for i in (0, 1)]
    )
    prepare(source, preprocessing, out=out, seed=5, size=32, workers=1, materialize=materialize)
    return SpriteSet.open(out)


@pytest.fixture(scope="module")
def lazy(folder: Path) -> SpriteSet:
    return build(PIXEL_VQVAE, folder / "lazy.parquet")


@pytest.fixture(scope="module")
def written(folder: Path) -> SpriteSet:
    return build(PIXEL_VQVAE, folder / "written.parquet", materialize=True)


@pytest.fixture(scope="module")
def pixel(folder: Path) -> SpriteSet:
    return build(PIXEL, folder / "pixel.parquet")


@cache
def pictures_of(path: Path, split: str) -> Pictures:
    """All pictures of a split, read once for all tests that compare with them."""
    return SpriteSet.open(path).all_pictures(split)


def test_it_knows_its_recipe_and_counts(lazy: SpriteSet):
    assert lazy.preprocessing == PIXEL_VQVAE.__class__(size=32) and lazy.info["seed"] == 5
    assert [lazy.count(split) for split in ("train", "validation", "test")] == [20 * 24, 2 * 12, 2 * 12]
    assert [len(lazy.species(split)) for split in ("train", "validation", "test")] == [10, 1, 1]


def test_species_are_those_of_the_sprites(lazy: SpriteSet):
    for split in ("train", "validation", "test"):
        assert lazy.species(split) == sorted({sprite.species for sprite in lazy.sprites(split)})


def test_sprites_are_exact_and_labelled(lazy: SpriteSet):
    (first, second) = lazy.sprites("test")
    number = int(first.species[1:])
    for i, sprite in enumerate((first, second)):
        assert sprite.pixels.shape == (24, 24, 4)  # the smallest square, as pixel-vqvae keeps it
        assert np.array_equal(sprite.pixels[:, 2:-2], blob(9 * number + i))
    assert first.labels == {
        "types": ("fire",),
        "shape": "ball",
        "view": "back",
        "shiny": "yes",
        "path": f"{number}/0.png",
    }
    assert len(list(lazy.sprites("train"))) == 20 and len(list(lazy.sprites("train", limit=3))) == 3


def test_items_are_what_a_source_gives(lazy: SpriteSet):
    (first, _) = lazy.items("test")
    assert (first.types, first.shiny, first.path) == (("fire",), True, f"{first.species[1:]}/0.png")


def test_items_are_on_the_canvas_of_their_game(folder: Path):
    """So a set prepared from a set's items holds what the first one holds."""
    source = ListSource([item(f"{s}.png", blob(s), f"s{s}", canvas=48) for s in range(SPECIES)])
    first, second = (folder / f"canvas-{i}.parquet" for i in range(2))
    prepare(source, PIXEL_VQVAE, out=first, workers=1)
    stored = SpriteSet.open(first)
    again = ListSource([one for split in ("train", "validation", "test") for one in stored.items(split)])
    prepare(again, PIXEL_VQVAE, out=second, workers=1)
    sides = [
        {sprite.name: sprite.pixels for sprite in SpriteSet.open(path).sprites("train")}
        for path in (first, second)
    ]
    assert {pixels.shape for pixels in sides[0].values()} == {(48, 48, 4)}
    assert sides[0].keys() == sides[1].keys()
    assert all(np.array_equal(pixels, sides[1][name]) for name, pixels in sides[0].items())


@pytest.mark.parametrize(("chunk", "workers"), [(1024, 2), (100, 1), (24, 2), (7, 1)])
def test_chunks_and_workers_change_nothing(
    lazy: SpriteSet, monkeypatch: pytest.MonkeyPatch, chunk: int, workers: int
):
    whole = lazy.all_pictures("train", workers=1)
    monkeypatch.setattr("spriteloom.data.store.ROWS", 3)
    parts = list(lazy.pictures("train", chunk=chunk, workers=workers))
    assert {len(part) for part in parts[:-1]} <= {chunk}
    assert np.array_equal(np.concatenate([part.rgb for part in parts]), whole.rgb)
    assert np.array_equal(np.concatenate([part.inside for part in parts]), whole.inside)


@pytest.mark.parametrize("limit", [0, 1, 30, 480, 9999])
def test_a_limit_takes_the_first_pictures(lazy: SpriteSet, limit: int):
    whole, some = pictures_of(lazy.path, "train"), lazy.all_pictures("train", limit=limit)
    assert len(some) == min(limit, 480) and np.array_equal(some.rgb, whole.rgb[:limit])
    assert sum(map(len, lazy.pictures("train", limit=limit, chunk=16))) == len(some)


class TestWithoutNoise:
    """One set, read again without its pictures over noise: the rest as it was."""

    @pytest.fixture(params=["lazy", "written"])
    def whole(self, request: pytest.FixtureRequest) -> SpriteSet:
        return request.getfixturevalue(request.param)

    @staticmethod
    def quiet_part(whole: SpriteSet, split: str) -> Pictures:
        """The pictures of the whole set whose variant is not over noise."""
        pictures, variants = pictures_of(whole.path, split), whole.preprocessing.variants(split)
        names = variants * (len(pictures) // len(variants))
        quiet = np.array(["noise" not in name for name in names])
        return Pictures(pictures.rgb[quiet], pictures.inside[quiet])

    @pytest.mark.parametrize("split", ["train", "validation", "test"])
    def test_the_pictures_are_those_of_the_whole_set(self, whole: SpriteSet, split: str):
        found, expected = whole.without_noise().all_pictures(split), self.quiet_part(whole, split)
        assert np.array_equal(found.rgb, expected.rgb) and np.array_equal(found.inside, expected.inside)

    def test_they_are_counted(self, whole: SpriteSet):
        quiet = whole.without_noise()
        assert [quiet.count(split) for split in ("train", "validation", "test")] == [20 * 12, 2 * 12, 2 * 12]
        assert whole.count("train") == 20 * 24  # the set itself is as it was
        assert len(quiet.species("train")) == len(whole.species("train")) == 10

    @pytest.mark.parametrize("limit", [0, 1, 30, 240, 9999])
    def test_a_limit_counts_what_stays(self, whole: SpriteSet, limit: int):
        expected, quiet = self.quiet_part(whole, "train"), whole.without_noise()
        found = quiet.all_pictures("train", limit=limit)
        assert len(found) == min(limit, 240) and np.array_equal(found.rgb, expected.rgb[:limit])
        assert sum(map(len, quiet.pictures("train", limit=limit, chunk=7))) == len(found)

    def test_chunks_smaller_than_a_sprites_pictures_change_nothing(
        self, whole: SpriteSet, monkeypatch: pytest.MonkeyPatch
    ):
        monkeypatch.setattr("spriteloom.data.store.ROWS", 3)
        parts = list(whole.without_noise().pictures("train", chunk=5, workers=2))
        assert np.array_equal(
            np.concatenate([part.rgb for part in parts]), self.quiet_part(whole, "train").rgb
        )

    def test_a_set_that_has_no_noise_is_as_it_was(self, pixel: SpriteSet):
        assert pixel.without_noise().preprocessing == pixel.preprocessing
        assert pixel.without_noise().count("train") == pixel.count("train")

    def test_written_sprites_and_items_are_filtered_alike(self, written: SpriteSet):
        quiet = written.without_noise()
        assert len(list(written.sprites("train"))) == len(list(written.items("train"))) == 480
        assert len(list(quiet.sprites("train"))) == len(list(quiet.items("train"))) == 240
        assert len(list(quiet.sprites("train", limit=5))) == 5


def test_pictures_are_seeded_by_the_row_of_the_file(lazy: SpriteSet):
    row = len(list(lazy.sprites("train"))) + 2 + 1  # the second sprite of test
    (_, second) = lazy.sprites("test")
    mine = lazy.preprocessing.expand(second.pixels, split="test", seed=5, row=row)
    assert np.array_equal(lazy.all_pictures("test").rgb[12:], mine.rgb)


def test_pixel_pictures_are_the_sprites_over_white(pixel: SpriteSet):
    pictures: Pictures = pixel.all_pictures("train")
    for sprite, rgb, inside in zip(pixel.sprites("train"), pictures.rgb, pictures.inside, strict=True):
        assert np.array_equal(inside, sprite.pixels[..., 3] == 255)
        assert np.array_equal(rgb[inside], sprite.pixels[inside, :3]) and (rgb[~inside] == 255).all()


def test_an_unknown_split_is_refused(lazy: SpriteSet):
    for ask in (lazy.count, lazy.species, lazy.all_pictures):
        with pytest.raises(DataError, match="choose one of train"):
            ask("exam")


def rewritten(whole: Path, out: Path, table: pa.Table | None = None, **changes: bytes) -> Path:
    """A copy whose table or metadata are not what they were."""
    table = pq.read_table(whole) if table is None else table
    metadata = {**(table.schema.metadata or {}), **{key.encode(): value for key, value in changes.items()}}
    pq.write_table(table.replace_schema_metadata(metadata), out)
    return out


def test_what_is_not_a_set_is_refused_in_one_line(lazy: SpriteSet, folder: Path):
    whole = lazy.path
    data = whole.read_bytes()
    (folder / "cut").write_bytes(data[: len(data) // 2])
    (folder / "text").write_bytes(b"hello")
    (folder / "empty").write_bytes(b"")
    table = pq.read_table(whole)
    cases = {
        "does not exist": folder / "missing",
        "is a folder": folder,
        "no Parquet file, or is damaged": folder / "cut",
        "no Parquet file": folder / "text",
        "is no Parquet": folder / "empty",
        "another program": rewritten(whole, folder / "foreign", table.replace_schema_metadata(None)),
        "splits are mixed": rewritten(whole, folder / "mixed"),
        "reads 1": rewritten(whole, folder / "newer", spriteloom=b'{"format": 2}'),
        "damaged": rewritten(whole, folder / "garbled", spriteloom=b"{"),
        "lacks the columns text": rewritten(whole, folder / "poor", table.drop_columns("text")),
        "metadata are damaged": rewritten(whole, folder / "hollow", spriteloom=b'{"format": 1}'),
        "metadata are damaged,": rewritten(whole, folder / "list", spriteloom=b"[]"),
    }
    for words, path in cases.items():
        with pytest.raises(DataError, match=words) as refusal:
            SpriteSet.open(path)
        assert "\n" not in str(refusal.value) and str(path) in str(refusal.value)


def test_a_damaged_picture_inside_is_one_clear_line(pixel: SpriteSet, folder: Path):
    data = pixel.path.read_bytes()
    assert b"IDAT" in data
    (folder / "scratched.parquet").write_bytes(data.replace(b"IDAT", b"JUNK"))
    scratched = SpriteSet.open(folder / "scratched.parquet")
    with pytest.raises(DataError, match="damaged"):
        scratched.all_pictures("train")
    with pytest.raises(DataError, match="damaged"):
        list(scratched.sprites("train"))

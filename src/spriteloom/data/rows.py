"""From a picture file to rows of a prepared set: decode, pick frames, keep. Knows no split, no Parquet.

This is what the worker processes of `prepare` run, so it imports little and everything here can be sent to
them.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import PurePosixPath

from spriteloom.data.frames import pick_frames
from spriteloom.data.preprocessing import Kept, Preprocessing
from spriteloom.data.source import Item
from spriteloom.errors import BadPicture
from spriteloom.pixels.files import encode_png
from spriteloom.pixels.formats.pages import all_frames, first_frame
from spriteloom.pixels.sprite import Sprite, open_animation

CHUNK_ITEMS = 64
CHUNK_BYTES = 2**17  # of files; some ten animated GIFs, so that two workers finish together


@dataclass(frozen=True, slots=True)
class Row:
    """One stored sprite; the fields are columns. `width` and `height` are the original's."""

    image: bytes  # PNG, RGBA, exact
    name: str
    species: str
    types: tuple[str, ...]
    shape: str
    color: str
    view: str
    form: str
    shiny: bool
    frame: int
    path: str
    text: str
    width: int
    height: int
    placement: str  # JSON; "" where nothing was moved


@dataclass(frozen=True, slots=True)
class Skipped:
    """A file that could not be used, and why, in words for people."""

    path: str
    reason: str


@dataclass(frozen=True, slots=True)
class Harvest:
    """What became of a chunk of items."""

    items: int
    rows: list[Row]
    skipped: list[Skipped]
    hardened: int  # sprites whose partial alpha was cut
    cropped: int  # sprites whose figure is larger than the canvas


def chunks(items: Iterable[Item]) -> Iterator[list[Item]]:
    """Items in their order, in lists of at most `CHUNK_ITEMS` and of about `CHUNK_BYTES`."""
    chunk: list[Item] = []
    size = 0
    for item in items:
        chunk.append(item)
        size += len(item.data)
        if len(chunk) == CHUNK_ITEMS or size >= CHUNK_BYTES:
            yield chunk
            chunk, size = [], 0
    if chunk:
        yield chunk


def harvest(items: list[Item], preprocessing: Preprocessing) -> Harvest:
    """The rows of a chunk. A bad picture becomes a `Skipped`; one animation is decoded at a time."""
    rows: list[Row] = []
    skipped: list[Skipped] = []
    hardened = cropped = 0
    for item in items:
        try:
            kept = _kept(item, preprocessing)
        except BadPicture as reason:
            skipped.append(Skipped(item.path, bare_reason(reason, item)))
            continue
        hardened += sum(one.hardened for _, _, one in kept)
        cropped += sum(one.cropped for _, _, one in kept)
        rows += [_row(item, frame, original, one) for frame, original, one in kept]
    return Harvest(len(items), rows, skipped, hardened, cropped)


def bare_reason(reason: BadPicture, item: Item) -> str:
    """What is said against a picture, without its name before it."""
    return str(reason).removeprefix(item.path).strip()


def _kept(item: Item, preprocessing: Preprocessing) -> list[tuple[int, Sprite, Kept]]:
    """(frame number, original, what is stored of it). Raises BadPicture, too when no frame shows anything."""
    pick = first_frame if preprocessing.frames == 1 else all_frames
    frames = open_animation(item.data, name=item.path, pick=pick).frames
    wanted = pick_frames([frame.pixels for frame in frames], most=preprocessing.frames)
    found = [(number, frames[number], preprocessing.keep(frames[number], item.canvas)) for number in wanted]
    kept = [(number, original, one) for number, original, one in found if one is not None]
    if not kept:
        raise BadPicture("shows nothing, every pixel is transparent: leave it out")
    return kept


def _row(item: Item, frame: int, original: Sprite, kept: Kept) -> Row:
    stem = PurePosixPath(item.path).stem
    return Row(
        image=encode_png(kept.sprite.pixels),
        name=f"{stem}-{frame}" if frame else stem,
        species=item.species or item.path,
        types=item.types,
        shape=item.shape,
        color=item.color,
        view=item.view,
        form=item.form,
        shiny=item.shiny,
        frame=frame,
        path=item.path,
        text=item.text,
        width=original.width,
        height=original.height,
        placement=kept.placement.to_json() if kept.placement else "",
    )

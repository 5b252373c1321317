"""Aseprite's sprites to frames: every frame flattened as the program shows it. Little is kept of layers.

Layers lie on one another by their order and each cel's z-index, with the opacities and blend modes of
`blending.py`; hidden layers and reference layers do not show. Tilemaps are drawn with their tiles.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from spriteloom.errors import BadPicture
from spriteloom.pixels.animation import DIRECTIONS, Tag
from spriteloom.pixels.arrays import Pixels
from spriteloom.pixels.formats import aseprite_chunks as ase
from spriteloom.pixels.formats.aseprite_chunks import TRUNCATED, Cursor, Header
from spriteloom.pixels.formats.blending import MODES, laid
from spriteloom.pixels.formats.pages import Pages, Pick, check_size, picked
from spriteloom.pixels.palette import Palette

MAX_CELS = 64  # times the sprite's own pixels that cels of one frame may hold
MOST_TILES = 1 << 16


@dataclass(frozen=True, kw_only=True)
class Layer:
    """`opacity` is of the layer and of the groups it is in, 0 to 255; `tileset` of a tilemap."""

    name: str
    shown: bool
    background: bool
    mode: int
    opacity: int
    kind: int
    tileset: int | None


@dataclass(frozen=True, kw_only=True)
class Cel:
    """What a layer shows in a frame: `body` from the cel's own data on, to be decoded when it is drawn."""

    layer: int
    x: int
    y: int
    opacity: int
    kind: int
    z: int
    body: bytes


@dataclass(kw_only=True)
class Document:
    """What the chunks said."""

    header: Header
    layers: list[Layer] = field(default_factory=list)
    cels: list[dict[int, Cel]] = field(default_factory=list)  # by frame, by layer
    colors: NDArray[np.uint8] | None = None  # (n, 4)
    tilesets: dict[int, Pixels] = field(default_factory=dict)  # (tiles, h, w, 4)
    tags: list[Tag] = field(default_factory=list)


def count(data: bytes) -> int:
    """How many frames there are; decodes none."""
    return ase.header(data).frames


def read(data: bytes, pick: Pick) -> Pages:
    """The frames that `pick` asks for, flattened; of an indexed sprite its palette too. Raises BadPicture.

    Tags where all frames are asked for in their order; those of frames that are not there are left out.
    """
    header = ase.header(data)
    check_size(header.width, header.height, header.frames)
    places = ase.frames(data, header.frames)
    wanted = picked(pick, header.frames)
    check_size(header.width, header.height, len(wanted))
    found = _document(data, header, places)
    durations = [places[i].duration for i in wanted]
    drawn = {i: _drawn(found, i) for i in set(wanted)}
    tags = found.tags if list(wanted) == list(range(header.frames)) else ()
    loop = 0 if len(wanted) > 1 else 1
    return Pages([drawn[i] for i in wanted], durations, loop, _palette(found), tags)


def _document(data: bytes, header: Header, places: Sequence[ase.Frame]) -> Document:
    found = Document(header=header)
    groups: list[tuple[int, bool, int]] = []  # (level, shown, opacity) of the groups we stand in
    tilesets: list[bytes] = []
    new_palette = False
    for place in places:
        found.cels.append({})
        for kind, body in ase.chunks(data, place):
            if kind == ase.LAYER:
                _layer(found, groups, body)
            elif kind == ase.CEL:
                cel = _cel(body)
                found.cels[-1][cel.layer] = cel
            elif kind == ase.PALETTE:
                new_palette = True
                _new_palette(found, body)
            elif kind in (ase.OLD_PALETTE, ase.OLD_PALETTE_6BIT) and not new_palette:
                _old_palette(found, body, six_bits=kind == ase.OLD_PALETTE_6BIT)
            elif kind == ase.TAGS:
                found.tags = _tags(body, header.frames)
            elif kind == ase.TILESET:
                tilesets.append(body)
    for body in tilesets:  # their pixels need the whole palette
        _tileset(found, body)
    return found


def _layer(found: Document, groups: list[tuple[int, bool, int]], body: bytes) -> None:
    """Layers come after the groups they are in, one level deeper."""
    cursor = Cursor(body)
    flags, kind, level, _, _, mode, opacity = cursor.take("HHHHHHB")
    cursor.skip(3)
    name = cursor.text()
    tileset = cursor.take("I")[0] if kind == ase.TILEMAP else None
    while groups and groups[-1][0] >= level:
        groups.pop()
    shown = bool(flags & ase.VISIBLE) and not flags & ase.REFERENCE and all(seen for _, seen, _ in groups)
    own = opacity if found.header.flags & ase.LAYER_OPACITY else 255
    if kind == ase.GROUP:
        inherited = own if found.header.flags & ase.GROUP_OPACITY else 255
        groups.append((level, bool(flags & ase.VISIBLE), inherited))
    for _, _, over in groups if kind != ase.GROUP else ():
        own = own * over // 255
    layer = Layer(
        name=name,
        shown=shown,
        background=bool(flags & ase.BACKGROUND),
        mode=mode,
        opacity=own,
        kind=kind,
        tileset=tileset,
    )
    found.layers.append(layer)


def _cel(body: bytes) -> Cel:
    cursor = Cursor(body)
    layer, x, y, opacity, kind, z = cursor.take("HhhBHh")
    cursor.skip(5)
    return Cel(layer=layer, x=x, y=y, opacity=opacity, kind=kind, z=z, body=cursor.rest())


def _tags(body: bytes, frames: int) -> list[Tag]:
    cursor = Cursor(body)
    found = []
    (number,) = cursor.take("H")
    cursor.skip(8)
    for _ in range(number):
        first, last, direction = cursor.take("HHB")
        cursor.skip(12)  # repetitions, and a color
        name = cursor.text()
        if first <= last < frames:
            found.append(Tag(name, first, last, DIRECTIONS[min(direction, len(DIRECTIONS) - 1)]))
    return found


def _new_palette(found: Document, body: bytes) -> None:
    cursor = Cursor(body)
    size, first, last = cursor.take("III")
    cursor.skip(8)
    if not 0 < size <= 256 or not first <= last < size:
        raise BadPicture(TRUNCATED if size <= 1 << 16 else "has a palette that is too large to open safely")
    colors = _room(found, size)
    for place in range(first, last + 1):
        flags, *rgba = cursor.take("HBBBB")
        colors[place] = rgba
        if flags & 1:
            cursor.text()
    found.colors = colors


def _old_palette(found: Document, body: bytes, *, six_bits: bool) -> None:
    cursor, place = Cursor(body), 0
    colors = _room(found, 256)
    for _ in range(cursor.take("H")[0]):
        skipped, number = cursor.take("BB")
        place += skipped
        for _ in range(number or 256):
            rgb = np.array(cursor.take("BBB"))
            if place > 255:
                raise BadPicture(TRUNCATED)
            colors[place] = (*(rgb * 255 // 63 if six_bits else rgb).clip(0, 255), 255)
            place += 1
    found.colors = colors


def _room(found: Document, size: int) -> NDArray[np.uint8]:
    """The colors so far, cut or filled up to a size with opaque black."""
    colors = np.zeros((size, 4), np.uint8)
    colors[:, 3] = 255
    if found.colors is not None:
        kept = min(size, len(found.colors))
        colors[:kept] = found.colors[:kept]
    return colors


def _tileset(found: Document, body: bytes) -> None:
    cursor = Cursor(body)
    number, flags, tiles, width, height, _ = cursor.take("IIIHHh")
    cursor.skip(14)
    cursor.text()
    if flags & 1:
        cursor.take("II")
    if not flags & 2:
        return  # in another file
    (length,) = cursor.take("I")
    if tiles > MOST_TILES or not tiles:
        raise BadPicture("has a tileset that is empty or too large to open safely: flatten it in Aseprite")
    check_size(width, height, tiles)
    raw = ase.inflate(cursor.rest()[:length], tiles * width * height * (found.header.depth // 8))
    found.tilesets[number] = _pixels(found, raw, width, height * tiles, keep_transparent=False).reshape(
        tiles, height, width, 4
    )


def _drawn(found: Document, frame: int) -> Pixels:
    """A frame with all its layers laid on one another, uint8 (h, w, 4)."""
    header = found.header
    canvas = np.zeros((header.height, header.width, 4), np.uint8)
    cels = [cel for cel in found.cels[frame].values() if _is_shown(found, cel)]
    for cel in sorted(cels, key=lambda cel: (cel.layer + cel.z, cel.z)):
        layer = found.layers[cel.layer]
        if layer.mode not in MODES:
            raise BadPicture(
                f"blends layer {layer.name!r} in a way that we do not know ({layer.mode}): flatten it in "
                "Aseprite"
            )
        _lay(
            canvas,
            _image(found, cel, layer, frame),
            cel,
            MODES[layer.mode],
            layer.opacity * cel.opacity / 255,
        )
    canvas[canvas[..., 3] == 0] = 0
    return canvas


def _is_shown(found: Document, cel: Cel) -> bool:
    if cel.layer >= len(found.layers):
        raise BadPicture(TRUNCATED)
    layer = found.layers[cel.layer]
    return layer.shown and layer.kind != ase.GROUP


def _image(found: Document, cel: Cel, layer: Layer, frame: int) -> Pixels:
    """A cel's pixels, uint8 (h, w, 4). A linked cel has those of another frame."""
    cursor = Cursor(cel.body)
    if cel.kind == ase.LINKED:
        (other,) = cursor.take("H")
        target = found.cels[other].get(cel.layer) if other < len(found.cels) else None
        if target is None or target.kind == ase.LINKED or other == frame:
            raise BadPicture(TRUNCATED)
        return _image(found, target, layer, other)
    width, height = cursor.take("HH")
    check_size(width, height)
    if width * height > MAX_CELS * max(found.header.width * found.header.height, 1 << 12):
        raise BadPicture("has a cel far larger than the sprite: crop it in Aseprite")
    if cel.kind == ase.TILES:
        return _tiles(found, cursor, layer, width, height)
    size = width * height * (found.header.depth // 8)
    raw = cursor.rest()[:size] if cel.kind == ase.RAW else ase.inflate(cursor.rest(), size)
    if cel.kind not in (ase.RAW, ase.COMPRESSED) or len(raw) < size:
        raise BadPicture(TRUNCATED)
    return _pixels(found, raw, width, height, keep_transparent=layer.background)


def _tiles(found: Document, cursor: Cursor, layer: Layer, width: int, height: int) -> Pixels:
    """A tilemap's cel: the tiles of its tileset, mirrored and turned as each place says."""
    bits, number, x_flip, y_flip, diagonal = cursor.take("HIIII")
    cursor.skip(10)
    tileset = found.tilesets.get(-1 if layer.tileset is None else layer.tileset)
    if bits != 32 or tileset is None:
        raise BadPicture("has a tilemap whose tiles are in another file: flatten it in Aseprite")
    places = np.frombuffer(ase.inflate(cursor.rest(), 4 * width * height), "<u4").reshape(height, width)
    _, h, w, _ = tileset.shape
    check_size(width * w, height * h)
    made = np.zeros((height * h, width * w, 4), np.uint8)
    for row, column in np.argwhere(places & number):
        place = int(places[row, column])
        which = place & number
        if which >= len(tileset):
            raise BadPicture(TRUNCATED)
        tile = tileset[which]
        tile = tile.transpose(1, 0, 2) if place & diagonal and h == w else tile
        tile = tile[:, ::-1] if place & x_flip else tile
        tile = tile[::-1] if place & y_flip else tile
        made[row * h : (row + 1) * h, column * w : (column + 1) * w] = tile
    return made


def _pixels(found: Document, raw: bytes, width: int, height: int, *, keep_transparent: bool) -> Pixels:
    """Raw pixels as uint8 (h, w, 4); a background shows the index that is transparent elsewhere."""
    depth = found.header.depth
    values = np.frombuffer(raw, np.uint8)
    if depth == ase.RGBA:
        return values.reshape(height, width, 4)
    if depth == ase.GREY:
        grey, alpha = values.reshape(height, width, 2).transpose(2, 0, 1)
        return np.stack([grey, grey, grey, alpha], -1)
    if found.colors is None or (values.size and int(values.max()) >= len(found.colors)):
        raise BadPicture("has a pixel whose index is not on its palette: save it again in Aseprite")
    colors = found.colors.copy()
    if not keep_transparent and found.header.transparent < len(colors):
        colors[found.header.transparent] = 0
    return colors[values.reshape(height, width)]


def _lay(canvas: Pixels, image: Pixels, cel: Cel, mode: str, opacity: float) -> None:
    """An image at the cel's place on a canvas, in place; what reaches beyond it is cut."""
    h, w = canvas.shape[:2]
    top, left = max(cel.y, 0), max(cel.x, 0)
    bottom, right = min(cel.y + image.shape[0], h), min(cel.x + image.shape[1], w)
    if top >= bottom or left >= right:
        return
    part = image[top - cel.y : bottom - cel.y, left - cel.x : right - cel.x]
    canvas[top:bottom, left:right] = laid(canvas[top:bottom, left:right], part, mode, opacity / 255)


def _palette(found: Document) -> Palette | None:
    """Of an indexed sprite: its colors in their order, the transparent index transparent."""
    if found.header.depth != ase.INDEXED or found.colors is None:
        return None
    colors = found.colors.copy()
    has_background = any(layer.background for layer in found.layers)
    if not has_background and found.header.transparent < len(colors):
        colors[found.header.transparent] = 0
    return Palette(colors)

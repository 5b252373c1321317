"""Aseprite files to frames: every frame is flattened as Aseprite shows it.

Layers are stacked by their order and each cel's z-index, with the opacities and blend modes of `blending.py`;
hidden layers and reference layers are skipped. Tilemaps are drawn with their tiles.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from spriteloom.errors import BadPicture
from spriteloom.pixels.arrays import Bytes, Pixels
from spriteloom.pixels.formats import aseprite_chunks as ase
from spriteloom.pixels.formats.aseprite_chunks import TRUNCATED, Cursor, Header
from spriteloom.pixels.formats.blending import MODES, blend
from spriteloom.pixels.formats.pages import DIRECTIONS, Pages, Pick, Tag, check_size, picked
from spriteloom.pixels.palette import Palette

MAX_CEL = 64  # pixels of a cel, in multiples of the sprite's pixels
MAX_TILES = 1 << 16


@dataclass(frozen=True, kw_only=True)
class Layer:
    """`opacity` is the product of the layer's and its groups', 0 to 255; only a tilemap has a `tileset`."""

    name: str
    visible: bool
    background: bool
    mode: int
    opacity: int
    kind: int
    tileset: int | None


@dataclass(frozen=True, kw_only=True)
class Cel:
    """A layer's picture in a frame: `body` starts at the cel's data, which is decoded when it is drawn."""

    layer: int
    x: int
    y: int
    opacity: int
    kind: int
    z: int
    body: bytes


@dataclass(kw_only=True)
class Document:
    """A parsed file."""

    header: Header
    layers: list[Layer] = field(default_factory=list)
    cels: list[dict[int, Cel]] = field(default_factory=list)  # by frame, by layer
    colors: Bytes | None = None  # (n, 4)
    tilesets: dict[int, Pixels] = field(default_factory=dict)  # (tiles, h, w, 4)
    tags: list[Tag] = field(default_factory=list)


def read(data: bytes, pick: Pick) -> Pages:
    """The picked frames, flattened; the palette of an indexed sprite; tags if all are picked. Raises BadPicture."""
    header = ase.header(data)
    check_size(header.width, header.height, header.frames)
    places = ase.frames(data, header.frames)
    indices = picked(pick, header.frames)
    check_size(header.width, header.height, len(indices))
    document = _document(data, header, places)
    durations = [places[i].duration for i in indices]
    drawn = {i: _drawn(document, i) for i in set(indices)}
    tags = document.tags if list(indices) == list(range(header.frames)) else ()
    loop = 0 if len(indices) > 1 else 1
    return Pages([drawn[i] for i in indices], durations, loop, _palette(document), tags)


def _document(data: bytes, header: Header, places: Sequence[ase.Frame]) -> Document:
    document = Document(header=header)
    groups: list[tuple[int, bool, int]] = []  # (level, visible, opacity) of the groups around the layer
    tilesets: list[bytes] = []
    new_palette = False
    for place in places:
        document.cels.append({})
        for kind, body in ase.chunks(data, place):
            if kind == ase.LAYER:
                _layer(document, groups, body)
            elif kind == ase.CEL:
                cel = _cel(body)
                document.cels[-1][cel.layer] = cel
            elif kind == ase.PALETTE:
                new_palette = True
                _new_palette(document, body)
            elif kind in (ase.OLD_PALETTE, ase.OLD_PALETTE_6BIT) and not new_palette:
                _old_palette(document, body, six_bits=kind == ase.OLD_PALETTE_6BIT)
            elif kind == ase.TAGS:
                document.tags = _tags(body, header.frames)
            elif kind == ase.TILESET:
                tilesets.append(body)
    for body in tilesets:  # their pixels need the whole palette
        _tileset(document, body)
    return document


def _layer(document: Document, groups: list[tuple[int, bool, int]], body: bytes) -> None:
    """Add a layer; it comes after the groups that hold it, one level deeper."""
    cursor = Cursor(body)
    flags, kind, level, _, _, mode, opacity = cursor.take("HHHHHHB")
    cursor.skip(3)
    name = cursor.text()
    tileset = cursor.take("I")[0] if kind == ase.TILEMAP else None
    while groups and groups[-1][0] >= level:
        groups.pop()
    visible = bool(flags & ase.VISIBLE) and not flags & ase.REFERENCE and all(shown for _, shown, _ in groups)
    opacity = opacity if document.header.flags & ase.LAYER_OPACITY else 255
    if kind == ase.GROUP:
        inherited = opacity if document.header.flags & ase.GROUP_OPACITY else 255
        groups.append((level, bool(flags & ase.VISIBLE), inherited))
    for _, _, outer in groups if kind != ase.GROUP else ():
        opacity = opacity * outer // 255
    background = bool(flags & ase.BACKGROUND)
    layer = Layer(
        name=name,
        visible=visible,
        background=background,
        mode=mode,
        opacity=opacity,
        kind=kind,
        tileset=tileset,
    )
    document.layers.append(layer)


def _cel(body: bytes) -> Cel:
    cursor = Cursor(body)
    layer, x, y, opacity, kind, z = cursor.take("HhhBHh")
    cursor.skip(5)
    return Cel(layer=layer, x=x, y=y, opacity=opacity, kind=kind, z=z, body=cursor.rest())


def _tags(body: bytes, frames: int) -> list[Tag]:
    cursor = Cursor(body)
    tags = []
    (number,) = cursor.take("H")
    cursor.skip(8)
    for _ in range(number):
        first, last, direction = cursor.take("HHB")
        cursor.skip(12)  # repetitions, and a color
        name = cursor.text()
        if first <= last < frames:
            tags.append(Tag(name, first, last, DIRECTIONS[min(direction, len(DIRECTIONS) - 1)]))
    return tags


def _new_palette(document: Document, body: bytes) -> None:
    cursor = Cursor(body)
    size, first, last = cursor.take("III")
    cursor.skip(8)
    if not 0 < size <= 256 or not first <= last < size:
        raise BadPicture(TRUNCATED if size <= 1 << 16 else "has a palette that is too large to open safely")
    colors = _resized_palette(document, size)
    for place in range(first, last + 1):
        flags, *rgba = cursor.take("HBBBB")
        colors[place] = rgba
        if flags & 1:
            cursor.text()
    document.colors = colors


def _old_palette(document: Document, body: bytes, *, six_bits: bool) -> None:
    cursor, place = Cursor(body), 0
    colors = _resized_palette(document, 256)
    for _ in range(cursor.take("H")[0]):
        skipped, number = cursor.take("BB")
        place += skipped
        for _ in range(number or 256):
            rgb = np.array(cursor.take("BBB"))
            if place > 255:
                raise BadPicture(TRUNCATED)
            colors[place] = (*(rgb * 255 // 63 if six_bits else rgb).clip(0, 255), 255)
            place += 1
    document.colors = colors


def _resized_palette(document: Document, size: int) -> Bytes:
    """The colors so far, cut to a size or padded with opaque black."""
    colors = np.zeros((size, 4), np.uint8)
    colors[:, 3] = 255
    if document.colors is not None:
        old = document.colors[:size]
        colors[: len(old)] = old
    return colors


def _tileset(document: Document, body: bytes) -> None:
    cursor = Cursor(body)
    number, flags, tiles, width, height, _ = cursor.take("IIIHHh")
    cursor.skip(14)
    cursor.text()
    if flags & 1:
        cursor.take("II")
    if not flags & 2:
        return  # its tiles are in another file
    (length,) = cursor.take("I")
    if tiles > MAX_TILES or not tiles:
        raise BadPicture("has a tileset that is empty or too large to open safely: flatten it in Aseprite")
    check_size(width, height, tiles)
    raw = ase.inflate(cursor.rest()[:length], tiles * width * height * (document.header.depth // 8))
    pixels = _pixels(document, raw, width, height * tiles, keep_transparent=False)
    document.tilesets[number] = pixels.reshape(tiles, height, width, 4)


def _drawn(document: Document, frame: int) -> Pixels:
    header = document.header
    canvas = np.zeros((header.height, header.width, 4), np.uint8)
    cels = [cel for cel in document.cels[frame].values() if _is_shown(document, cel)]
    for cel in sorted(cels, key=lambda cel: (cel.layer + cel.z, cel.z)):
        layer = document.layers[cel.layer]
        if layer.mode not in MODES:
            mode = f"of an unknown blend mode ({layer.mode})"
            raise BadPicture(f"has layer {layer.name!r} {mode}: flatten it in Aseprite")
        image = _image(document, cel, layer, frame)
        _blend_cel(canvas, image, cel, MODES[layer.mode], layer.opacity * cel.opacity / 255)
    canvas[canvas[..., 3] == 0] = 0
    return canvas


def _is_shown(document: Document, cel: Cel) -> bool:
    if cel.layer >= len(document.layers):
        raise BadPicture(TRUNCATED)
    layer = document.layers[cel.layer]
    return layer.visible and layer.kind != ase.GROUP


def _image(document: Document, cel: Cel, layer: Layer, frame: int) -> Pixels:
    """A cel's pixels, uint8 (h, w, 4). A linked cel has those of another frame."""
    cursor = Cursor(cel.body)
    if cel.kind == ase.LINKED:
        (other,) = cursor.take("H")
        target = document.cels[other].get(cel.layer) if other < len(document.cels) else None
        if target is None or target.kind == ase.LINKED or other == frame:
            raise BadPicture(TRUNCATED)
        return _image(document, target, layer, other)
    width, height = cursor.take("HH")
    check_size(width, height)
    if width * height > MAX_CEL * max(document.header.width * document.header.height, 1 << 12):
        raise BadPicture("has a cel far larger than the sprite: crop it in Aseprite")
    if cel.kind == ase.TILES:
        return _tiles(document, cursor, layer, width, height)
    size = width * height * (document.header.depth // 8)
    raw = cursor.rest()[:size] if cel.kind == ase.RAW else ase.inflate(cursor.rest(), size)
    if cel.kind not in (ase.RAW, ase.COMPRESSED) or len(raw) < size:
        raise BadPicture(TRUNCATED)
    return _pixels(document, raw, width, height, keep_transparent=layer.background)


def _tiles(document: Document, cursor: Cursor, layer: Layer, width: int, height: int) -> Pixels:
    """A tilemap's cel: tiles of its tileset, mirrored and turned as each entry says."""
    bits, number, x_flip, y_flip, diagonal = cursor.take("HIIII")
    cursor.skip(10)
    tileset = document.tilesets.get(-1 if layer.tileset is None else layer.tileset)
    if bits != 32 or tileset is None:
        raise BadPicture("has a tilemap whose tiles are in another file: flatten it in Aseprite")
    entries = np.frombuffer(ase.inflate(cursor.rest(), 4 * width * height), "<u4").reshape(height, width)
    _, h, w, _ = tileset.shape
    check_size(width * w, height * h)
    image = np.zeros((height * h, width * w, 4), np.uint8)
    for row, column in np.argwhere(entries & number):
        entry = int(entries[row, column])
        if entry & number >= len(tileset):
            raise BadPicture(TRUNCATED)
        tile = tileset[entry & number]
        tile = tile.transpose(1, 0, 2) if entry & diagonal and h == w else tile
        tile = tile[:, ::-1] if entry & x_flip else tile
        tile = tile[::-1] if entry & y_flip else tile
        image[row * h : (row + 1) * h, column * w : (column + 1) * w] = tile
    return image


def _pixels(document: Document, raw: bytes, width: int, height: int, *, keep_transparent: bool) -> Pixels:
    """Raw pixels as uint8 (h, w, 4); in a background the transparent index is a visible color."""
    depth = document.header.depth
    values = np.frombuffer(raw, np.uint8)
    if depth == ase.RGBA:
        return values.reshape(height, width, 4)
    if depth == ase.GRAY:
        gray, alpha = values.reshape(height, width, 2).transpose(2, 0, 1)
        return np.stack([gray, gray, gray, alpha], -1)
    if document.colors is None or (values.size and int(values.max()) >= len(document.colors)):
        raise BadPicture("has a pixel whose index is beyond its palette: save it again in Aseprite")
    colors = document.colors.copy()
    if not keep_transparent and document.header.transparent < len(colors):
        colors[document.header.transparent] = 0
    return colors[values.reshape(height, width)]


def _blend_cel(canvas: Pixels, image: Pixels, cel: Cel, mode: str, opacity: float) -> None:
    """Blend an image into the canvas at the cel's place; the part beyond the canvas is cut off."""
    h, w = canvas.shape[:2]
    top, left = max(cel.y, 0), max(cel.x, 0)
    bottom, right = min(cel.y + image.shape[0], h), min(cel.x + image.shape[1], w)
    if top >= bottom or left >= right:
        return
    part = image[top - cel.y : bottom - cel.y, left - cel.x : right - cel.x]
    canvas[top:bottom, left:right] = blend(canvas[top:bottom, left:right], part, mode, opacity / 255)


def _palette(document: Document) -> Palette | None:
    """The colors of an indexed sprite in their order, the transparent index transparent."""
    if document.header.depth != ase.INDEXED or document.colors is None:
        return None
    colors = document.colors.copy()
    has_background = any(layer.background for layer in document.layers)
    if not has_background and document.header.transparent < len(colors):
        colors[document.header.transparent] = 0
    return Palette(colors)

"""`Codes`: the codes of sprites, with the sizes, names and alpha or palettes that decoding needs; .npz files."""

from __future__ import annotations

import io
import json
import zipfile
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from spriteloom.errors import DataError
from spriteloom.pixels.arrays import Bytes
from spriteloom.pixels.disk import write_bytes

FORMAT = 1
HINT = "give the file that `spriteloom encode` wrote"
_DAMAGE = (  # errors of numpy, zipfile, zlib and json for a damaged file
    *(OSError, EOFError, KeyError, ValueError, TypeError, AttributeError, RuntimeError, MemoryError),
    *(zipfile.BadZipFile, zlib.error),
)


@dataclass(frozen=True, eq=False, kw_only=True)
class Palettes:
    """Palettes of b sprites, padded to one length, the transparent entry first. Raises ValueError."""

    table: Bytes  # (b, n, 3); unused entries are 0
    lengths: NDArray[np.int64]  # (b,), entries in use, with the transparent one

    def __post_init__(self) -> None:
        b, n, channels = self.table.shape
        if self.lengths.shape != (b,) or channels != 3 or self.table.dtype != np.uint8:
            raise ValueError(f"palettes {self.table.dtype} {self.table.shape} for {self.lengths.shape}")
        if b and not 1 <= int(self.lengths.min()) <= int(self.lengths.max()) <= n:
            raise ValueError(
                f"palettes of {min(self.lengths)} to {max(self.lengths)} entries in tables of {n}"
            )

    def of(self, indices: NDArray[np.integer]) -> Palettes:
        return Palettes(table=self.table[indices], lengths=self.lengths[indices])

    def rows(self) -> Iterator[Bytes]:
        """Each palette as RGBA (entries, 4), alpha 0 or 255."""
        for table, length in zip(self.table, self.lengths, strict=True):
            rgba = np.zeros((length, 4), np.uint8)
            rgba[1:, :3], rgba[1:, 3] = table[1:length], 255
            yield rgba


@dataclass(frozen=True, eq=False, kw_only=True)
class Codes:
    """Codes of b sprites on grids of one size, the largest sprite's. Raises ValueError if shapes do not agree.

    Has either the alpha plane `inside` or, for a codec that paints with palettes, `palettes`.
    """

    grid: NDArray[np.unsignedinteger]  # (b, gh, gw), the codes
    sizes: NDArray[np.int32]  # (b, 2), h and w of each sprite
    names: tuple[str, ...]
    codec: str  # fingerprint of the codec that made them
    inside: NDArray[np.bool_] | None = None  # (b, h, w); h and w are m times gh and gw
    palettes: Palettes | None = None

    def __post_init__(self) -> None:
        b = len(self.names)
        if (self.inside is None) == (self.palettes is None):
            raise ValueError("codes need either alpha or palettes")
        beside = self.palettes.lengths if self.palettes is not None else self.inside
        assert beside is not None
        flat = self.inside is not None and self.inside.ndim != 3
        if self.grid.ndim != 3 or flat or self.sizes.shape != (b, 2):
            raise ValueError(f"grid {self.grid.shape}, beside {beside.shape}, sizes {self.sizes.shape}")
        if not len(self.grid) == len(beside) == b or self.grid.dtype.kind not in "iu":
            raise ValueError(f"{b} names for {len(self.grid)} grids of {self.grid.dtype}")

    def __len__(self) -> int:
        return len(self.grid)

    def save(self, path: str | Path) -> None:
        """Write an .npz, the whole file or nothing: grid, sizes, alpha or palettes, and a JSON head."""
        head: dict[str, Any] = {"format": FORMAT, "codec": self.codec, "names": self.names}
        if self.palettes is not None:
            beside = {"table": self.palettes.table, "many": self.palettes.lengths}
        else:
            assert self.inside is not None
            head["inside"] = self.inside.shape
            beside = {"alpha": np.packbits(self.inside)}
        head_bytes = np.frombuffer(json.dumps(head).encode(), np.uint8)
        arrays: dict[str, Any] = {"head": head_bytes, "grid": self.grid, "sizes": self.sizes, **beside}
        buffer = io.BytesIO()
        np.savez_compressed(buffer, **arrays)
        write_bytes(Path(path), buffer.getvalue(), DataError)

    @classmethod
    def open(cls, path: str | Path) -> Codes:
        """Read a file that `save` wrote. Raises DataError if it is missing, damaged, or of another kind."""
        try:
            with np.load(path, allow_pickle=False) as file:
                head = json.loads(file["head"].tobytes())
                check_format(path, head)
                inside = palettes = None
                if "inside" in head:
                    b, h, w = head["inside"]
                    inside = np.unpackbits(file["alpha"], count=b * h * w).reshape(b, h, w).astype(bool)
                else:
                    palettes = Palettes(table=file["table"], lengths=file["many"])
                return cls(
                    grid=file["grid"],
                    inside=inside,
                    palettes=palettes,
                    sizes=file["sizes"],
                    names=tuple(head["names"]),
                    codec=head["codec"],
                )
        except FileNotFoundError:
            raise DataError(f"{path}: no such file: {HINT}") from None
        except _DAMAGE as fault:
            reason = str(fault).partition("\n")[0]
            raise DataError(f"{path}: not a file of codes ({reason}): {HINT}") from None


def check_format(path: str | Path, head: Mapping[str, Any]) -> None:
    """Raise DataError if a file of codes has another format than this program's."""
    if head["format"] != FORMAT:
        raise DataError(f"{path}: codes of format {head['format']}, not {FORMAT}: encode again")

"""`Codes`: what a codec makes of sprites, with what is needed to make sprites of it again. Knows no codec."""

from __future__ import annotations

import io
import json
import zipfile
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from spriteloom.errors import DataError
from spriteloom.pixels.disk import write_bytes

FORMAT = 1


@dataclass(frozen=True, eq=False, kw_only=True)
class Codes:
    """`grid` (b, gh, gw) integers of codec `codec`; `inside` (b, h, w) bool, the alpha plane; `sizes` (b, 2), h and w."""

    grid: NDArray[np.unsignedinteger]
    inside: NDArray[np.bool_]
    sizes: NDArray[np.int32]
    names: tuple[str, ...]
    codec: str

    def __len__(self) -> int:
        return len(self.grid)

    def save(self, path: str | Path) -> None:
        """Write an .npz, whole or not at all: grid, sizes, alpha as packed bits, and a JSON head."""
        head = {"format": FORMAT, "codec": self.codec, "names": self.names, "inside": self.inside.shape}
        buffer = io.BytesIO()
        np.savez_compressed(
            buffer,
            grid=self.grid,
            sizes=self.sizes,
            alpha=np.packbits(self.inside),
            head=np.frombuffer(json.dumps(head).encode(), np.uint8),
        )
        write_bytes(Path(path), buffer.getvalue(), DataError)

    @classmethod
    def open(cls, path: str | Path) -> Codes:
        """Raises DataError for a file that is missing, damaged, or not ours."""
        try:
            with np.load(path, allow_pickle=False) as file:
                head = json.loads(file["head"].tobytes())
                if head["format"] != FORMAT:
                    raise DataError(
                        f"{path}: codes of format {head['format']}, this program reads {FORMAT}: encode again"
                    )
                b, h, w = head["inside"]
                inside = np.unpackbits(file["alpha"], count=b * h * w).reshape(b, h, w).astype(bool)
                return cls(
                    grid=file["grid"],
                    inside=inside,
                    sizes=file["sizes"],
                    names=tuple(head["names"]),
                    codec=head["codec"],
                )
        except FileNotFoundError:
            raise DataError(f"{path}: no such file: give the .npz that `spriteloom encode` wrote") from None
        except (OSError, KeyError, ValueError, TypeError, zipfile.BadZipFile) as fault:
            raise DataError(
                f"{path}: not a file of codes ({fault}): give the .npz that `spriteloom encode` wrote"
            ) from None

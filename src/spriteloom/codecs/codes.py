"""`Codes`: what a codec makes of sprites, with what is needed to make sprites of it again. Knows no codec."""

from __future__ import annotations

import io
import json
import zipfile
import zlib
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from spriteloom.errors import DataError
from spriteloom.pixels.disk import write_bytes

FORMAT = 1
_DAMAGE = (  # what numpy, zipfile, zlib and json say to bytes that are not theirs
    OSError,
    EOFError,
    KeyError,
    ValueError,
    TypeError,
    AttributeError,
    RuntimeError,
    MemoryError,
    zipfile.BadZipFile,
    zlib.error,
)


@dataclass(frozen=True, eq=False, kw_only=True)
class Codes:
    """b sprites on grids of one size, the largest sprite's. Raises ValueError where shapes do not agree."""

    grid: NDArray[np.unsignedinteger]  # (b, gh, gw), the codes
    inside: NDArray[np.bool_]  # (b, h, w), the alpha plane; h and w are m times gh and gw
    sizes: NDArray[np.int32]  # (b, 2), h and w of each sprite
    names: tuple[str, ...]
    codec: str  # fingerprint of the codec that made them

    def __post_init__(self) -> None:
        b = len(self.names)
        if self.grid.ndim != 3 or self.inside.ndim != 3 or self.sizes.shape != (b, 2):
            raise ValueError(f"grid {self.grid.shape}, inside {self.inside.shape}, sizes {self.sizes.shape}")
        if not len(self.grid) == len(self.inside) == b or self.grid.dtype.kind not in "iu":
            raise ValueError(f"{b} names for {len(self.grid)} grids of {self.grid.dtype}")

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
        except _DAMAGE as fault:
            reason = str(fault).partition("\n")[0]
            raise DataError(
                f"{path}: not a file of codes ({reason}): give the .npz that `spriteloom encode` wrote"
            ) from None

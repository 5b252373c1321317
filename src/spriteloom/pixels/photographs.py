"""Pictures that are no pixel art yet, JPEG and BMP, for `clean` alone. They are not exact."""

from __future__ import annotations

import io
from dataclasses import replace
from pathlib import Path

import numpy as np
from PIL import Image

from spriteloom.errors import BadPicture
from spriteloom.pixels.disk import read_bytes
from spriteloom.pixels.files import open_animation
from spriteloom.pixels.formats.pages import check_size, first
from spriteloom.pixels.sprite import Sprite

JPEG, BMP = b"\xff\xd8\xff", b"BM"


def open_any(path: str | Path) -> Sprite:
    """The first frame of a picture file, JPEG and BMP too. Raises BadPicture."""
    path = Path(path)
    try:
        data = read_bytes(path, BadPicture)
        if not data.startswith((JPEG, BMP)):
            return replace(open_animation(data, name=str(path), pick=first).frames[0], name=path.stem)
        with Image.open(io.BytesIO(data), formats=("JPEG", "BMP")) as picture:
            check_size(*picture.size)
            return Sprite(pixels=np.array(picture.convert("RGBA")), name=path.stem)
    except BadPicture as reason:
        raise BadPicture(f"{path} {str(reason).removeprefix(str(path)).strip()}") from None
    except (OSError, ValueError, SyntaxError) as fault:
        raise BadPicture(f"{path} is damaged ({fault}): export it again") from None

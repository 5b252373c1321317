"""Famous palettes by name, in the order of their authors."""

from __future__ import annotations

from difflib import get_close_matches

import numpy as np

from spriteloom.errors import BadPalette
from spriteloom.pixels.palette import Palette

NAMED: dict[str, str] = {  # the hexadecimal colors of each
    # Lexaloffle Games, the console PICO-8
    "pico-8": """
        000000 1d2b53 7e2553 008751 ab5236 5f574f c2c3c7 fff1e8 ff004d ffa300 ffec27 00e436 29adff
        83769c ff77a8 ffccaa
    """,
    # Nintendo, the first Game Boy (DMG): the usual four greens of its screen
    "game-boy": """
        0f380f 306230 8bac0f 9bbc0f
    """,
    # Nintendo, NES: the 54 colors of its picture chip 2C02, as the NESdev Wiki decoded them to RGB
    "nes": """
        545454 001e74 081090 300088 440064 5c0030 540400 3c1800 202a00 083a00 004000 003c00 00323c
        000000 989698 084cc4 3032ec 5c1ee4 8814b0 a01464 982220 783c00 545a00 287200 087c00 007628
        006678 eceeec 4c9aec 787cec b062ec e454ec ec58b4 ec6a64 d48820 a0aa00 74c400 4cd020 38cc6c
        38b4cc 3c3c3c a8ccec bcbcec d4b2ec ecaeec ecaed4 ecb4b0 e4c490 ccd278 b4de78 a8e290 98e2b4
        a0d6e4 a0a2a0
    """,
    # DawnBringer (Richard Fhager), DB16
    "db16": """
        140c1c 442434 30346d 4e4a4e 854c30 346524 d04648 757161 597dce d27d2c 8595a1 6daa2c d2aa99
        6dc2ca dad45e deeed6
    """,
    # DawnBringer (Richard Fhager), DB32
    "db32": """
        000000 222034 45283c 663931 8f563b df7126 d9a066 eec39a fbf236 99e550 6abe30 37946e 4b692f
        524b24 323c39 3f3f74 306082 5b6ee1 639bff 5fcde4 cbdbfc ffffff 9badb7 847e87 696a6a 595652
        76428a ac3232 d95763 d77bba 8f974a 8a6f30
    """,
    # Endesga, EDG32
    "endesga-32": """
        be4a2f d77643 ead4aa e4a672 b86f50 733e39 3e2731 a22633 e43b44 f77622 feae34 fee761 63c74d
        3e8948 265c42 193c3e 124e89 0099db 2ce8f5 ffffff c0cbdc 8b9bb4 5a6988 3a4466 262b44 181425
        ff0044 68386c b55088 f6757a e8b796 c28569
    """,
}


def named_palette(name: str) -> Palette:
    """The palette of that name. Raises BadPalette, with the nearest name."""
    for known, colors in NAMED.items():
        if _plain(known) == _plain(name):
            return Palette(np.frombuffer(bytes.fromhex(colors), np.uint8).reshape(-1, 3))
    near = get_close_matches(_plain(name), [_plain(known) for known in NAMED], 1)
    guess = next((f"did you mean {known}? Or give" for known in NAMED if _plain(known) in near), "give")
    choices = ", ".join(NAMED)
    raise BadPalette(f"no palette is called {name!r}: {guess} a file, or one of {choices}")


def _plain(name: str) -> str:
    return name.lower().replace("-", "").replace(" ", "").replace("_", "")

"""The rows of sprites on the page. Lays pictures out; makes none."""

from __future__ import annotations

from collections.abc import Sequence

from spriteloom.metrics import colors_per_sprite
from spriteloom.pixels import Sprite
from spriteloom.report.figures import SIZES
from spriteloom.report.gallery import Gallery, Recolored, Shown
from spriteloom.report.markup import Html, el
from spriteloom.report.numbers import share, small
from spriteloom.report.pictures import code_map, picture


def hero(gallery: Gallery) -> Html:
    """Held-out sprites side by side, as they are."""
    return el("div", *(picture(sprite, sprite.name, 2) for sprite in gallery.front), class_="hero")


def street(gallery: Gallery) -> Html:
    """One sprite, its codes, what comes back."""
    first = gallery.shown[0]
    sprite, back = first.sprite, first.back["medres"]
    gh, gw = gallery.codes.shape
    bits = (gallery.codebook - 1).bit_length()
    parts = [
        _plate(sprite, f"{sprite.width}×{sprite.height} pixels in", scale=3),
        el("span", "→", class_="arrow", aria_hidden="true"),
        _plate(code_map(gallery.codes, gallery.codebook), f"{gw}×{gh} codes of {bits} bits", scale=6),
        el("span", "→", class_="arrow", aria_hidden="true"),
        _plate(back.sprite, f"{sprite.width}×{sprite.height} pixels back", scale=3),
    ]
    return el("div", *parts, class_="street")


def there_and_back(shown: Sequence[Shown], *, scale: int = 0) -> Html:
    """Each picture and what each codec makes of it, with its figures."""
    return el("div", *(_shown(one, scale) for one in shown), class_="shelf four")


def recolorings(found: Sequence[Recolored]) -> Html:
    return el("div", *(_recolored(one) for one in found), class_="shelf five")


def _shown(one: Shown, scale: int) -> Html:
    plates = [_plate(one.sprite, one.title, _size(one.sprite), scale=scale)]
    for size, back in one.back.items():
        figures = f"{share(back.exact)} exact · MSE {small(back.mse)}"
        plates.append(_plate(back.sprite, SIZES[size], figures, scale=scale))
    return el("div", *plates, class_="row")


def _recolored(one: Recolored) -> Html:
    plates = [_plate(one.sprite, _title(one.sprite)), _plate(one.like, f"like {_title(one.like)}")]
    if one.by_colors is not None:
        plates.append(_plate(one.by_colors, "by colors"))
    plates.append(_plate(one.by_codes, "by HiRes codes"))
    if one.shiny is not None:
        plates.append(_plate(one.shiny, "the artist’s own"))
    return el("div", *plates, class_="row")


def _plate(sprite: Sprite, title: str, words: str = "", *, scale: int = 0) -> Html:
    caption = [el("b", title)] + ([el("span", words)] if words else [])
    return el("figure", picture(sprite, title, scale), el("figcaption", *caption))


def _title(sprite: Sprite) -> str:
    return sprite.species.replace("-", " ")


def _size(sprite: Sprite) -> str:
    colors = int(colors_per_sprite(sprite.pixels[None])[0])
    return f"{sprite.width}×{sprite.height}, {colors:,} colors"

"""What the page says in sentences. Knows figures, nothing of markup."""

from __future__ import annotations

from spriteloom.report.figures import PAPER_EPOCHS, Figures
from spriteloom.report.numbers import whole


def lede(figures: Figures) -> str:
    return (
        "A Pixel VQ-VAE turns a sprite into a small grid of codes, each one of 256, and the codes back "
        "into a sprite. Three of them were trained on this machine just now, at one, four and sixteen "
        f"pixels a code. Below is what they make of {figures.setting.species['test']} species that none "
        "of them has seen."
    )


def whose(figures: Figures) -> str:
    setting = figures.setting
    words = f"The art is of the source {setting.source}: {setting.licence}."
    if setting.instead_of:
        words += f" It stands in for another, which could not be had: {setting.instead_of}."
    return words


def there_and_back() -> str:
    return (
        "Held-out species at their own size, their transparency kept, chosen evenly from the alphabet and "
        "not by how well they come back. HiRes has a code for every pixel, MedRes for 2×2, LowRes for 4×4. "
        "The figures are over the visible pixels; MSE is of colors from 0 to 1."
    )


def as_measured() -> str:
    return (
        "What the tables measure are pictures made of the sprites the first paper’s way: resized by bicubic "
        "resampling, flipped or turned, over black or white. Resampling and turning leave hundreds of "
        "colors where the artist used a dozen."
    )


def how_good(figures: Figures) -> str:
    setting = figures.setting
    return (
        f"{whole(setting.pictures['test'])} test pictures of {setting.species['test']} species; "
        f"{whole(setting.pictures['train'])} to learn from, of {setting.species['train']} others. The "
        "yardstick is k-means with as many patches of the same size, fitted on the pictures the model "
        "learned from: for squared error at this structure it is the best there is, or near it. The paper’s "
        "figures (Table 2, arXiv:2203.12130) are of its own trained models on its own, different, data: read "
        "them as an order of magnitude, not as a contest."
    )


def duel(figures: Figures) -> str:
    steps, own = (" / ".join(whole(run.steps) for run in runs) for runs in (figures.paper, figures.ours))
    return (
        f"The same network with the same number of parameters, the same pictures, {figures.setting.budget} "
        "each. The paper’s recipe starts from codes drawn from N(0, 1), ends in BatchNorm and a sigmoid, and "
        "runs convolutions over whole images, those over noise included. It is meant for "
        f"{PAPER_EPOCHS} epochs; here the time allows it {steps} steps, which is only its "
        "beginning: this compares beginnings, not what either recipe comes to. Ours begins as the identity "
        f"with a codebook from k-means and makes {own} steps; at so short a budget that start is most of its "
        "figure. It learns from distinct patches and how often they occur: the same sums over far fewer "
        "products."
    )


def refitting() -> str:
    return (
        "A code means one patch, so the decoder is a table, and for a given table choosing the nearest patch "
        "is the best encoder there can be. Putting the mean of its patches in the place of each code and "
        "choosing again, over and over, is Lloyd’s algorithm started from what was learned: how far do one, "
        "two and ten rounds go? On the training pictures the error can only fall; these are the test "
        "pictures."
    )


def how_fast(pictures: int) -> str:
    return (
        f"{pictures} test pictures, one process, every path in turn. The tables give the network’s own codes "
        "and the very same bytes; the nearest code is never worse in squared error. Exact tables ask the "
        "network about what they have not met; the second time they ask nothing."
    )


def recolored(*, shiny: bool) -> str:
    words = (
        "The first sprite takes the colors of the second: its commonest color becomes the other’s "
        "commonest, and so on down both lists, as one permutation, so that no two colors run together. By "
        "colors it works on the palette itself, and the pixels of each color stay exactly where they were; "
        "by HiRes codes, as in the paper’s appendix, on the codes of the trained model."
    )
    return words + (" Last, the artist’s own other coloring, where there is one." if shiny else "")

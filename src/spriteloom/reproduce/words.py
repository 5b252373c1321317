"""What the page and the text say in sentences. Knows results, nothing of markup."""

from __future__ import annotations

from spriteloom.report.numbers import whole
from spriteloom.reproduce.results import Data, Plates, Results


def lede() -> str:
    return (
        "Saravanan and Guzdial’s “Pixel VQ-VAEs for Improved Pixel Art Representation” (arXiv:2203.12130), "
        "every model trained again, every table beside the paper’s own figures, and beside ours."
    )


def beside() -> str:
    return (
        "Beside each figure stands the paper’s, which is of its own models on its own, different, data: read "
        "it as an order of magnitude. What can be compared is who is ahead of whom."
    )


def counts(data: Data) -> str:
    """What it was trained and tested on."""
    species, pictures = data.species, data.pictures
    views = f" ({', '.join(data.views)} views)" if data.views else ""
    words = f"Set: {data.source}{views}, recipe {data.recipe}, {data.size}×{data.size} pixels; "
    learned, tested = (
        f"{whole(pictures.get(split, 0))} pictures of {whole(species.get(split, 0))} species"
        for split in ("train", "test")
    )
    words += f"{learned} to learn from, {tested} that no model has seen to test on."
    if data.instead_of:
        words += f" It stands in for another, which could not be had: {data.instead_of}."
    return words


def waiting(results: Results) -> str:
    many = len(results.waiting)
    jobs = ", ".join(results.waiting)
    return f"This run is not finished: {many} training{'s' if many > 1 else ''} still to come ({jobs})."


def there() -> str:
    return (
        "Test pictures are encoded and decoded. MSE is of colors from 0 to 1, less is better; SSIM "
        "(Gaussian window of 11, σ 1.5), more is better. k-means of as many patches of that size, fitted on "
        "the same training pictures, is the yardstick for squared error. Bold is the best here."
    )


def ablation() -> str:
    return (
        "The network without its two enhancements (the paper’s “Base”), with each alone, with both. Means "
        "over seeds, ± the standard deviation. At HiRes there is no network without PixelSight."
    )


def generation() -> str:
    return (
        "FD-EffLite0 and KID-EffLite0 are the Fréchet and the kernel distance of EfficientNet-Lite0 "
        "features, between as many samples of each row and the same test pictures; less is better. The "
        "paper’s FID is of other features, samples and data: never compare it with an FD, only the order. "
        "Real training pictures against the test pictures are the floor. Intervals are 95 %, by bootstrap."
    )


def memorisation() -> str:
    return (
        "How near samples come to training pictures. Real held-out sprites have near neighbours too: what "
        "counts is the excess over the floor."
    )


def bits() -> str:
    return (
        "How well a prior predicts the codes of held-out pictures, in bits per code; less is better, and "
        "figures compare on the same codes only. Counting contexts takes seconds: a learned prior that does "
        "not beat it has learned nothing. The paper prints no such figure."
    )


def conditioning() -> str:
    return (
        "Samples were asked for with types and a body shape; a small classifier, trained on real sprites, "
        "says what it sees. Chance is the same answers dealt by lot. The paper prints no such figure."
    )


def heat() -> str:
    return "Requested in rows, recognised in columns; each row adds up to 100 %."


def swaps() -> str:
    return (
        "Sprites of held-out species recolored like their shiny forms, against the shiny that an artist "
        "drew, over the pixels of the figure. Exact: the same color. Near: within 0.05 in OKLab, which few "
        "people tell apart. Error: mean distance in OKLab. The paper judged by eye and prints no figure."
    )


def budgets() -> str:
    return (
        "Models of a kind had equal budgets, but for the one that says it was trained longer. The paper’s "
        "protocol is 25 epochs of each."
    )


def chosen(plates: Plates) -> str:
    """How the samples of Table 4 were chosen."""
    return plates.table4_choice or "The paper’s were picked by hand."


def drawn() -> str:
    return "Samples of each model at random."


def neighbours() -> str:
    return "Each sample, and beside it the training picture nearest to it."

"""Twenty prompts with a color, none of them a caption of the training set word for word. Judge nothing."""

from __future__ import annotations

PROMPTS = (
    ("small blue fish with horns", "blue"),
    ("a red dragon", "red"),
    ("green leafy creature", "green"),
    ("yellow mouse", "yellow"),
    ("purple ghost", "purple"),
    ("pink round monster", "pink"),
    ("brown bear", "brown"),
    ("gray stone golem", "gray"),
    ("orange fox on four legs", "orange"),
    ("blue bird with wings", "blue"),
    ("green snake", "green"),
    ("red insect with wings", "red"),
    ("large yellow bird", "yellow"),
    ("purple poison blob", "purple"),
    ("brown four-legged animal", "brown"),
    ("blue water creature with tentacles", "blue"),
    ("green plant monster", "green"),
    ("pink fairy", "pink"),
    ("orange fire lizard", "orange"),
    ("small gray mouse", "gray"),
)

# What counts as the named color: people's words for hues overlap where these do.
MEANT = {
    "blue": ("blue", "teal"),
    "red": ("red",),
    "green": ("green", "teal"),
    "yellow": ("yellow",),
    "purple": ("purple",),
    "pink": ("pink",),
    "brown": ("brown",),
    "gray": ("gray",),
    "orange": ("orange",),
}

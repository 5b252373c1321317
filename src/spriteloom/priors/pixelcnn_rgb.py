"""The paper's PixelCNN directly on pictures: bytes of three colours instead of codes. Knows no files.

Saravanan and Guzdial tried it and saw blank pictures; they give no figures. The trunk and its preset are
those of `pixelcnn`, the chain rule over a pixel's colours is that of `heads`: red given the pixels before,
green given red too, blue given red and green too, each a softmax over 256 values. The authors' network takes
the three to be independent given the pixels before; this one can learn that a grey has three equal bytes.

A picture is int64 (b, 3, h, w) in [0, 255]; the model gives logits (b, 256, 3, h, w), so that
`priors.bits.bits` is bits per channel value, and both samplers give pictures.
"""

from __future__ import annotations

from dataclasses import replace

from spriteloom.priors.pixelcnn import PixelCNNConfig, paper


def paper_rgb(conditions: int = 32) -> PixelCNNConfig:
    """`pixelcnn.paper` on the three bytes of a pixel, each read as byte/256·2 − 1."""
    return replace(paper(k=256, conditions=conditions), channels=3)

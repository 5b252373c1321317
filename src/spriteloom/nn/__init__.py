"""Layers without a config: blocks whose receptive fields do not overlap, and how to run them on patches."""

"""Layers, losses and optimizers without presets; devices and precision; sums over processes."""

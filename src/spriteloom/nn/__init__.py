"""Layers and optimizers, devices, sums over processes; no presets."""

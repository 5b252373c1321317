"""Distributions over grids of floats, given a condition. Knows no file, no pixel and no palette.

noise       N(0, 1) from seeds                      denoiser  a U-Net told how much noise and what is asked
flow        flow matching: its loss and its paths   mlp       the second paper's network over vectors
samplers    euler, heun, dpm: from noise to grids   ddpm      the second paper's process

A grid is float32 (c, h, w) or a vector (c,); b grids stand in a batch. σ is the share of noise, 0 to 1.
"""

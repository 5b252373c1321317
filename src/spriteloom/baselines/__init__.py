"""The first paper's baselines as networks over floats: VAE, Pixel VAE, DCGAN, and what each descends.

Knows no bytes, files, codecs or training loop.
"""

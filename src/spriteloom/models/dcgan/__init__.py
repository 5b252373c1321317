"""The first paper's GAN."""

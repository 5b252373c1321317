"""Our autoencoder: RGBA ↔ a grid of latents for diffusion."""

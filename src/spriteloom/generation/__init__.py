"""New sprites: from codes, latents or noise to pictures, and from pictures to sprites. Knows no file."""

"""Flow matching and DDPM over pixels or latents, by labels and words."""

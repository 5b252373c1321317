"""Flow matching and DDPM over pixels or latents, conditioned on labels and text."""

"""The second paper: Kennedy, Kuo, Garcia & Jarski, "Pokémon Variational Autoencoder for Latent Diffusion".

The paper has pictures only: Figures 1, 5, 6 and 7. Here they stand beside figures in numbers.
"""

"""A prior that fills in hidden codes with a U-Net."""

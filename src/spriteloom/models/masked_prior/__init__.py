"""A U-Net that fills in hidden codes."""

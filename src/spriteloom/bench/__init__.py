"""How fast the paths of a codec are, measured in one process."""

"""Write creatures as mods of games. Each module writes the files of one game."""

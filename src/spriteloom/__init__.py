"""spriteloom learns pixel art, edits it and makes it."""

"""How near generated pictures are to real ones, as sets. Features and figures; knows no model and no file."""

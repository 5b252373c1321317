"""One `fit`, and recipes as functions: what is trained, on what, how long, and how a run is kept."""

"""How good a model is on pictures that it has not seen."""

"""Models: one folder a family. `registry` lists them, `base` says what each must offer."""

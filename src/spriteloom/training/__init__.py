"""Training: one `fit`, tasks, optimizers, checkpoints, run folders; it names no model."""

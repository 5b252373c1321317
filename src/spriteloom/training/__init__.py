"""Training: `fit`, tasks, optimizers, checkpoints, run folders."""

"""What priors share: conditions, draws, and counts of causal neighbours."""

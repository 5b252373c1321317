"""Counts of causal neighbours, the floor of every prior."""

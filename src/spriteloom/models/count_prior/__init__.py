"""Counts of causal neighbors: the simplest prior."""

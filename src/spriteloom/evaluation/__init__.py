"""Measure models on a set, classify samples, search a set."""

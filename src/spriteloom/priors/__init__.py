"""Distributions over grids of codes given a condition: integers in, integers out. Knows no pixels."""

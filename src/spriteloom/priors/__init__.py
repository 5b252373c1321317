"""Distributions over grids of codes given a condition: integer grids in, integer grids out. Knows no pixels."""

"""Trains the models of a paper again and writes a page with its tables and figures beside ours."""

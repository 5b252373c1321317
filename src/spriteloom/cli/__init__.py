"""The command line: parse, call, print. Figures go to stdout, words and progress to stderr; knows no arithmetic."""

from spriteloom.cli.app import main

__all__ = ["main"]

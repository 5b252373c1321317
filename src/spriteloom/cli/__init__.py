"""The command line: parse, call, print. Knows no arithmetic.

Figures go to stdout, words and progress to stderr.
"""

from spriteloom.cli.app import main

__all__ = ["main"]

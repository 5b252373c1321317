"""The command line: parse the options, call the library, print. Figures go to stdout, words to stderr."""

from spriteloom.cli.app import main

__all__ = ["main"]

"""The demo: trains, measures and writes one page about it. Knows every room below, nothing of the command line."""

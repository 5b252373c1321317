"""The demo: trains, measures, and writes one page about it. Knows the rooms below, no command line."""

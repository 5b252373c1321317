"""A paper's tables and figures, its own figures beside ours. Knows the rooms below, no command line."""

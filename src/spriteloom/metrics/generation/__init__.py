"""Compare generated pictures with real ones, as sets: FD, KID, precision and recall, memorization."""

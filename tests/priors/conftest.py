"""Every test of this folder runs on one thread."""

from thread_kit import one_thread as one_thread

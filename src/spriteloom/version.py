"""The version of the program, as its package says."""

from importlib.metadata import PackageNotFoundError, version

try:
    VERSION = version("spriteloom")
except PackageNotFoundError:  # the sources, not installed
    VERSION = "0"

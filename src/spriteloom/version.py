"""The version of the installed package."""

from importlib.metadata import PackageNotFoundError, version

try:
    __version__ = version("spriteloom")
except PackageNotFoundError:  # the source tree, not installed
    __version__ = "0"

"""Sources of sprites: named packages, checkouts, archives and folders, each a stream of items."""

from spriteloom.data.sources.fetching import fetch
from spriteloom.data.sources.opening import open_source

__all__ = ["fetch", "open_source"]

"""Sources of sprites: named packages, checkouts, archives and folders, each a stream of items."""

from spriteloom.data.sources.opening import fetch, open_source

__all__ = ["fetch", "open_source"]

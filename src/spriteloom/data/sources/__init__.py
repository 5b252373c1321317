"""Where sprites come from: named packages, checkouts, archives and folders, all as one stream of items."""

from spriteloom.data.sources.fetching import fetch
from spriteloom.data.sources.opening import LAYOUTS, NAMES, open_source
from spriteloom.data.sources.packages import cache_folder

__all__ = ["LAYOUTS", "NAMES", "cache_folder", "fetch", "open_source"]

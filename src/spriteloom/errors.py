"""The errors that a user can correct. Each message is one line: what is wrong, where, and what to do.

    SpriteloomError
    ├── BadPicture       a picture file
    ├── BadPalette       a palette or color map
    ├── SourceError      a source of sprites
    ├── DataError        a prepared set
    ├── CodecMismatch    codes and a codec
    ├── ImpossibleModel  a configuration
    ├── DeviceError      a device
    └── RunError         a run folder

Errors in the program itself are `assert` and `ValueError`.
"""


class SpriteloomError(Exception):
    """Base class. The command line prints its message as one line and exits with status 1."""


class BadPicture(SpriteloomError):  # noqa: N818
    """A file is not a picture, is damaged, is empty, or is too large to open safely."""


class BadPalette(SpriteloomError):  # noqa: N818
    """A palette or color map cannot be read, or does not fit the sprite."""


class SourceError(SpriteloomError):
    """A source of sprites is not available: no network, damaged cache, unknown name, empty folder."""


class DataError(SpriteloomError):
    """A prepared set is missing, damaged, of another preprocessing, or too small to split."""


class CodecMismatch(SpriteloomError):  # noqa: N818
    """Codes were made by another codec than the one that is to read them."""


class ImpossibleModel(SpriteloomError):  # noqa: N818
    """A configuration or request that no model can fulfill; the message says why."""


class DeviceError(SpriteloomError):
    """A device is not available, or has too little memory."""


class RunError(SpriteloomError):
    """A run folder is missing or damaged, or its model cannot do what was requested."""

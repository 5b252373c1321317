"""One tree of errors, for people: each message says what, where and what to do, in one line.

    SpriteloomError
    ├── BadPicture      a file is no picture, is damaged, is empty, or is too large to open safely
    ├── BadPalette      a palette file cannot be read, or does not fit the sprite it is put on
    ├── SourceError     a source cannot be had: no network, damaged cache, unknown name, empty folder
    ├── DataError       a prepared set is missing, damaged, of another preprocessing, or too small to split
    ├── CodecMismatch   codes were made by another codec than the one asked to read them
    ├── ImpossibleModel a configuration that cannot exist, with the reason
    ├── DeviceError     a device that is not there, or has too little memory
    └── RunError        a run folder is missing, damaged, or does not fit what is asked of it

Library code raises these for what a user can mend, and `assert` for what only we can.
"""


class SpriteloomError(Exception):
    """Root of all errors that a user can mend; the command line prints it as one line and exits 1."""


class BadPicture(SpriteloomError):  # noqa: N818
    """A file is no picture, is damaged, is empty, or is too large to open safely."""


class BadPalette(SpriteloomError):  # noqa: N818
    """A palette file cannot be read, or does not fit the sprite it is put on."""


class SourceError(SpriteloomError):
    """A source of sprites cannot be had: no network, damaged cache, unknown name, empty folder."""


class DataError(SpriteloomError):
    """A prepared set is missing, damaged, of another preprocessing, or too small to split."""


class CodecMismatch(SpriteloomError):  # noqa: N818
    """Codes were made by another codec than the one asked to read them."""


class ImpossibleModel(SpriteloomError):  # noqa: N818
    """A configuration that cannot exist, with the reason."""


class DeviceError(SpriteloomError):
    """A device that is not there, or has too little memory."""


class RunError(SpriteloomError):
    """A run folder is missing, damaged, or does not fit what is asked of it."""

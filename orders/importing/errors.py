"""What stops an import before anything lands."""


class ImportFailed(Exception):
    """The import cannot start: the message says what is wrong with which file or mapping, and how to go on."""

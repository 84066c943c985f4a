"""The exception tree. Every message says the fact, what is allowed and the remedy."""


class ClickmendError(Exception):
    """Anything that clickmend refuses, told in one line for the person who asked.

    Example:
        >>> try:
        ...     cm.Session(photo).click(500, 10)
        ... except cm.ClickmendError as error:
        ...     print(error)
        click 1 is at (x=500, y=10), outside the 451×300 image. ...
    """


class ImageError(ClickmendError):
    """A photo cannot be read or is not usable."""


class ClickError(ClickmendError):
    """A click, stroke or box does not fit the image or the task."""


class PriorError(ClickmendError):
    """A prior prediction cannot be read or does not fit the image."""


class DataError(ClickmendError):
    """A dataset folder or annotation file is not in its published layout."""


class NoLabelsError(DataError):
    """A file or folder of labels has those of other photos alone."""


class ModelError(ClickmendError):
    """A network, its weights or its card cannot be used."""


class OutputError(ClickmendError):
    """A result cannot be written where it was asked for."""


class OptionError(ClickmendError):
    """An option has a value that is not allowed."""


class NotAvailableError(ClickmendError):
    """Asked for something that this version does not have."""


class ProjectError(ClickmendError):
    """A project, its database or one of its files cannot be used."""


class NotFoundError(ClickmendError):
    """Asked for a project, an image or a session that is not there."""


class DatabaseError(ClickmendError):
    """The database does not answer, or cannot keep what it is given."""


class BusyError(ClickmendError):
    """There is more to do than is taken, or the server is being stopped; nothing was done.

    Args:
        message: For the person who asked.
        retry_after_s: How long to wait before asking again.
    """

    def __init__(self, message: str, *, retry_after_s: int) -> None:
        super().__init__(message)
        self.retry_after_s = retry_after_s


class ConflictError(ClickmendError):
    """Somebody else changed it meanwhile, and nothing may be lost."""


class JobError(ClickmendError):
    """A job of many items cannot be run or continued."""

"""Errors written for the person who reads them."""


class Explained(Exception):
    """A fault in one plain sentence (what and where), with a second that says the way out.

    Raised at every border (files, forms, command line, database); the command line prints it and
    ends with exit code 1, the window shows it in a message. It never holds a child's name.
    """

    def __init__(self, message: str, hint: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint

    def __str__(self) -> str:
        return f"{self.message} {self.hint}".rstrip()


class Stale(Explained):
    """What was about to change has been changed by somebody else meanwhile; nothing was written."""

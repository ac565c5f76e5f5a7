"""Errors that a person may read: one sentence, and the HTTP status that fits it."""


class YorisoiError(Exception):
    """What was wrong, where, and how to mend it, in one sentence for a human."""

    status_code = 400

    def __init__(self, sentence: str) -> None:
        super().__init__(sentence)
        self.sentence = sentence


class NotFound(YorisoiError):
    """The thing named is not there (any more)."""

    status_code = 404


class Refused(YorisoiError):
    """The person may not do this, or the state has moved on meanwhile."""

    status_code = 409


class NotSignedIn(YorisoiError):
    """Nobody is signed in, or the sign-in has ended."""

    status_code = 401


class BadConfiguration(YorisoiError):
    """A setting or a file of the company folder cannot be used; the boot stops."""

    status_code = 500

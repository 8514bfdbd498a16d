"""What can go wrong, in one small tree.

DatelineError
├── InvalidCorpus      a corpus folder, manifest, gold file or built dataset is not as it must be
├── InvalidAnnotation  a Label Studio task, a text form or a grounded span cannot be read
├── InvalidPrediction  a predictions file or a system's output cannot be scored
├── SystemNotFound     a name ``module:attr`` leads to no system
└── StudioError        a Label Studio server is not there, refuses, or is not what it must be

Every message says what is wrong, where, and what was expected; the command line prints it alone,
without a traceback.
"""


def printable(text: str) -> str:
    r"""Return *text* with control characters, and others that print nothing, escaped.

    What a message quotes may speak to the terminal.

    >>> print(printable("\x1b[2J Århus\u202e"))
    \x1b[2J Århus\u202e
    """
    return "".join(c if c.isprintable() else ascii(c)[1:-1] for c in text)


class DatelineError(Exception):
    """A mistake in what was handed in, told in one message."""


class InvalidCorpus(DatelineError):
    """A corpus folder, its manifest, its gold or its built dataset is not as it must be."""


class InvalidAnnotation(DatelineError):
    """A Label Studio task, a text form or a grounded span cannot be read."""


class InvalidPrediction(DatelineError):
    """A predictions file or a system's output cannot be scored."""


class SystemNotFound(DatelineError):
    """A name ``module:attr`` leads to no system."""


class StudioError(DatelineError):
    """A Label Studio server is not there, refuses, or is not what it must be."""

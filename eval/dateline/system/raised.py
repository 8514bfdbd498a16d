"""What a system raises, told in one line."""

import traceback

from dateline.documents import printable

_LONGEST = 300
_NOT_ITS_OWN = {"dateline", "importlib"}


def told(error: BaseException) -> str:
    """Return type and message of *error*, and the line of the system's own code that it is from.

    Its own code is the package that was called first; what that calls in turn is not.
    """
    try:
        said = " ".join(str(error).split())
    except Exception:  # its own __str__ raises
        said = ""
    said = printable(said if len(said) <= _LONGEST else f"{said[:_LONGEST]}…")
    return f"{type(error).__name__}{': ' if said else ''}{said}{_place(error)}"


def _place(error: BaseException) -> str:
    """Return `` (my.ner, line 12)``; empty if no line of the system is known."""
    named = [
        (str(frame.f_globals.get("__name__", "")), line)
        for frame, line in traceback.walk_tb(error.__traceback__)
    ]
    others = [(name, line) for name, line in named if _package(name) not in _NOT_ITS_OWN]
    own = [at for at in others if _package(at[0]) == _package(others[0][0])]
    return f" ({own[-1][0]}, line {own[-1][1]})" if own else ""


def _package(module: str) -> str:
    return module.partition(".")[0]

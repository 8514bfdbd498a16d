"""The command ``dateline``: a module for each group of commands, with their options beside them.

Exit codes: 0 well, 1 findings or a refused file, 2 wrong use. A user's mistake ends in one message
without a traceback. What only one command needs is imported inside it, so that ``--help`` is quick.
"""

import argparse
import io
import os
import sys
from collections.abc import Sequence

from dateline.documents import DatelineError, SystemNotFound

from . import agree, annotations, compare, corpus, export, new, predict, rank, score, show, studio

__all__ = ["main", "parser"]


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command line *argv* (default: the process's own) and return its exit code."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")  # rather than print nothing
    options = parser().parse_args(argv)
    try:
        code: int = options.run(options)
    except SystemNotFound as error:
        print(f"dateline: {error}", file=sys.stderr)
        return 2
    except DatelineError as error:
        print(f"dateline: {error}", file=sys.stderr)
        return 1
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1
    except UnicodeError as error:
        print(f"dateline: text that is not UTF-8, or cannot be printed: {error}", file=sys.stderr)
        return 1
    except OSError as error:
        where = f"{error.filename}: " if error.filename else ""
        print(f"dateline: {where}{error.strerror or error}", file=sys.stderr)
        return 1
    except MemoryError:
        print("dateline: not enough memory for what was handed in", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130
    return code


def parser() -> argparse.ArgumentParser:
    """Return the parser of all commands, which ``--help`` lists in this order."""
    top = argparse.ArgumentParser(
        prog="dateline", description="Annotate, check, build, predict, score and rank."
    )
    top.add_argument("--version", action="version", version=_version())
    commands = top.add_subparsers(metavar="COMMAND", required=True)
    for module in (
        new,
        corpus,
        predict,
        score,
        compare,
        rank,
        show,
        export,
        agree,
        annotations,
        studio,
    ):
        module.add(commands)
    return top


def _version() -> str:
    from importlib.metadata import version

    return f"dateline {version('dateline')}"

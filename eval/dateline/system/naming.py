"""A system by its name."""

import importlib
from typing import Any

from dateline.documents import SystemNotFound

from .raised import told
from .running import System


def load_system(name: str) -> System:
    """Return what ``module:attr`` names.

    Raises:
        SystemNotFound: the name has another form, there is no such module or attribute, it cannot
            be imported, or it cannot be called.
    """
    module_name, colon, attr = name.partition(":")
    if not (module_name and colon and attr) or module_name.startswith("."):
        raise SystemNotFound(
            f"{name!r} names no system; expected module:attr, such as my.ner:build"
        )
    found = _imported(name, module_name)
    for part in attr.split("."):
        if not hasattr(found, part):
            raise SystemNotFound(f"{name!r}: {module_name} has no {attr!r}; expected a function")
        found = getattr(found, part)
    if not callable(found):
        raise SystemNotFound(f"{name!r} is {type(found).__name__}; expected a function of train")
    return found  # type: ignore[no-any-return]


def _imported(name: str, module_name: str) -> Any:
    try:
        return importlib.import_module(module_name)
    except ModuleNotFoundError as error:
        # A module that is there but fails to import another is the system's own fault: say which.
        if error.name and (module_name == error.name or module_name.startswith(f"{error.name}.")):
            raise SystemNotFound(
                f"{name!r}: no module {error.name!r}; expected it installed or in this folder"
            ) from None
        raise SystemNotFound(
            f"{name!r}: its module needs {error.name!r}, which is missing"
        ) from error
    except KeyboardInterrupt:
        raise
    except BaseException as error:  # whatever code does when it is imported, sys.exit() included
        raise SystemNotFound(f"{name!r}: its module cannot be imported: {told(error)}") from error

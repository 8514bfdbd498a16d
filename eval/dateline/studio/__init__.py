"""The live Label Studio server: run one, push articles to it, pull annotations from it."""

from .access import Access, default_data, make_access, read_access
from .client import Client, connect
from .projects import check_annotator, find_projects
from .pull import Pulled, pull
from .push import Pushed, push
from .server import interruptible, running, serving, sign_in, wait

__all__ = [
    "Access",
    "Client",
    "Pulled",
    "Pushed",
    "check_annotator",
    "connect",
    "default_data",
    "find_projects",
    "interruptible",
    "make_access",
    "pull",
    "push",
    "read_access",
    "running",
    "serving",
    "sign_in",
    "wait",
]

"""The live Label Studio server: run one, push articles to it, pull annotations from it."""

from .access import Access, default_data, make_access, read_access
from .adjudication import Adjudicated, pull_adjudication, push_adjudication
from .client import Client, connect
from .pages import as_html
from .projects import check_annotator, find_projects
from .pull import Pulled, pull
from .push import Pushed, push
from .server import interruptible, running, serving, sign_in, wait

__all__ = [
    "Access",
    "Adjudicated",
    "Client",
    "Pulled",
    "Pushed",
    "as_html",
    "check_annotator",
    "connect",
    "default_data",
    "find_projects",
    "interruptible",
    "make_access",
    "pull",
    "pull_adjudication",
    "push",
    "push_adjudication",
    "read_access",
    "running",
    "serving",
    "sign_in",
    "wait",
]

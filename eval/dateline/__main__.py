"""``python -m dateline`` is the command ``dateline``."""

from .cli import main

raise SystemExit(main())

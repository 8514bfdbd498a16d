"""Label Studio's settings for a server of one's own: its pages have a script that names relations.

A Django settings module, read by Label Studio alone (`dateline.studio.server`).
"""

import os

# Label Studio's settings ask for themselves while they are being read.
os.environ["DJANGO_SETTINGS_MODULE"] = "label_studio.core.settings.label_studio"

from label_studio.core.settings.label_studio import *  # noqa: F403
from label_studio.core.settings.label_studio import MIDDLEWARE as _MIDDLEWARE

MIDDLEWARE = [*_MIDDLEWARE, "dateline.studio.pages.with_relations"]

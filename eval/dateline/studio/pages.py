"""What a labelling page has besides its configuration: the guidelines, and a script.

The script names relations by keyboard. It is on the pages of a server of one's own alone.
"""

from collections.abc import Callable
from pathlib import Path
from typing import Any

from dateline.documents import StudioError

_END = b"</body>"


def with_relations(respond: Callable[[Any], Any]) -> Callable[[Any], Any]:
    """Return Django middleware that puts ``relations.js`` at the end of each page."""
    script = Path(__file__).with_name("relations.js").read_text("utf-8")

    def page(request: Any) -> Any:
        response = respond(request)
        kind = response.headers.get("Content-Type", "")
        if not response.streaming and kind.startswith("text/html"):
            nonce = getattr(request, "csp_nonce", "")
            tag = f'<script nonce="{nonce}">\n{script}</script>\n'.encode()
            response.content = response.content.replace(_END, tag + _END)
        return response

    return page


def as_html(markdown: str) -> str:
    """Return a Markdown text as the HTML that Label Studio shows under *Instructions*.

    Raises:
        StudioError: the extra ``studio`` is not installed.
    """
    try:
        from markdown_it import MarkdownIt
    except ImportError:
        raise StudioError(
            "markdown-it-py is not installed; expected the extra: pip install 'dateline[studio]'"
        ) from None
    html = MarkdownIt("commonmark").enable("table").render(markdown)
    return f'<div class="dl-guidelines">\n{html}</div>\n'

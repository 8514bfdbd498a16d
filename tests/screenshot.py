"""Takes a picture of the labelling page, with an article's gold on it, as ``make screenshot`` does.

    python tests/screenshot.py annotations/page.png [ARTICLE]

It runs a Label Studio of its own. The picture is made smaller by 256 colours where pngquant is.
"""

import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from labelling_page import browsing, opened
from studio_server import serving

from dateline.corpus import read_source
from dateline.labelstudio import for_page

ROOT = Path(__file__).parent.parent
DENSEST = "putin-araghchi"
"""The article with the most annotations."""


def main(picture: Path, name: str = DENSEST) -> None:
    """Write the picture to a file."""
    from dateline.studio import Client, as_html, push

    documents = read_source(ROOT / "corpus", ROOT / "annotations").documents
    (document,) = [one for one in documents if one.id == name]
    config = (ROOT / "annotations/labels.xml").read_text("utf-8")
    guidelines = as_html((ROOT / "annotations/guidelines.md").read_text("utf-8"))
    with (
        tempfile.TemporaryDirectory() as folder,
        serving(Path(folder)) as server,
        Client(server.access) as client,
    ):
        pushed = push(client, "dateline", "ana", config, [document], "gold", guidelines)
        project = int(pushed.url.rpartition("/")[2])
        (task,) = client.tasks(project)
        with browsing(server) as browser:
            page = opened(browser, server, project, task.id)
            browser.locator(".htx-highlight").first.wait_for()
            page.select("visit")
            browser.mouse.move(1000, 300)
            browser.screenshot(path=picture)
    regions = sum(item["type"] == "labels" for item in for_page(document))
    if shutil.which("pngquant"):
        subprocess.run(["pngquant", "--force", "--output", picture, "256", picture], check=True)
    words, size = len(document.text.split()), picture.stat().st_size
    print(f"{picture}: {words} words, {regions} regions, {size // 1000} kB")


if __name__ == "__main__":
    main(Path(sys.argv[1]), *sys.argv[2:])

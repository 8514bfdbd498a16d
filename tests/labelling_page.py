"""The labelling page in a headless Chromium, worked as a person does: by mouse and keyboard."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from playwright.sync_api import Locator, Page
    from studio_server import Server

WIDTH, HEIGHT = 1440, 900
_QUIET = """
    --no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking
    --disable-component-update --disable-sync --hide-scrollbars
"""
_WHERE = """([words, from]) => {
    const walker = document.createTreeWalker(
        document.querySelector(".lsf-richtext__container"), NodeFilter.SHOW_TEXT);
    const letters = [];
    for (let node; (node = walker.nextNode()); )
        for (let i = 0; i < node.data.length; i++) letters.push([node, i]);
    const text = letters.map(([node, i]) => node.data[i]).join("");
    const start = text.indexOf(words, text.indexOf(from)), end = start + words.length - 1;
    if (start < 0) throw Error(`${words} is not on the page`);
    const range = document.createRange();
    range.setStart(...letters[start]);
    range.setEnd(letters[end][0], letters[end][1] + 1);
    range.startContainer.parentElement.scrollIntoView({block: "center"});
    const lines = [...range.getClientRects()].filter((line) => line.width > 1);
    return [lines[0], lines.at(-1)].map((l) => [l.left, l.right, (l.top + l.bottom) / 2]);
}"""


def chromium() -> str | None:
    """Where Chromium is; None where it is not."""
    return shutil.which("chromium") or shutil.which("chromium-browser")


class LabellingPage(NamedTuple):
    """One task, open in the browser."""

    page: "Page"

    def region(self, label: str, words: str) -> "Locator":
        """A region with this label that covers these words or begins or ends with them."""
        return self.page.locator(f'.htx-highlight[data-label$=":{label}"]', has_text=words)

    def where(self, words: str, after: str) -> tuple[list[float], list[float]]:
        """The first and the last line of words on the screen, each as left, right and middle."""
        first, last = self.page.evaluate(_WHERE, [words, after or words])
        return first, last

    def draw(self, key: str, label: str, words: str, after: str = "") -> None:
        """Press a label's key and draw the mouse over some words."""
        self.page.keyboard.press(key)
        chosen = self.page.locator(".lsf-label_selected", has_text=label)
        chosen.wait_for()
        (left, _, top), (_, right, bottom) = self.where(words, after)
        self.page.mouse.move(left + 0.5, top)
        self.page.mouse.down()
        self.page.mouse.move((left + right) / 2, (top + bottom) / 2)
        self.page.mouse.move(right - 0.5, bottom)
        self.page.mouse.up()
        chosen.wait_for(state="detached")

    def click(self, words: str, after: str = "") -> None:
        """Click on some words."""
        (left, right, middle), _ = self.where(words, after)
        self.page.mouse.click((left + right) / 2, middle)

    def select(self, words: str, after: str = "") -> None:
        """Click on the region that is to have an attribute or a relation, and on no other."""
        selected = self.page.locator(".htx-highlight.__active").first
        self.page.keyboard.press("u")
        selected.wait_for(state="detached")
        self.click(words, after)
        selected.wait_for()

    def choose(self, key: str, choice: str) -> None:
        """Press the key of an attribute of the region that is selected."""
        self.page.keyboard.press(key)
        self.page.locator(f'input[name="{choice}"]:checked').wait_for()

    def relate(self, whole: str, part: str, *keys: str, after: str = "") -> None:
        """Draw a relation from one region to another, and name it by keys."""
        bar = self.page.locator("#relation-names")
        self.select(whole)
        self.page.keyboard.press("Alt+r")
        self.page.locator("body[style*=pointer]").wait_for()
        self.click(part, after)
        bar.wait_for()
        for key in keys:
            self.page.keyboard.press(key)
        bar.wait_for(state="detached")


@contextmanager
def browsing(server: "Server") -> Iterator["Page"]:
    """Start a browser and log in, by the form."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium(), args=_QUIET.split())
        page = browser.new_page(viewport={"width": WIDTH, "height": HEIGHT})
        page.goto(f"{server.access.url}/user/login/")
        page.fill("input[name=email]", server.access.username)
        page.fill("input[name=password]", server.access.password)
        page.click("button[type=submit]")
        page.wait_for_url(lambda url: "login" not in url)
        yield page
        browser.close()


def opened(page: "Page", server: "Server", project: int, task: int) -> LabellingPage:
    """Open a task, and wait for it."""
    page.goto(f"{server.access.url}/projects/{project}/data?task={task}")
    page.locator(".lsf-richtext__line").first.wait_for(timeout=60_000)
    page.wait_for_load_state("networkidle")  # before that, keys may do nothing
    return LabellingPage(page)

"""A real Label Studio for the tests, run by the command that users run."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple

import httpx

from dateline.studio import Access, read_access


class Server(NamedTuple):
    """A running server, its data folder, and what its command has printed so far."""

    data: Path
    access: Access
    port: int
    pid: int
    printed: str
    seconds: float
    """How long it took to start."""

    def ask(self, method: str, path: str, body: Any = None, token: str = "") -> Any:
        """Send a request as an account, by default the server's own; return the answer's JSON."""
        headers = {"Authorization": f"Token {token or self.access.token}"}
        url = f"{self.access.url}{path}"
        answer = httpx.request(method, url, json=body, headers=headers, timeout=60)
        assert answer.is_success, (method, path, answer.status_code, answer.text[:500])
        return answer.json() if answer.content else None

    def sign_up(self, email: str) -> str:
        """Make an account as a person would, on the page; return its legacy token."""
        with httpx.Client(base_url=self.access.url, follow_redirects=True, timeout=60) as http:
            http.get("/user/signup/")
            form = {
                "email": email,
                "password": "a-long-password-1",
                "csrfmiddlewaretoken": http.cookies["csrftoken"],
            }
            answer = http.post("/user/signup/", data=form, headers={"Referer": self.access.url})
            assert answer.is_success, answer.text[:500]
            token: str = http.get("/api/current-user/token").json()["token"]
            return token


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@contextmanager
def serving(data: Path) -> Iterator[Server]:
    """Run ``dateline studio serve`` on a free port until the block ends, then stop it by Ctrl-C."""
    port = free_port()
    command = [sys.executable, "-m", "dateline", "studio", "serve"]
    process = subprocess.Popen(
        [*command, "--data", str(data), "--port", str(port)],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        env={**os.environ, "PYTHONUNBUFFERED": "1"},
    )
    printed = ""
    start = time.monotonic()
    try:
        assert process.stdout is not None
        for line in process.stdout:
            printed += line
            if "Ctrl-C" in line:
                break
        access = read_access(data)
        assert access is not None, printed
        yield Server(data, access, port, process.pid, printed, time.monotonic() - start)
    finally:
        process.send_signal(signal.SIGINT)
        rest, _ = process.communicate(timeout=60)
    assert process.returncode == 0, printed + rest
    assert "Stopped." in rest

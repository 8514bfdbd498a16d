"""A Label Studio of one's own: on the loopback address, with SQLite, calling nobody.

The first start of a data folder makes its database, which takes most of a minute; later ones are
quick. What the server prints goes to ``server.log`` in that folder.
"""

import importlib.util
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from types import FrameType

from dateline.documents import StudioError

from .access import FILE, Access, make_access, read_access
from .client import Client

HOST = "127.0.0.1"
PORT = 8080
LOG = "server.log"
PATIENCE = 300
"""Seconds that a first start may take."""


def running(data: Path, port: int) -> Access | None:
    """Return how to reach the server of *data* if it runs, or None if it does not.

    Raises:
        StudioError: it does not, and another program has *port*.
    """
    access = read_access(data)
    if access is not None and access.data == str(data.resolve()):
        with suppress(StudioError), Client(access) as client:
            client.check()
            return access
    if not _taken(port):
        return None
    raise StudioError(
        f"port {port} is taken by another program; expected a free one (--port), "
        f"or the server of {data}"
    )


@contextmanager
def serving(data: Path, port: int) -> Iterator[tuple[Access, "subprocess.Popen[bytes]"]]:
    """Run a server on the loopback address for as long as the block lasts.

    Args:
        data: The folder for its database, files and log; made if it is not there.
        port: Must be free (`running`).

    Raises:
        StudioError: the extra is not installed, or the server ends or does not answer in time.
    """
    if importlib.util.find_spec("label_studio") is None:
        raise StudioError(
            "Label Studio is not installed; expected the extra: pip install 'dateline[studio]'"
        )
    if any((folder / ".git").exists() for folder in (data.absolute(), *data.absolute().parents)):
        raise StudioError(f"{data} is inside a repository; expected a data folder outside of it")
    access = make_access(data, _url(port))
    data.chmod(0o700)
    command = [sys.executable, "-m", "label_studio.server", "start", "--no-browser"]
    command += ["--host", HOST, "--internal-host", HOST, "--port", str(port)]
    with (data / LOG).open("ab") as log:
        process = subprocess.Popen(
            command,
            cwd=data,
            env={**os.environ, **_environment(data, access)},
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            start_new_session=True,
            umask=0o077,
        )
    try:
        _wait(process, access, data)
        yield access, process
    finally:
        _stop(process)


@contextmanager
def interruptible() -> Iterator[None]:
    """Make SIGTERM and SIGHUP end the block as Ctrl-C does."""

    def stop(number: int, frame: FrameType | None) -> None:
        raise KeyboardInterrupt

    before = {number: signal.signal(number, stop) for number in (signal.SIGTERM, signal.SIGHUP)}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def wait(process: "subprocess.Popen[bytes]", data: Path) -> None:
    """Wait for a server to end, which it should not do by itself.

    Raises:
        StudioError: it has ended.
    """
    process.wait()
    raise StudioError(
        f"Label Studio ended with {process.returncode}; expected it to run, see {data / LOG}"
    )


def _environment(data: Path, access: Access) -> dict[str, str]:
    here = str(Path(__file__).parents[2])
    return {
        "DJANGO_SETTINGS_MODULE": "dateline.studio.settings",
        "PYTHONPATH": os.pathsep.join(filter(None, (here, os.environ.get("PYTHONPATH")))),
        "LABEL_STUDIO_BASE_DATA_DIR": str(data.absolute()),
        "LABEL_STUDIO_USERNAME": access.username,
        "LABEL_STUDIO_PASSWORD": access.password,
        "LABEL_STUDIO_USER_TOKEN": access.token,
        # Without it a token that is known beforehand is refused; read when the folder is new.
        "LABEL_STUDIO_ENABLE_LEGACY_API_TOKEN": "true",
        "DJANGO_DB": "sqlite",
        "COLLECT_ANALYTICS": "false",
        "LATEST_VERSION_CHECK": "false",
        "SENTRY_DSN": "",
        "FRONTEND_SENTRY_DSN": "",
    }


def _wait(process: "subprocess.Popen[bytes]", access: Access, data: Path) -> None:
    direct = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        if process.poll() is not None:
            raise StudioError(
                f"Label Studio ended with {process.returncode}; expected it to run, "
                f"see {data / LOG}"
            )
        try:
            with direct.open(f"{access.url}/health", timeout=5):
                return
        except (urllib.error.URLError, OSError):
            time.sleep(0.25)
    raise StudioError(
        f"{access.url}: no answer in {PATIENCE} seconds; expected Label Studio to start, "
        f"see {data / LOG}"
    )


def _stop(process: "subprocess.Popen[bytes]") -> None:
    """End a server and the processes that it has started."""
    for how in (signal.SIGTERM, signal.SIGKILL):
        try:
            os.killpg(process.pid, how)
        except ProcessLookupError:
            break
        try:
            process.wait(timeout=15)
        except subprocess.TimeoutExpired:
            continue
        break
    process.wait()


def _taken(port: int) -> bool:
    with socket.socket() as probe:
        probe.settimeout(2)
        return probe.connect_ex((HOST, port)) == 0


def _url(port: int) -> str:
    return f"http://{HOST}:{port}"


def sign_in(data: Path) -> str:
    """Return in words how a person signs in, without the password itself."""
    access = read_access(data)
    name = access.username if access else ""
    return f"sign in as {name} with the password in {data / FILE}"

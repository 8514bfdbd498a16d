"""How to reach the server that ``serve`` runs: its address, account and token, kept from others."""

import os
import secrets
from pathlib import Path

import msgspec

from dateline.documents import StudioError

FILE = "access.json"
ACCOUNT = "dateline@localhost.localdomain"


class Access(msgspec.Struct, frozen=True):
    """A server's address and a token for it; for a server of our own the account, too."""

    url: str
    token: str
    username: str = ""
    password: str = ""
    data: str = ""
    """The data folder that the server was started on: a copy of one is not served."""

    def __repr__(self) -> str:
        return f"Access({self.url!r}, …)"


def default_data() -> Path:
    """Return the folder where ``serve`` keeps the server's data: outside any repository."""
    home = os.environ.get("XDG_DATA_HOME") or Path.home() / ".local" / "share"
    return Path(home) / "dateline" / "studio"


def read_access(data: Path) -> Access | None:
    """Return how to reach the server of a data folder, or None where none was ever started.

    Raises:
        StudioError: the file is not what ``serve`` wrote.
    """
    try:
        return msgspec.json.decode((data / FILE).read_bytes(), type=Access)
    except FileNotFoundError:
        return None
    except (OSError, msgspec.DecodeError) as error:
        raise StudioError(
            f"{data / FILE}: cannot be read ({error}); expected what dateline studio serve wrote"
        ) from None


def make_access(data: Path, url: str) -> Access:
    """Write the access file of a data folder, readable by its owner alone.

    Token and password are made at random when the folder is new, and kept from then on.
    """
    before = read_access(data)
    if before is None:
        before = Access(url, secrets.token_hex(20), ACCOUNT, secrets.token_urlsafe(12))
    made = msgspec.structs.replace(before, url=url, data=str(data.resolve()))
    data.mkdir(parents=True, exist_ok=True, mode=0o700)
    beside = data / f"{FILE}.new"
    beside.unlink(missing_ok=True)
    handle = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "wb") as file:
        file.write(msgspec.json.encode(made))
    os.replace(beside, data / FILE)
    return made

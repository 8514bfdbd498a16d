"""The requests that Dateline makes of a Label Studio server, and nothing more of its interface.

Both kinds of token are taken: a legacy token goes into every request as it is; a personal access
token is a refresh token, for which the server gives an access token that lasts five minutes.

Requests are made with httpx alone. The SDK's client would do as well, but it walks through every
value that it sends: of one import of 1,000 tasks it made 1.6 times the time that the server needs.
"""

import os
import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self
from urllib.parse import urlsplit

import msgspec

from dateline.documents import StudioError

from .access import Access, read_access

if TYPE_CHECKING:
    import httpx

URL, KEY = "LABEL_STUDIO_URL", "LABEL_STUDIO_API_KEY"
OLDEST = (1, 23)
"""The oldest server whose answers are known here."""


class Project(msgspec.Struct):
    """A project as the server lists it."""

    id: int
    title: str = ""
    description: str | None = ""
    label_config: str = ""
    expert_instruction: str | None = None
    task_number: int = 0
    total_predictions_number: int = 0
    model_version: str | None = None


class Task(msgspec.Struct):
    """A task without its annotations, as the server lists it."""

    id: int
    data: dict[str, Any]
    total_predictions: int = 0

    @property
    def article(self) -> str | None:
        """The id of the article that a push made it for; None for a task of somebody else's."""
        id = self.data.get("id")
        return id if isinstance(id, str) and "sha256" in self.data else None


class Annotation(msgspec.Struct):
    """What a person has submitted for a task, as an export has it."""

    updated_at: str
    result: msgspec.Raw
    """JSON, decoded only where it is read: there is much of it."""
    id: int = 0
    completed_by: int | dict[str, Any] | None = None
    created_at: str | None = None
    lead_time: float | None = None
    was_cancelled: bool = False
    ground_truth: bool = False

    @property
    def account(self) -> int:
        """The number of the account that made it, which exports have plain or inside an object."""
        who = self.completed_by
        return int(who.get("id", 0) if isinstance(who, dict) else who or 0)


class Draft(msgspec.Struct):
    """What a person has begun and not submitted, as an export has it."""

    updated_at: str
    annotation: int | None = None
    """The annotation that it changes; None for a new one."""
    created_username: str = ""
    """Name, address and number of the account."""

    @property
    def account(self) -> int:
        """The number of the account that made it."""
        number = self.created_username.rpartition(",")[2].strip()
        return int(number) if number.isdecimal() else 0


class Exported(msgspec.Struct):
    """A task with its annotations, as an export has it."""

    id: int
    data: dict[str, Any]
    annotations: list[Annotation] = []
    drafts: list[Draft] = []


class _Version(msgspec.Struct):
    release: str = ""


class _Refreshed(msgspec.Struct):
    access: str


class Client:
    """A connection to one server, as one account."""

    def __init__(self, access: Access) -> None:
        """Take the server's address and a token; nothing is sent yet.

        Raises:
            StudioError: the extra ``studio`` is not installed, or address or token cannot be one.
        """
        try:
            import httpx
        except ImportError:
            raise StudioError(
                "httpx is not installed; expected the extra: pip install 'dateline[studio]'"
            ) from None
        self.url = access.url.strip().rstrip("/")
        host = _host(self.url)
        if not host:
            raise StudioError(
                f"the address of Label Studio in {URL} is no plain http or https one; "
                "expected one such as http://127.0.0.1:8080"
            )
        self._token = access.token.strip()
        if not re.fullmatch(r"[\w.-]+", self._token, re.ASCII):
            raise StudioError(f"the token in {KEY} has characters that no token has")
        self._header = "" if _is_personal(self._token) else f"Token {self._token}"
        local = host in ("127.0.0.1", "localhost", "::1")
        self._http = httpx.Client(
            base_url=self.url, timeout=600, follow_redirects=True, trust_env=not local
        )
        self._unreachable = (httpx.HTTPError, httpx.InvalidURL)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *error: object) -> None:
        self._http.close()

    def check(self) -> None:
        """Make sure that the server answers, knows the token and is not too old.

        Raises:
            StudioError: it does not.
        """
        # Asked without a token, which a server that is too old may not even know the kind of.
        answer = self._content(self._send("GET", "/api/version"))
        release = _decoded(answer, self.url, _Version).release
        parts = tuple(int(part) for part in re.findall(r"\d+", release)[:2])
        if parts < OLDEST:
            wanted = ".".join(map(str, OLDEST))
            raise StudioError(
                f"{self.url}: Label Studio {release or 'of no version'}; expected {wanted} or newer"
            )
        self.get("/api/current-user/whoami")

    def projects(self) -> Iterator[Project]:
        """Yield all projects that the account sees, without their counts."""
        page, fields = 1, "id,title,description,label_config"
        while True:
            answer = self.get("/api/projects/", page=page, page_size=100, include=fields)
            yield from msgspec.convert(answer["results"], list[Project])
            if not answer.get("next"):
                return
            page += 1

    def project(self, id: int) -> Project:
        """Return a project with its counts."""
        return msgspec.convert(self.get(f"/api/projects/{id}/"), Project)

    def create_project(self, **fields: Any) -> Project:
        """Create a project, which has no task yet."""
        made = self.send("POST", "/api/projects/", fields)
        return Project(made["id"], made["title"], made["description"], made["label_config"])

    def update_project(self, id: int, **fields: Any) -> None:
        """Change some fields of a project."""
        self.send("PATCH", f"/api/projects/{id}/", fields)

    def tasks(self, project: int) -> Iterator[Task]:
        """Yield all tasks of a project, without their annotations."""
        page, size = 1, 500
        while True:
            answer = self.get(
                "/api/tasks", project=project, page=page, page_size=size, fields="task_only"
            )
            yield from msgspec.convert(answer["tasks"], list[Task])
            if page * size >= answer["total"]:
                return
            page += 1

    def worked_on(self, project: int, tasks: Sequence[int]) -> set[int]:
        """Return which of *tasks* anybody has annotated, skipped, or begun.

        Asked of the export, which has everybody's drafts; a task itself shows only one's own.
        """
        found: set[int] = set()
        for start in range(0, len(tasks), 50):
            exported = self.export(project, tasks[start : start + 50])
            found |= {task.id for task in exported if task.annotations or task.drafts}
        return found

    def delete_task(self, id: int) -> None:
        """Delete a task with all that is in it."""
        self._request("DELETE", f"/api/tasks/{id}/")

    def import_tasks(self, project: int, body: bytes) -> None:
        """Import a JSON list of tasks in one request."""
        self.send("POST", f"/api/projects/{project}/import?return_task_ids=false", body)

    def import_predictions(self, project: int, predictions: list[dict[str, Any]]) -> None:
        """Import predictions for tasks that are there."""
        self.send("POST", f"/api/projects/{project}/import/predictions", predictions)

    def export(self, project: int, tasks: Sequence[int] = ()) -> list[Exported]:
        """Return some tasks of a project, by default all, as its JSON export has them."""
        found: list[Exported] = _decoded(self.download(project, tasks), self.url, list[Exported])
        return found

    def download(self, project: int, tasks: Sequence[int] = ()) -> bytes:
        """Return a project's JSON export as it comes."""
        query: dict[str, Any] = {"exportType": "JSON", "download_all_tasks": "true"}
        if tasks:
            query["ids[]"] = list(tasks)
        return self._request("GET", f"/api/projects/{project}/export", params=query)

    def get(self, path: str, **query: Any) -> Any:
        """Send a GET request; return what the JSON of the answer holds."""
        return _decoded(self._request("GET", path, params=query), self.url)

    def send(self, method: str, path: str, body: Any) -> Any:
        """Send a request with a JSON body; return what the JSON of the answer holds."""
        data = body if isinstance(body, bytes) else msgspec.json.encode(body)
        return _decoded(self._request(method, path, content=data), self.url)

    def _request(self, method: str, path: str, **arguments: Any) -> bytes:
        answer = self._send(method, path, self._authorization(), **arguments)
        if answer.status_code == 401 and _is_personal(self._token):
            self._header = ""  # the access token has expired
            answer = self._send(method, path, self._authorization(), **arguments)
        return self._content(answer)

    def _authorization(self) -> str:
        if not self._header:
            content = msgspec.json.encode({"refresh": self._token})
            answer = self._content(self._send("POST", "/api/token/refresh/", content=content))
            self._header = f"Bearer {_decoded(answer, self.url, _Refreshed).access}"
        return self._header

    def _send(
        self, method: str, path: str, authorization: str = "", **arguments: Any
    ) -> "httpx.Response":
        headers = {"Content-Type": "application/json"}
        if authorization:
            headers["Authorization"] = authorization
        try:
            return self._http.request(method, path, headers=headers, **arguments)
        except self._unreachable as error:
            raise StudioError(
                f"{self.url}: no answer ({type(error).__name__}); expected a running Label "
                f"Studio, started by dateline studio serve or named by {URL}"
            ) from None

    def _content(self, answer: "httpx.Response") -> bytes:
        said = _reason(answer.content) if answer.is_error else ""
        if answer.status_code in (401, 403):
            raise StudioError(
                f"{self.url}: the token is not accepted ({answer.status_code}); expected a valid "
                f"personal or legacy token of an account there, in {KEY}; the server says: {said}"
            )
        if answer.is_error:
            request = answer.request
            raise StudioError(
                f"{self.url}: {request.method} {request.url.path} failed with "
                f"{answer.status_code}: {said}"
            )
        return answer.content


def connect(data: Path) -> Client:
    """Connect to the server that the environment names, or to the one that ``serve`` started.

    The client is a context manager, which closes the connection.

    Args:
        data: The data folder of ``serve``, where its address and token are kept.

    Raises:
        StudioError: neither is there, or the server cannot be used.
    """
    named = {name: os.environ.get(name, "") for name in (URL, KEY)}
    if any(named.values()):
        missing = [name for name, value in named.items() if not value]
        if missing:
            raise StudioError(f"{missing[0]} is not set; expected both {URL} and {KEY}")
        access = Access(named[URL], named[KEY])
    else:
        found = read_access(data)
        if found is None:
            raise StudioError(
                "no Label Studio is known; expected one started by dateline studio serve, "
                f"or {URL} and {KEY} to be set"
            )
        access = found
    client = Client(access)
    try:
        client.check()
    except BaseException:
        client.__exit__()
        raise
    return client


def _host(url: str) -> str | None:
    """Return the host that a plain http or https address names; None for any other."""
    try:
        parts = urlsplit(url)
        plain = parts.scheme in ("http", "https") and not parts.username and parts.port != 0
    except ValueError:  # a port that is none, or brackets around what is no address
        return None
    return parts.hostname if plain else None


def _is_personal(token: str) -> bool:
    """Say whether a token is a JWT, as personal access tokens are."""
    return token.count(".") == 2


def _decoded(content: bytes, url: str, type: Any = Any) -> Any:
    if not content:
        return None
    try:
        return msgspec.json.decode(content, type=type)
    except msgspec.DecodeError as error:
        raise StudioError(
            f"{url}: the answer is not as expected from Label Studio: {error}"
        ) from None


def _reason(content: bytes) -> str:
    """Return what an answer says of its failure, in one line."""
    try:
        value = msgspec.json.decode(content)
    except msgspec.DecodeError:
        return "the answer is a page, not JSON; expected Label Studio there"
    if isinstance(value, dict):
        value = value.get("validation_errors") or value.get("detail") or value
    said = " ".join(str(value).split())
    return said if len(said) <= 300 else said[:297] + "…"

"""A read-only Hugging Face Hub on the loopback address, serving one folder as one dataset.

It answers the requests that `datasets` and `huggingface_hub` make to load a public dataset: what
the repository is and holds, and its files. There is no network here to ask the real one.
"""

import hashlib
import json
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any
from urllib.parse import unquote

ID = "dateline/tiny"


@contextmanager
def serving(folder: Path) -> Iterator[str]:
    """Serve *folder* as the dataset `ID`; yields the endpoint for ``HF_ENDPOINT``."""
    handler = type("Handler", (_Handler,), {"folder": folder, "log_message": lambda *_: None})
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    thread = Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()


class _Handler(BaseHTTPRequestHandler):
    folder: Path

    def entries(self) -> list[dict[str, Any]]:
        return [
            {
                "type": "file" if path.is_file() else "directory",
                "path": path.relative_to(self.folder).as_posix(),
                "size": path.stat().st_size if path.is_file() else 0,
                "oid": hashlib.sha1(path.read_bytes() if path.is_file() else b"").hexdigest(),
            }
            for path in sorted(self.folder.rglob("*"))
        ]

    @property
    def commit(self) -> str:
        return hashlib.sha1(json.dumps(self.entries()).encode()).hexdigest()

    def do_GET(self) -> None:
        where = unquote(self.path.partition("?")[0])
        if where.startswith(f"/api/datasets/{ID}/tree/"):
            below = where.removeprefix(f"/api/datasets/{ID}/tree/").partition("/")[2]
            self.answer([e for e in self.entries() if str(Path(e["path"]).parent) == below])
        elif where in (f"/api/datasets/{ID}", *self.revisions()):
            found = self.entries()
            names = [{"rfilename": e["path"]} for e in found if e["type"] == "file"]
            self.answer({"id": ID, "sha": self.commit, "siblings": names, "private": False})
        elif where.startswith(f"/datasets/{ID}/resolve/"):
            self.file(where.removeprefix(f"/datasets/{ID}/resolve/").partition("/")[2])
        else:
            self.send_error(404)

    do_HEAD = do_GET  # noqa: N815, the name that http.server calls

    def revisions(self) -> list[str]:
        return [f"/api/datasets/{ID}/revision/{name}" for name in ("main", self.commit)]

    def do_POST(self) -> None:
        asked = self.rfile.read(int(self.headers["Content-Length"]))
        wanted = json.loads(asked)["paths"]
        self.answer([entry for entry in self.entries() if entry["path"] in wanted])

    def answer(self, value: Any) -> None:
        self.body(json.dumps(value).encode(), "application/json")

    def file(self, name: str) -> None:
        path = self.folder / name
        if path.is_file():
            self.body(path.read_bytes(), "application/octet-stream")
        else:
            self.send_error(404)

    def body(self, data: bytes, kind: str) -> None:
        self.send_response(200)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(data)))
        self.send_header("X-Repo-Commit", self.commit)
        self.send_header("ETag", f'"{hashlib.sha1(data).hexdigest()}"')
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(data)

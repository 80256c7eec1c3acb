"""Serves the built site on this machine and rebuilds when something changes."""

from __future__ import annotations

import functools
import http.server
import threading
from collections.abc import Callable, Iterator
from pathlib import Path


class _Handler(http.server.SimpleHTTPRequestHandler):
    """Files only, no listings, no caching: who edits wants to see it."""

    protocol_version = "HTTP/1.1"

    def end_headers(self) -> None:
        self.send_header("Cache-Control", "no-cache")
        self.send_header("X-Content-Type-Options", "nosniff")
        super().end_headers()

    def send_error(self, code: int, message: str | None = None, explain: str | None = None) -> None:
        """The site's own page for an address that isn't there."""
        page = Path(self.directory) / "404.html"
        if code != 404 or not page.is_file():
            super().send_error(code, message, explain)
            return
        body = page.read_bytes()
        self.send_response(404)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    def list_directory(self, path: object) -> None:
        self.send_error(404)

    def log_message(self, format: str, *args: object) -> None:
        """Nothing: the terminal is for what was rebuilt."""


def server(folder: Path, port: int) -> http.server.ThreadingHTTPServer:
    """A server on the loopback address; port 0 takes a free one. Raises OSError when the port is taken."""
    handler = functools.partial(_Handler, directory=str(folder))
    http.server.ThreadingHTTPServer.daemon_threads = True
    return http.server.ThreadingHTTPServer(("127.0.0.1", port), handler)


def run(site: http.server.ThreadingHTTPServer, changes: Iterator[list[str]], rebuild: Callable[[list[str]], None]) -> None:
    """Serves until interrupted; each batch of changed paths is handed to `rebuild`."""
    threading.Thread(target=site.serve_forever, daemon=True).start()
    try:
        for paths in changes:
            rebuild(paths)
        threading.Event().wait()
    finally:
        site.shutdown()
        site.server_close()


def places(root: Path) -> list[Path]:
    """What a site is made from."""
    return [path for name in ("records", "schemas", "docs", "mkdocs.yml") if (path := root / name).exists()]


def snapshot(root: Path) -> dict[str, int]:
    """path → time of the last change, to tell what changed before the watch began."""
    found = [file for place in places(root) for file in ([place] if place.is_file() else place.rglob("*")) if file.is_file()]
    return {file.relative_to(root).as_posix(): file.stat().st_mtime_ns for file in found}


def watched(root: Path, before: dict[str, int]) -> Iterator[list[str]]:
    """Batches of changed paths, beginning with what differs from the snapshot that was taken before the first build."""
    from watchfiles import watch

    began = False
    for changes in watch(*places(root), debounce=300, rust_timeout=500, yield_on_timeout=True, raise_interrupt=True):
        paths = sorted({Path(path).relative_to(root).as_posix() for _, path in changes if not Path(path).name.startswith(".mingbu-")})
        if not began:
            now, began = snapshot(root), True
            paths = sorted({*paths, *(path for path in before.keys() | now.keys() if before.get(path) != now.get(path))})
        if paths:
            yield paths

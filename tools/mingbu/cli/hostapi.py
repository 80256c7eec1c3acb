"""The git host's API, as a job of its continuous integration reaches it: a pull request and its reviews, and issues."""

from __future__ import annotations

import http.client
import json
import os
import re
import urllib.error
import urllib.request
from email.message import Message
from typing import IO, Any
from urllib.parse import urlsplit

from mingbu.cli.context import Context

_SECONDS = 20
_LARGEST = 16 * 1024 * 1024
_PAGE, _PAGES = 100, 100
"""So many rows are asked for at once, so often; a host may give fewer."""
_REPOSITORY = re.compile(r"[\w-][\w.-]*/(?!\.{1,2}$)[\w.-]+")
_NEXT = re.compile(r'rel="?next"?')


class _Stay(urllib.request.HTTPRedirectHandler):
    """Never goes where an answer points: the token is for this host alone."""

    def redirect_request(self, req: urllib.request.Request, fp: IO[bytes], code: int, msg: str, headers: Message, newurl: str) -> None:
        return None


def pull_and_reviews(context: Context, number: int) -> tuple[Any, list[Any]]:
    """The JSON of both. Refuses in one line where the host can't be asked or says no."""
    above = f"{repository(context)}/pulls/{number}"
    pull, _ = _asked(context, above)
    return pull, all_pages(context, f"{above}/reviews", "reviews")


def repository(context: Context) -> str:
    """The address of the repository at the host's API."""
    api, name = _variable(context, "API_URL").rstrip("/"), _variable(context, "REPOSITORY")
    if urlsplit(api).scheme not in {"http", "https"} or not _REPOSITORY.fullmatch(name):
        raise context.refuse("notarize.api", url=api, detail=name)
    return f"{api}/repos/{name}"


def all_pages(context: Context, url: str, what: str, query: str = "") -> list[Any]:
    """The rows of every page of a list."""
    found: list[Any] = []
    for page in range(1, _PAGES + 1):
        rows, headers = _asked(context, f"{url}?{query}per_page={_PAGE}&limit={_PAGE}&page={page}")
        if not isinstance(rows, list):
            raise context.refuse("notarize.shape", path=url, field=what)
        found += rows
        total = str(headers.get("X-Total-Count", ""))
        more = _NEXT.search(str(headers.get("Link", ""))) or (total.isdecimal() and int(total) > len(found))
        if not rows or not more:
            return found
    raise context.refuse("notarize.api", url=url, detail=f"> {_PAGES}")


def sent(context: Context, method: str, url: str, data: Any) -> Any:
    """What the host answers to something that is written there."""
    return _asked(context, url, method, data)[0]


def _variable(context: Context, name: str) -> str:
    """What the job's environment says, by either host's name."""
    found = os.environ.get(f"GITEA_{name}") or os.environ.get(f"GITHUB_{name}")
    if not found:
        raise context.refuse("notarize.no-api", value=f"GITHUB_{name}")
    return found


def _asked(context: Context, url: str, method: str = "GET", data: Any = None) -> tuple[Any, Message]:
    """(what the host answers, the answer's headers)."""
    headers = {"Authorization": f"Bearer {_variable(context, 'TOKEN')}", "Accept": "application/json", "User-Agent": "mingbu"}
    try:
        body = None if data is None else json.dumps(data, ensure_ascii=False).encode("utf-8")
        headers |= {} if body is None else {"Content-Type": "application/json; charset=utf-8"}
        request = urllib.request.Request(url, body, headers, method=method)  # noqa: S310  the scheme was looked at
        with urllib.request.build_opener(_Stay).open(request, timeout=_SECONDS) as answer:
            raw = answer.read(_LARGEST + 1)
            if len(raw) > _LARGEST:
                raise ValueError(f"> {_LARGEST}")
            return json.loads(raw), answer.headers
    except urllib.error.HTTPError as error:
        raise context.refuse("notarize.api", url=url, detail=f"HTTP {error.code}") from None
    except urllib.error.URLError as error:
        raise context.refuse("notarize.api", url=url, detail=error.reason) from None
    except (OSError, ValueError, RecursionError, http.client.HTTPException) as error:
        raise context.refuse("notarize.api", url=url, detail=str(error)[:100] or type(error).__name__) from None

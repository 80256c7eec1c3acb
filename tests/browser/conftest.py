"""A real browser on the sample company's built site, served on this machine. Nothing here is skipped: no browser is a failure."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

from mingbu.checks import sound_part
from mingbu.register import Policy, open_register
from mingbu.site import build_site
from mingbu.site.serve import server

PROJECT = Path(__file__).parents[2]
FLAGS = "--no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking --disable-component-update --disable-sync"


@dataclass
class Visit:
    """One page in the browser and everything it did wrong."""

    page: Page
    base: str
    errors: list[str] = field(default_factory=list)
    foreign: list[str] = field(default_factory=list)

    def go(self, path: str) -> Page:
        self.page.goto(self.base + path)
        self.page.wait_for_load_state("networkidle")
        return self.page


@pytest.fixture(scope="session")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Where the sample's site is served."""
    register = sound_part(open_register(PROJECT))
    target = tmp_path_factory.mktemp("browser") / "site"
    build_site(register, Policy(register, date.fromisoformat(register.settings["today"])), None, target)
    site = server(target, 0)
    threading.Thread(target=site.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{site.server_port}/"
    site.shutdown()


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=FLAGS.split())
        yield running
        running.close()


@pytest.fixture
def visit(browser: Browser, address: str) -> Iterator[Callable[..., Visit]]:
    """Opens a fresh browser profile; width and colour scheme as asked."""
    contexts = []

    def open_one(width: int = 1280, scheme: str = "light") -> Visit:
        context = browser.new_context(viewport={"width": width, "height": 900}, color_scheme=scheme, accept_downloads=True)  # type: ignore[arg-type]
        contexts.append(context)
        found = Visit(context.new_page(), address)
        found.page.on("console", lambda message: found.errors.append(message.text) if message.type == "error" else None)
        found.page.on("pageerror", lambda error: found.errors.append(str(error)))
        found.page.on("request", lambda request: _note(found, request.url))
        return found

    yield open_one
    for context in contexts:
        context.close()


def _note(visit: Visit, url: str) -> None:
    if not url.startswith((visit.base, "data:", "blob:")):
        visit.foreign.append(url)

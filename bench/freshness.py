"""How soon a search shows that the last copy went out or one came back, while fifty loans and returns a second go on over HTTP."""

from __future__ import annotations

import http.client
import json
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlencode

from bench import county
from bench.client import Request, get, post
from bench.county import County
from bench.databases import Server, fresh, settle
from bench.importing import run
from bench.server import serve
from tests.search.places import Place

ACTS_A_SECOND = 50
SENDERS = 5
WATCHERS = 4
LOOK_AGAIN_SECONDS = 0.05
PATIENCE_SECONDS = 60.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """Milliseconds from the answer to an act until a search shows it, sorted; `per_second` is how many acts were really done."""

    engine: str
    per_second: float
    seen_ms: tuple[float, ...]

    def quantile(self, share: float) -> float:
        return self.seen_ms[min(len(self.seen_ms) - 1, int(share * len(self.seen_ms)))]


def measure(name: str, place: Place, server: Server | None, folder: Path, changes: int) -> Figure:
    """Watch so many changes, half of them a last copy that goes out, half one that comes back."""
    turns = -(-changes // (2 * WATCHERS))
    watched = WATCHERS * turns * county.ITEMS_PER_BIB
    with fresh(server, folder) as database:
        built = county.build(database, items=watched + 2 * county.READERS)
        settle(database)
        run(database, folder, "search", "rebuild", search_url=place.search_url)
        with serve(database, folder, workers=2, search_url=place.search_url, has_worker=True) as web:
            crowd = _Crowd(web.port, built, first=watched)
            watchers = [_Watcher(web.port, built, range(n * turns, (n + 1) * turns)) for n in range(WATCHERS)]
            crowd.start()
            for watcher in watchers:
                watcher.start()
            for watcher in watchers:
                watcher.join()
            per_second = crowd.end()
    seen = sorted(ms for watcher in watchers for ms in watcher.seen_ms)
    if len(seen) < 2 * WATCHERS * turns:
        raise RuntimeError("a change was not seen in time, or an act was refused")
    return Figure(engine=name, per_second=per_second, seen_ms=tuple(seen))


class _Line:
    """A connection that is kept."""

    def __init__(self, port: int) -> None:
        self._connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)

    def send(self, request: Request) -> bytes:
        self._connection.request(request.method, request.path, request.body, dict(request.headers))
        response = self._connection.getresponse()
        text = response.read()
        if not 200 <= response.status < 300:
            raise RuntimeError(f"{request.path}: {response.status} {text[:300].decode(errors='replace')}")
        return text


class _Watcher(threading.Thread):
    """Takes both copies of one title after the other out and brings one back, and looks until a search shows it."""

    def __init__(self, port: int, built: County, titles: range) -> None:
        super().__init__(daemon=True)
        self._line, self._built, self._titles = _Line(port), built, titles
        self.seen_ms: list[float] = []

    def run(self) -> None:
        for title in self._titles:
            copies = [title * county.ITEMS_PER_BIB + n for n in range(county.ITEMS_PER_BIB)]
            for n in copies:
                self._act("/loans", n, patron=self._built.card(n))
            self.seen_ms.append(self._until(title, found=0))
            self._act("/check-ins", copies[0])
            self.seen_ms.append(self._until(title, found=1))

    def _act(self, path: str, n: int, **more: str) -> None:
        item = self._built.barcode(n)
        self._line.send(post(self._built.token, f"watched{path}{n}", path, item=item, at="ZG", **more))

    def _until(self, title: int, *, found: int) -> float:
        asked = get(
            f"/api/v1/search?{urlencode({'q': county.title(title), 'field': 'title', 'available': 'true', 'size': 1})}"
        )
        began = time.perf_counter()
        while time.perf_counter() - began < PATIENCE_SECONDS:
            if json.loads(self._line.send(asked))["total"] == found:
                return (time.perf_counter() - began) * 1000
            time.sleep(LOOK_AGAIN_SECONDS)
        raise RuntimeError(f"{county.title(title)} was not seen to change")


class _Crowd:
    """Desks that together do fifty acts a second, each on copies of its own, until they are told to end."""

    def __init__(self, port: int, built: County, first: int) -> None:
        self._built, self._first, self._stop = built, first, threading.Event()
        self._done = [0] * SENDERS
        self._threads = [
            threading.Thread(target=self._work, args=(n, _Line(port)), daemon=True) for n in range(SENDERS)
        ]

    def start(self) -> None:
        self._began = time.perf_counter()
        for thread in self._threads:
            thread.start()

    def end(self) -> float:
        """Acts a second."""
        seconds = time.perf_counter() - self._began
        self._stop.set()
        for thread in self._threads:
            thread.join()
        return sum(self._done) / seconds

    def _work(self, sender: int, line: _Line) -> None:
        due = time.perf_counter()
        for request in self._requests(sender):
            due += SENDERS / ACTS_A_SECOND
            if self._stop.wait(max(0.0, due - time.perf_counter())):
                return
            line.send(request)
            self._done[sender] += 1

    def _requests(self, sender: int) -> Iterator[Request]:
        """One copy after the other goes out and comes home, round and round."""
        token, turn = self._built.token, 0
        while True:
            for n in range(self._first + sender, self._built.items, SENDERS):
                key, item = f"crowd{turn}-{n}", self._built.barcode(n)
                yield post(token, f"{key}-out", "/loans", patron=self._built.card(n), item=item, at="ZG")
                yield post(token, f"{key}-in", "/check-ins", item=item, at="ZG")
            turn += 1

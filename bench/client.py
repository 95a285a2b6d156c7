"""The other end of the line: connections kept alive, nothing done but to send, receive and look at the status."""

from __future__ import annotations

import http.client
import json
import threading
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    method: str
    path: str
    body: bytes | None = None
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Sent:
    """`seconds` by the clock for all, `latencies` in milliseconds, sorted; `client_ms` is the CPU time of sending itself."""

    seconds: float
    latencies: tuple[float, ...]
    client_ms: float

    def quantile(self, share: float) -> float:
        return self.latencies[min(len(self.latencies) - 1, int(share * len(self.latencies)))]


def post(token: str, key: str, path: str, **body: str) -> Request:
    headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json", "Idempotency-Key": key}
    return Request(method="POST", path=f"/api/v1{path}", body=json.dumps(body).encode(), headers=headers)


def get(path: str) -> Request:
    return Request(method="GET", path=path)


def send_all(port: int, requests: Sequence[Request], *, connections: int) -> Sent:
    """Send every request once, spread over the connections; any answer but 2xx ends the run."""
    latencies: list[float] = []
    errors: list[str] = []

    def work(part: int) -> None:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
        for request in requests[part::connections]:
            began = time.perf_counter()
            connection.request(request.method, request.path, request.body, dict(request.headers))
            response = connection.getresponse()
            text = response.read()
            latencies.append((time.perf_counter() - began) * 1000)
            if not 200 <= response.status < 300:
                errors.append(f"{request.path}: {response.status} {text[:300].decode(errors='replace')}")
                break
        connection.close()

    began, cpu = time.perf_counter(), time.process_time()
    threads = [threading.Thread(target=work, args=(part,)) for part in range(connections)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if errors:
        raise RuntimeError(errors[0])
    return Sent(
        seconds=time.perf_counter() - began,
        latencies=tuple(sorted(latencies)),
        client_ms=(time.process_time() - cpu) * 1000,
    )

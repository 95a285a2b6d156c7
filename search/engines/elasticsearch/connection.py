"""Asking the server: in limited time, never a second time in vain, and only a server that this program speaks to."""

from __future__ import annotations

import logging
import ssl
import threading
from collections.abc import Callable
from typing import Any, TypeVar

import elasticsearch
from elastic_transport import NodeConfig, TransportError
from elastic_transport.client_utils import basic_auth_to_header
from elasticsearch import ApiError, Elasticsearch

from kernel.i18n import Text
from search.engines.elasticsearch.address import Address
from search.engines.elasticsearch.circuit import Circuit
from search.port import EngineUnavailable, EngineUnfit

T = TypeVar("T")

MAJOR = elasticsearch.__version__[0]
SEARCH_SECONDS = 2.0
WRITE_SECONDS = 60.0
REST_SECONDS = 2.0
_CONNECTIONS = 32
# The client tells of each request and each failure; what of it matters is told by whoever asked.
logging.getLogger("elastic_transport").setLevel(logging.CRITICAL)


class IndexGone(EngineUnavailable):
    """The server answers, but has no such index."""


class Connection:
    """Nothing is sent before the first question. Thread-safe."""

    def __init__(self, address: Address) -> None:
        self._address = address
        self._circuit = Circuit(REST_SECONDS)
        self._lock = threading.Lock()
        self._client: Elasticsearch | None = None
        # The client once for each time that it waits: to make one costs as much as to ask.
        self._patient: dict[float, Elasticsearch] = {}
        self._is_fit = False

    def ask(self, work: Callable[[Elasticsearch], T], seconds: float = SEARCH_SECONDS) -> T:
        """What `work` gets from the server; each of its requests may take so long. Raises EngineUnavailable for all that goes wrong."""
        self._circuit.enter(seconds)
        try:
            client = self._opened(seconds)
            self._check(client, min(seconds, SEARCH_SECONDS))
            found = work(client)
        except TransportError as error:
            self._is_fit = False  # what comes back may be another one
            self._circuit.open(f"{self._address}: {type(error).__name__}")
            raise EngineUnavailable(f"{self._address}: {type(error).__name__}: {error}") from error
        except ApiError as error:
            self._circuit.close()
            raise unavailable(error.status_code, error.body) from error
        self._circuit.close()
        return found

    def close(self) -> None:
        with self._lock:
            if self._client is not None:
                self._client.close()
            self._client = None
            self._patient.clear()

    def _opened(self, seconds: float) -> Elasticsearch:
        with self._lock:
            if self._client is None:
                # A connection that broke while idle is replaced once; a question without an answer is not repeated.
                self._client = Elasticsearch(
                    [_node(self._address)], max_retries=1, retry_on_timeout=False, retry_on_status=()
                )
            if seconds not in self._patient:
                self._patient[seconds] = self._client.options(request_timeout=seconds)
            return self._patient[seconds]

    def _check(self, client: Elasticsearch, seconds: float) -> None:
        """Plain JSON is asked for, since a server of another major version refuses the client's own kind of it."""
        if self._is_fit:
            return
        answer = client.transport.perform_request(
            "GET", "/", headers={"accept": "application/json"}, request_timeout=seconds
        )
        if answer.meta.status in (401, 403):
            raise EngineUnfit(_NOT_ALLOWED.format(address=self._address))
        version = _version(answer.body)
        if version.split(".")[0] != str(MAJOR):
            raise EngineUnfit(_WRONG_VERSION.format(address=self._address, version=version or "?", major=MAJOR))
        self._is_fit = True


_NOT_ALLOWED = Text(
    "检索服务器 {address} 拒绝了登录。请在 TONGJIE_SEARCH_URL 中写明用户名和密码：http://用户:密码@主机:9200。",
    "The search server {address} refuses the login. Name user and password in TONGJIE_SEARCH_URL: http://user:password@host:9200.",
)
_WRONG_VERSION = Text(
    "检索服务器 {address} 的版本是 {version}，本版本只支持 Elasticsearch {major}。请升级服务器，或清空 TONGJIE_SEARCH_URL 使用内置引擎。",
    "The search server {address} is of version {version}, but this release speaks to Elasticsearch {major} only. Upgrade the server, or "
    "leave TONGJIE_SEARCH_URL empty for the embedded engine.",
)


def unavailable(status: int, body: Any) -> EngineUnavailable:
    """A refusal of the server as it is told further: its number, kind and reason."""
    error = body.get("error") if isinstance(body, dict) else None
    kind, reason = (error.get("type"), error.get("reason")) if isinstance(error, dict) else (error or body, "")
    text = f"{status} {kind}: {reason}"[:300]
    return IndexGone(text) if kind == "index_not_found_exception" else EngineUnavailable(text)


def _node(address: Address) -> NodeConfig:
    headers = {"authorization": basic_auth_to_header(address.login)} if address.login else {}
    return NodeConfig(
        scheme=address.scheme,
        host=address.host,
        port=address.port,
        headers=headers,
        connections_per_node=_CONNECTIONS,
        ssl_context=ssl.create_default_context() if address.scheme == "https" else None,
    )


def _version(body: Any) -> str:
    """What the server says it is; nothing for what is no Elasticsearch."""
    if not isinstance(body, dict) or not isinstance(body.get("version"), dict) or "cluster_name" not in body:
        return ""
    return str(body["version"].get("number", ""))

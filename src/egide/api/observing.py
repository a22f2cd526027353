"""What is told of each request: a line, figures for Prometheus, a trace. Never a path as it came, a query, a header or a body.

Paths are told as their templates (``/join/{secret}``), because secrets stand in some of them. What matches no template is told as ``-``.
"""

from __future__ import annotations

import json
import re
import secrets
import sys
import time
from contextlib import nullcontext
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from egide import __version__
from egide.api.guard import is_request

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from contextlib import AbstractContextManager

    from litestar.types import ASGIApp, Message, Receive, Scope, Send
    from prometheus_client import CollectorRegistry

TRACEPARENT = re.compile(rb"^00-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}$")
SECONDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 10.0)


class Figures:
    """Counts and durations of requests, as Prometheus reads them."""

    def __init__(self) -> None:
        from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, ProcessCollector

        self.registry: CollectorRegistry = CollectorRegistry()
        ProcessCollector(registry=self.registry)
        labels = ("method", "route")
        self._count = Counter("egide_requests", "Requests answered.", (*labels, "status"), registry=self.registry)
        self._took = Histogram("egide_request_seconds", "How long requests took.", labels, registry=self.registry, buckets=SECONDS)
        self._now = Gauge("egide_requests_in_progress", "Requests in work.", registry=self.registry)
        Gauge("egide_info", "The version.", ("version",), registry=self.registry).labels(__version__).set(1)

    def begun(self) -> None:
        """A request came."""
        self._now.inc()

    def ended(self, method: str, route: str, status: int, seconds: float) -> None:
        """It was answered."""
        self._now.dec()
        self._count.labels(method, route, str(status)).inc()
        self._took.labels(method, route).observe(seconds)

    def written(self) -> bytes:
        """All figures, in Prometheus' text."""
        from prometheus_client import generate_latest

        return generate_latest(self.registry)


class Traces:
    """Spans sent to a collector by OTLP over HTTP. ``exporter``: another way out, for tests."""

    def __init__(self, address: str | None, exporter: Any = None) -> None:
        from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
        from opentelemetry.sdk.resources import Resource
        from opentelemetry.sdk.trace import TracerProvider
        from opentelemetry.sdk.trace.export import BatchSpanProcessor, SimpleSpanProcessor

        self._provider = TracerProvider(resource=Resource({"service.name": "egide", "service.version": __version__}))
        out = SimpleSpanProcessor(exporter) if exporter else BatchSpanProcessor(OTLPSpanExporter(endpoint=address))
        self._provider.add_span_processor(out)
        self._tracer = self._provider.get_tracer("egide.api")

    def span(self, headers: Iterable[tuple[bytes, bytes]]) -> AbstractContextManager[Any]:
        """A span for a request, under the caller's own when it names one."""
        from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator

        given = next((value for name, value in headers if name == b"traceparent" and TRACEPARENT.match(value)), None)
        above = TraceContextTextMapPropagator().extract({"traceparent": given.decode()}) if given else None
        return self._tracer.start_as_current_span("request", context=above)

    def close(self) -> None:
        """Send what is left."""
        self._provider.shutdown()


class Observed:
    """An ASGI application in front of another."""

    def __init__(
        self, app: ASGIApp, log: str = "none", figures: Figures | None = None, traces: Traces | None = None,
        write: Callable[[str], object] = sys.stderr.write,
    ) -> None:
        self.app = app
        self.log = log
        self.figures = figures
        self.traces = traces
        self._write = write

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass on, and tell how it went."""
        if not is_request(scope):
            await self.app(scope, receive, send)
            return
        begun, status, name = time.perf_counter(), [500], secrets.token_hex(8)

        async def telling(message: Message) -> None:
            if message["type"] == "http.response.start":
                status[0] = message["status"]
                message["headers"] = [*message["headers"], (b"x-request-id", name.encode())]
            await send(message)

        if self.figures:
            self.figures.begun()
        with self.traces.span(scope["headers"]) if self.traces else nullcontext() as span:
            try:
                await self.app(scope, receive, telling)
            finally:
                self._tell(scope, name, status[0], time.perf_counter() - begun, span)

    def _tell(self, scope: Scope, name: str, status: int, seconds: float, span: Any) -> None:
        method, route = str(scope.get("method", "")), str(scope.get("path_template") or "-")
        if self.figures:
            self.figures.ended(method, route, status, seconds)
        if span is not None:
            span.update_name(f"{method} {route}")
            span.set_attributes({"http.request.method": method, "http.route": route, "http.response.status_code": status})
        if self.log != "none":
            self._write(_line(self.log, name, method, route, status, seconds))


def _line(form: str, name: str, method: str, route: str, status: int, seconds: float) -> str:
    at, took = datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z"), round(seconds * 1000, 1)
    if form == "json":
        said = {"at": at, "level": "error" if status >= 500 else "info", "request": name, "method": method, "route": route,
                "status": status, "ms": took}  # fmt: skip
        return json.dumps(said) + "\n"
    return f"{at} {status} {method} {route} {took} ms {name}\n"

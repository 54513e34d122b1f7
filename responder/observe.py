"""Logs and metrics. Neither ever holds a full address or a message's text."""

import logging
import re
import sys
from collections.abc import Iterable, Mapping, MutableMapping
from dataclasses import dataclass
from typing import Any

import orjson
import structlog
from prometheus_client import CollectorRegistry, Counter, Histogram, generate_latest, multiprocess
from prometheus_client import values as prometheus_values
from prometheus_client.core import Metric

from responder.core.addresses import mask

_DIGITS = re.compile(r"(?<![0-9A-Za-z])(?:[a-z]+:)?\+?\d{7,}(?![0-9A-Za-z])")


def configure_logging() -> None:
    """One JSON object a line on standard error; tracebacks without local variables."""
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.ExceptionRenderer(
                structlog.tracebacks.ExceptionDictTransformer(show_locals=False)
            ),
            mask_addresses,
            structlog.processors.JSONRenderer(serializer=_to_json),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.INFO),
        logger_factory=structlog.BytesLoggerFactory(file=sys.stderr.buffer),
        cache_logger_on_first_use=True,
    )


def _to_json(event: Mapping[str, Any], **_options: Any) -> bytes:
    return orjson.dumps(event, default=str)


def mask_addresses(
    _logger: object, _method: str, event: MutableMapping[str, Any]
) -> Mapping[str, Any]:
    """Processor: whatever looks like a phone number is masked, however deep it stands."""
    return {key: value if key == "timestamp" else _masked(value) for key, value in event.items()}


def _masked(value: Any) -> Any:
    if isinstance(value, str):
        return _DIGITS.sub(lambda found: mask(found.group()), value)
    if isinstance(value, Mapping):
        return {key: _masked(inner) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [_masked(inner) for inner in value]
    return value


class Metrics:
    """What Prometheus may ask. With PROMETHEUS_MULTIPROC_DIR set, all processes are summed."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self.inbound = Counter(
            "responder_inbound_messages",
            "Inbound messages by what was decided, once for each delivery.",
            ["outcome", "reason", "repeated"],
            registry=self.registry,
        )
        self.rejected = Counter(
            "responder_webhook_rejected",
            "Webhook requests that were not accepted, by reason.",
            ["provider", "reason"],
            registry=self.registry,
        )
        self.receipts = Counter(
            "responder_receipts",
            "Delivery receipts by status.",
            ["status"],
            registry=self.registry,
        )
        self.seconds = Histogram(
            "responder_webhook_seconds",
            "From the request's arrival to the committed answer.",
            registry=self.registry,
            buckets=(0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10),
        )

    def render(self, gauges: Iterable[Metric] = ()) -> bytes:
        """The text exposition format, summed over processes where there are several.

        `gauges` are figures of the house, not of a process, read when they are asked for.
        """
        registry = self.registry
        if prometheus_values.ValueClass.__name__ != "MutexValue":
            registry = CollectorRegistry()
            multiprocess.MultiProcessCollector(registry)  # type: ignore[no-untyped-call]
        return generate_latest(registry) + generate_latest(_Read(tuple(gauges)))


@dataclass(frozen=True, slots=True)
class _Read:
    """Figures in the shape of a registry."""

    figures: tuple[Metric, ...]

    def collect(self) -> tuple[Metric, ...]:
        return self.figures

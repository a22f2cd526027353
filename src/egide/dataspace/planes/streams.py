"""Streams of messages: what a broker hands out, message after message, and what is handed to one. MQTT 3.1.1 (QoS 1) and NATS.

Nothing is read from a broker before the last message went on: whoever takes them slowly slows the broker down, and no queue grows here.
A message of MQTT is acknowledged once it went on, so that none is lost between; NATS itself promises no more than once.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AbstractAsyncContextManager

from egide.dataspace.planes import mqtt, nats
from egide.dataspace.planes.addresses import Broker, Message

Publish = Callable[[Message], Awaitable[None]]


def subscribed(broker: Broker) -> AbstractAsyncContextManager[AsyncIterator[Message]]:
    """The messages of a topic, from now on. Raises `OSError`, `TimeoutError`, when entered or on the way."""
    return nats.subscribed(broker) if broker.scheme == "nats" else mqtt.subscribed(broker)


def publisher(broker: Broker) -> AbstractAsyncContextManager[Publish]:
    """A function that hands a message to the broker's topic, and returns once the broker has it. Raises as `subscribed`."""
    return nats.publisher(broker) if broker.scheme == "nats" else mqtt.publisher(broker)

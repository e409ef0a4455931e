"""Loads that are too much: requests at a rate, whether or not those before them are answered, and clients without patience.

The public comes at a rate: an arrival takes a connection that is free, and is lost (and counted) where there is
none. A client without patience asks again as soon as it is answered, whatever the answer was. One epoll loop over
many connections. Every answer must be data with 200, or 503 with a code.
"""

from __future__ import annotations

import os
import random
import select
import socket
import time
from collections import deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from tests.bench.load import AT_ONCE, WrongAnswer

CONNECTIONS = 900
SERVED, REFUSED = b"200", b"503"


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a load: latencies in milliseconds of what was served and refused, sorted; arrivals lost."""

    seconds: float
    served: Sequence[float]
    refused: Sequence[float]
    lost: int

    @property
    def goodput(self) -> float:
        """Give what was served in a second."""
        return len(self.served) / self.seconds


@dataclass(slots=True)
class _Answer:
    """The answer that a connection waits for."""

    sent_at: float = 0.0
    read: bytearray = field(default_factory=bytearray)

    def status(self) -> bytes | None:
        """Give the status when the answer is whole.

        Raises: WrongAnswer.
        """
        head = self.read.find(b"\r\n\r\n")
        if head < 0:
            return None
        at = self.read.find(b"content-length: ", 0, head) + 16
        length = int(self.read[at : self.read.index(b"\r", at)])
        if len(self.read) < head + 4 + length:
            return None
        status = bytes(self.read[9:12])
        begins = b'{"data":{' if status == SERVED else b'{"errors":[{"message":'
        if status not in (SERVED, REFUSED) or not self.read.startswith(begins, head + 4):
            raise WrongAnswer(self.read[:500].decode("utf-8", "replace"))
        return status


class _Load:
    """Connections, what each waits for, and how long it waited."""

    def __init__(self, address: tuple[str, int], requests: Sequence[bytes], connections: int) -> None:
        self._pick, self._requests = random.Random(11).choice, requests
        self._poll = select.epoll()
        self._sockets = [socket.create_connection(address) for _ in range(connections)]
        self.answers = {one.fileno(): _Answer() for one in self._sockets}
        for one in self._sockets:
            one.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            self._poll.register(one, select.EPOLLIN)
        self._latencies: dict[bytes, list[float]] = {SERVED: [], REFUSED: []}
        self._refusal = b""  # the latest one that was looked at: they are all alike
        self._start = time.perf_counter()

    def elapsed(self) -> float:
        """Give the seconds since it began."""
        return time.perf_counter() - self._start

    def send(self, fd: int) -> None:
        """Send a request picked at random."""
        self.answers[fd].sent_at = time.perf_counter()
        os.write(fd, self._pick(self._requests))

    def answered(self, timeout: float) -> Iterator[int]:
        """Give the connections whose answer is whole.

        Raises: WrongAnswer.
        """
        for fd, _ in self._poll.poll(timeout):
            answer = self.answers[fd]
            data = os.read(fd, AT_ONCE)
            if data == self._refusal and not answer.read:
                status: bytes | None = REFUSED
            else:
                answer.read += data
                status = answer.status()
            if status:
                self._refusal = bytes(answer.read) if status == REFUSED and answer.read else self._refusal
                self._latencies[status].append((time.perf_counter() - answer.sent_at) * 1000)
                answer.read.clear()
                yield fd

    def outcome(self, lost: int = 0) -> Outcome:
        """End it."""
        seconds = self.elapsed()
        for one in self._sockets:
            one.close()
        return Outcome(seconds, sorted(self._latencies[SERVED]), sorted(self._latencies[REFUSED]), lost)


def arrivals(address: tuple[str, int], requests: Sequence[bytes], rate: float, seconds: float) -> Outcome:
    """Send requests at a rate, evenly spaced.

    Raises: WrongAnswer.
    """
    load = _Load(address, requests, CONNECTIONS)
    free = deque(load.answers)
    lost, sent = 0, 0
    while (elapsed := load.elapsed()) < seconds:
        for _ in range(int(elapsed * rate) - sent):
            sent += 1
            if free:
                load.send(free.popleft())
            else:
                lost += 1
        free.extend(load.answered(0.0005))
    return load.outcome(lost)


def impatient(address: tuple[str, int], requests: Sequence[bytes], connections: int, seconds: float) -> Outcome:
    """Ask again on each connection as soon as it is answered, whatever the answer was.

    Raises: WrongAnswer.
    """
    load = _Load(address, requests, connections)
    for fd in load.answers:
        load.send(fd)
    while load.elapsed() < seconds:
        for fd in load.answered(1):
            load.send(fd)
    return load.outcome()

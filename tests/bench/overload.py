"""A load that does not wait: requests are sent at a rate, whether or not those before them are answered.

That is how the public comes. One epoll loop over many connections; an arrival takes a connection that is free,
and is lost (and counted) where there is none. Every answer must be data with 200, or 503 with a code.
"""

from __future__ import annotations

import os
import random
import select
import socket
import time
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass, field

from tests.bench.load import AT_ONCE, WrongAnswer

CONNECTIONS = 600
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


def arrivals(address: tuple[str, int], requests: Sequence[bytes], rate: float, seconds: float) -> Outcome:
    """Send requests picked at random at a rate, evenly spaced.

    Raises: WrongAnswer.
    """
    poll = select.epoll()
    sockets = [socket.create_connection(address) for _ in range(CONNECTIONS)]
    answers = {one.fileno(): _Answer() for one in sockets}
    for one in sockets:
        one.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        poll.register(one, select.EPOLLIN)
    free = deque(answers)
    latencies: dict[bytes, list[float]] = {SERVED: [], REFUSED: []}
    refusal = b""  # the latest one that was looked at: they are all alike
    lost, sent, pick, now = 0, 0, random.Random(11).choice, time.perf_counter
    start = now()
    while (instant := now()) - start < seconds:
        for _ in range(int((instant - start) * rate) - sent):
            sent += 1
            if not free:
                lost += 1
                continue
            fd = free.popleft()
            answers[fd].sent_at = now()
            os.write(fd, pick(requests))
        for fd, _ in poll.poll(0.0005):
            answer = answers[fd]
            data = os.read(fd, AT_ONCE)
            if data == refusal and not answer.read:
                status: bytes | None = REFUSED
            else:
                answer.read += data
                status = answer.status()
            if status:
                refusal = bytes(answer.read) if status == REFUSED and answer.read else refusal
                latencies[status].append((now() - answer.sent_at) * 1000)
                answer.read.clear()
                free.append(fd)
    elapsed = now() - start
    for one in sockets:
        one.close()
    return Outcome(elapsed, sorted(latencies[SERVED]), sorted(latencies[REFUSED]), lost)

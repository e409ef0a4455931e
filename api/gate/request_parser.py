"""The parser of requests, for which no request changes the protocol of its connection.

An offer to go on in another protocol need not be taken up, and a request that makes one is a request like any other:
Java's HttpClient and `curl --http2` offer HTTP/2 with whatever they send. httptools passes over the body of such a
request, drops what has arrived of it, and takes what arrives later for the next request. Here the request is read once
more, without its offer.
Source: RFC 9110 section 7.8; RFC 9113 section 3.1 (the offer of HTTP/2 is obsolete).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from httptools import HttpParserUpgrade, HttpRequestParser


class RequestParser(HttpRequestParser):
    """httptools' parser; `again` gives the head of the request to read once more, None when it is not to be read."""

    def __init__(self, protocol: object, again: Callable[[], bytes | None]) -> None:
        self._protocol, self._again = protocol, again
        self._begin()

    def feed_data(self, data: Any) -> None:
        """Read on.

        Raises: httptools.HttpParserError.
        """
        while True:
            try:
                return super().feed_data(data)
            except HttpParserUpgrade as offer:
                head = self._again()
                if head is None:
                    return None
                data = head + data[offer.args[0] :]
                self._begin()

    def makes_an_offer(self) -> bool:
        """Tell whether the request, whose headers are there, will be read once more."""
        return self.should_upgrade() and self.get_method() != b"CONNECT"

    def _begin(self) -> None:
        super().__init__(self._protocol)
        self.set_dangerous_leniencies(lenient_data_after_close=True)  # as uvicorn has it: answer, then close

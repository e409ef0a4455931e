"""Logs: JSON lines of allow-listed fields, so that no personal data can slip in by being passed along."""

from __future__ import annotations

import asyncio
import json
import logging
from datetime import UTC, datetime
from typing import Any, Final

ALLOWED = ("correlation", "kind", "frames", "code", "status", "object", "verb", "fault", "issuer", "count", "seconds")
"""Extra fields a log line may carry; everything else is dropped."""


class JsonLines(logging.Formatter):
    """Writes a record as one JSON line; exception values are left out, their kinds are kept."""

    def format(self, record: logging.LogRecord) -> str:
        """Write the record."""
        line: dict[str, Any] = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": record.msg if isinstance(record.msg, str) else type(record.msg).__name__,
        }
        line.update({name: getattr(record, name) for name in ALLOWED if hasattr(record, name)})
        if record.exc_info and record.exc_info[0]:
            line["kind"] = record.exc_info[0].__name__
        return json.dumps(line, ensure_ascii=False, default=str)


class Coded(logging.Filter):
    """Lets through what says something: what uvicorn takes for no request, `api.gate.refusals` logs with its code.

    What it cuts off when it is asked to stop is one line with a count, and no error of the application.
    """

    def filter(self, record: logging.LogRecord) -> bool:
        """Tell whether to log a record."""
        if isinstance(record.args, tuple) and record.msg == _CUT_OFF:
            record.msg, record.count, record.args = "requests_cut_off", record.args[0], ()
        is_cut_off = record.exc_info is not None and record.exc_info[0] is asyncio.CancelledError
        return record.msg != "Invalid HTTP request received." and not is_cut_off


_CUT_OFF: Final = "Cancel %s running task(s), timeout graceful shutdown exceeded"
"""What uvicorn says of requests that are under way for too long after it was asked to stop."""


def log_config(level: str) -> dict[str, Any]:
    """Give the logging configuration of the server."""
    upper = level.upper()
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {"json": {"()": "api.process.logs.JsonLines"}},
        "filters": {"coded": {"()": "api.process.logs.Coded"}},
        "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "json"}},
        "loggers": {
            "renxin": {"handlers": ["stderr"], "level": upper, "propagate": False},
            "uvicorn.error": {"filters": ["coded"]},
            "uvicorn": {"handlers": ["stderr"], "level": "WARNING", "propagate": False},
            "casbin": {"handlers": [], "level": "CRITICAL", "propagate": False},
        },
        "root": {"handlers": ["stderr"], "level": "WARNING"},
    }

"""Relations of self-reported information: shown while it stands, as far as the authenticity commitment's item is."""

from __future__ import annotations

from authz.relations.common import Rows, subject_owned
from domain.self_report import report

ROWS: Rows = {"self_report": subject_owned(report.IN_FORCE)}

"""The reports of the demonstration: issued through the service itself, as a bank and a person would ask for them."""

from __future__ import annotations

from datetime import timedelta
from typing import Final

from api.demo.known import EXAMPLE_ORGANISATION, PERSON_WITH_CONSENT, PURPOSE
from api.execution.change import carry_out
from api.execution.job import Credentials, Job, coerce
from api.execution.service import Service

_ISSUE: Final = """
mutation Demonstrate($subject: ID!, $kind: String!, $purpose: String, $key: String!) {
  issueCreditReport(input: { subject: $subject, kind: $kind, purpose: $purpose, clientMutationId: $key }) { receipts }
}
"""

REPORTS: Final = (
    ("xiamen-bank", EXAMPLE_ORGANISATION, "general", PURPOSE),
    ("xiamen-bank", PERSON_WITH_CONSENT, "person", PURPOSE),
    ("person-with-consent", PERSON_WITH_CONSENT, "person", None),
)
"""Who asks, about whom, for which kind, for which purpose."""


async def issue_reports(service: Service) -> None:
    """Issue the reports of the demonstration; a second time changes nothing.

    Raises: RuntimeError when one is refused: the demonstration is not what it says.
    """
    assert service.issuer is not None
    await service.callers.refresh()
    document = service.documents.get(_ISSUE)
    operation = document.operation(None)
    for number, (sub, subject, kind, purpose) in enumerate(REPORTS, start=1):
        now = service.clock()
        token = service.issuer.mint(sub, client_id="demo", lifetime=timedelta(minutes=5), now=now)
        credentials = Credentials(f"Bearer {token}")
        raw = {"subject": subject, "kind": kind, "purpose": purpose, "key": f"demo-report-{number}"}
        caller = await service.caller_of(credentials, now)
        variables = coerce(service, operation, raw)
        answer = await carry_out(Job(service, credentials, caller, document, operation, raw, variables, now))
        if answer.errors:
            raise RuntimeError(f"a demonstration report was refused: {answer.errors[0]['extensions']['code']}")

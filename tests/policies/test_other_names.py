"""A role of the policy's own that inherits from one that ships is under what the operator has set for that one."""

from __future__ import annotations

import pytest

from authz.quota import Limits, Quotas
from tests.client import Serve
from tests.policies.conftest import SECOND, Desk
from tests.policies.test_assignments import APPROVE, propose, register

pytestmark = pytest.mark.anyio

VIEWER = "{ viewer { roles quotas { counted most } } }"


async def test_a_partner_by_another_name_has_the_quotas_of_partners_and_sends_what_they_may(
    desk: Desk, serve: Serve, demo_url: str
) -> None:
    await desk.put_in_force("r, other_bank, 另一家银行", "g, other_bank, partner")
    sub, account = await register(desk, kind="machine")
    made = await propose(desk, account, role="other_bank")
    assert await desk.code(APPROVE, SECOND, assignment=made["assignment"]["id"]) is None

    async with serve(demo_url, quotas=Quotas({"partner": Limits(requests_per_minute=7)}, {})) as client:
        viewer = (await client.data(VIEWER, caller=sub))["viewer"]
        assert viewer == {"roles": ["other_bank"], "quotas": [{"counted": "requests", "most": 7}]}
    async with serve(demo_url, trusted_only=("partner",)) as client:
        assert await client.codes(VIEWER, caller=sub) == ["DOCUMENT_NOT_TRUSTED"]
        told = await client.data(
            '{ explainAccess(object: "subject", action: "read", role: "other_bank") { trustedDocumentsOnly } }',
            caller=SECOND,
        )
        assert told == {"explainAccess": {"trustedDocumentsOnly": True}}

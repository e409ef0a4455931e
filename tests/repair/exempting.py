"""The operations of exemption as clients send them, and its ground: a minor failing of Haicang and an act on the list."""

from __future__ import annotations

import itertools
from datetime import date
from typing import Any
from uuid import UUID

from domain.installation_rows import catalogue_item_id
from domain.vault import Vault
from tests.client import Client
from tests.repair.ground import BOOKS, HAICANG, Scene, scene

DECIDED_ON = date(2026, 3, 10)
PROPOSE_ITEM = """
mutation ($item: ID!, $code: String!, $most: Int!, $months: Int!, $minorWhen: String!, $from: Date, $to: Date) {
  proposeExemptionItem(input: { catalogueItem: $item, code: $code, industry: "人力资源", act: "未及时办理劳动用工备案",
    minorWhen: $minorWhen, mostEarlier: $most, windowMonths: $months, legalBasis: "行政处罚法33", validFrom: $from, validTo: $to }) {
    exemptionItem { id state inForce mostEarlier windowMonths } receipts } }
"""
APPROVE_ITEM = """
mutation ($item: ID!) { approveExemptionItem(input: { exemptionItem: $item }) { exemptionItem { id state inForce } } }
"""
REJECT_ITEM = """
mutation ($item: ID!, $reason: String!) {
  rejectExemptionItem(input: { exemptionItem: $item, reason: $reason }) { exemptionItem { state reason } } }
"""
END_ITEM = """
mutation ($item: ID!, $to: Date!) {
  endExemptionItem(input: { exemptionItem: $item, validTo: $to, reason: "清单修订" }) { exemptionItem { validTo inForce } } }
"""
PROPOSE = """
mutation ($record: ID!, $item: ID!, $grounds: String!) {
  proposeExemption(input: { record: $record, exemptionItem: $item, grounds: $grounds }) {
    exemption { id state inForce procedure } receipts } }
"""
SIGN = """
mutation ($exemption: ID!, $text: String, $signerName: String, $signer: Signer!) {
  signExemption(input: { exemption: $exemption, text: $text, method: ELECTRONIC_SIGNATURE, signer: $signer,
    signerName: $signerName, signature: "电子签名 1" }) { exemption { id state commitment { id text state matterNo } } } }
"""
GRANT = """
mutation ($exemption: ID!, $reason: String!) {
  grantExemption(input: { exemption: $exemption, reason: $reason }) { exemption { id state inForce earlier } receipts } }
"""
REFUSE = """
mutation ($exemption: ID!, $reason: String!) {
  refuseExemption(input: { exemption: $exemption, reason: $reason }) { exemption { state decisionReason } } }
"""
WITHDRAW = "mutation ($exemption: ID!) { withdrawExemption(input: { exemption: $exemption }) { exemption { state } } }"
ELIGIBILITY = """
query ($record: ID!, $item: ID!) { exemptionEligibility(record: $record, exemptionItem: $item) {
  mayBeProposed citation conditions { code standing explanation explanationZh } steps { verb by } } }
"""
SIGNED = {
    "text": "承诺立即改正，不再发生；违反承诺的，自愿接受惩戒。",
    "signer": "LEGAL_REPRESENTATIVE",
    "signerName": "甄虚构",
}
PENALTY = f"CatalogueItem:{catalogue_item_id('350205', BOOKS.heads['350205'], 'penalty')}"

_codes = itertools.count(1)


async def minor_scene(url: str, vault: Vault, **how: Any) -> Scene:
    """Make a minor failing of Haicang that no list entry rests on."""
    return await scene(url, vault, HAICANG, **{"severity": "minor", "decided_on": DECIDED_ON, "lists": (), **how})


def proposal(**how: Any) -> dict[str, Any]:
    """Give the values of a proposal for the list."""
    given = {
        "code": f"act-{next(_codes)}",
        "most": 0,
        "months": 12,
        "minorWhen": "三日内自行改正",
        "from": None,
        "to": None,
    }
    return {"item": PENALTY, **given, **how}


async def listed_act(client: Client, made: Scene, **how: Any) -> str:
    """Put an act on the list of the scene's office and give its global id."""
    data = await client.data(PROPOSE_ITEM, proposal(**how), caller=made.sub("clerk"))
    item = str(data["proposeExemptionItem"]["exemptionItem"]["id"])
    await client.data(APPROVE_ITEM, {"item": item}, caller=made.sub("approver"))
    return item


async def proposed(client: Client, made: Scene, item: str, *, by: str = "clerk") -> str:
    """Propose an exemption and give its global id."""
    given = {"record": made.record_gid, "item": item, "grounds": "首次发生，三日内改正"}
    data = await client.data(PROPOSE, given, caller=made.sub(by))
    return str(data["proposeExemption"]["exemption"]["id"])


async def promised(client: Client, made: Scene, exemption: str) -> dict[str, Any]:
    """Sign the commitment and give the exemption after it."""
    data = await client.data(SIGN, {"exemption": exemption, **SIGNED}, caller=made.sub("subject"))
    row: dict[str, Any] = data["signExemption"]["exemption"]
    return row


async def exempted(client: Client, made: Scene, item: str) -> str:
    """Bring an exemption to its grant and give its global id."""
    exemption = await proposed(client, made, item)
    await promised(client, made, exemption)
    await client.data(GRANT, {"exemption": exemption, "reason": "轻微偶发"}, caller=made.sub("approver"))
    return exemption


def uuid_of(ident: str) -> UUID:
    """Give the id within a global id."""
    return UUID(ident.partition(":")[2])

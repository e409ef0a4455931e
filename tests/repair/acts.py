"""The operations of repair as clients send them."""

from __future__ import annotations

from typing import Any

from tests.client import Client
from tests.repair.ground import Scene

APPLY = """
mutation ($record: ID!, $grounds: String!) {
  applyForRepair(input: { record: $record, grounds: $grounds }) {
    repairApplication { id state minimumUntil procedure } receipts } }
"""
FIND = """
mutation ($application: ID!, $standard: String!, $fulfilledOn: Date!, $correctedOn: Date!, $effectRemovedOn: Date,
          $effectEvidence: String, $criminalProceedings: Boolean!, $repeated: Boolean!, $otherConditions: String,
          $exitStandard: String) {
  findFulfilledRepair(input: { application: $application, standard: $standard, fulfilledOn: $fulfilledOn,
    fulfilmentEvidence: "缴款凭证1号", correctedOn: $correctedOn, correctionEvidence: "工资支付凭证2号",
    effectRemovedOn: $effectRemovedOn, effectEvidence: $effectEvidence, criminalProceedings: $criminalProceedings,
    repeated: $repeated, otherConditions: $otherConditions, exitStandard: $exitStandard }) {
    repairApplication { id state standard correctionDueOn correctedOn correctionTimeliness } } }
"""
SIGN = """
mutation ($application: ID!, $papersTrue: Boolean!, $consequencesAccepted: Boolean!, $signer: Signer!,
          $signerName: String, $method: SignatureMethod!) {
  signRepairCommitment(input: { application: $application, papersTrue: $papersTrue, method: $method,
    consequencesAccepted: $consequencesAccepted, signer: $signer, signerName: $signerName,
    signature: "电子签名 20260318-1" }) {
    repairApplication { id state signedAt commitment { id text state signedOn publishedAt } } } }
"""
GRANT = """
mutation ($application: ID!, $assessment: String) {
  grantRepair(input: { application: $application, reason: "条件均已满足", assessment: $assessment }) {
    repairApplication { id state platformDueOn dueProvisional platformTimeliness assessment decisionReason }
    creditRecord { id state inForce repairedAt } receipts } }
"""
REFUSE = """
mutation ($application: ID!, $reason: String!) {
  refuseRepair(input: { application: $application, reason: $reason }) { repairApplication { id state decisionReason } } }
"""
WITHDRAW = "mutation ($application: ID!) { withdrawRepair(input: { application: $application }) { repairApplication { state } } }"
TELL = """
mutation ($application: ID!, $toldAt: DateTime) {
  tellRepair(input: { application: $application, toldAt: $toldAt }) {
    repairApplication { platformToldAt platformTimeliness } } }
"""
ELIGIBILITY = """
query ($record: ID!, $on: Date) {
  repairEligibility(record: $record, on: $on) {
    mayApply refusedWith { code message messageZh } mayBeGranted earliestOn publicUntil commitment notLoaded application
    conditions { code standing since explanation explanationZh clause quote citation layer confidence }
    exits { entry listName ends earliestOn explanation citation quote } steps { verb by citation } } }
"""
IRREGULAR = """
query ($from: Date!, $to: Date!) { repairIrregularities(from: $from, to: $to) {
  code explanation explanationZh detailZh on application record entry office officeName jurisdiction accounts accountNames citation } }
"""

FINDING: dict[str, Any] = {
    "standard": "履行义务认定标准（试行）第一条",
    "fulfilledOn": "2026-01-20",
    "correctedOn": "2026-01-15",
    "effectRemovedOn": "2026-01-20",
    "effectEvidence": "公开道歉，工人书面谅解",
    "criminalProceedings": False,
    "repeated": False,
    "otherConditions": None,
    "exitStandard": None,
}
SIGNED = {
    "papersTrue": True,
    "consequencesAccepted": True,
    "method": "ELECTRONIC_SIGNATURE",
    "signer": "LEGAL_REPRESENTATIVE",
    "signerName": "甄虚构",
}
IN_PERSON = {**SIGNED, "signer": "IN_PERSON", "signerName": None}
BLANK = "00000000-0000-7000-8000-000000000000"


async def applied(client: Client, made: Scene, **how: Any) -> str:
    """Apply for the repair and give the application's global id."""
    given = {"record": made.record_gid, "grounds": "已足额支付工资并缴纳罚款", **how}
    data = await client.data(APPLY, given, caller=made.sub("subject"))
    return str(data["applyForRepair"]["repairApplication"]["id"])


async def found(client: Client, made: Scene, application: str, *, by: str = "clerk", **changes: Any) -> dict[str, Any]:
    """Make the finding and give the application after it."""
    data = await client.data(FIND, {"application": application, **FINDING, **changes}, caller=made.sub(by))
    row: dict[str, Any] = data["findFulfilledRepair"]["repairApplication"]
    return row


async def signed(client: Client, made: Scene, application: str) -> dict[str, Any]:
    """Sign the commitment and give the application after it."""
    given = {"application": application, **(IN_PERSON if made.person else SIGNED)}
    data = await client.data(SIGN, given, caller=made.sub("subject"))
    row: dict[str, Any] = data["signRepairCommitment"]["repairApplication"]
    return row


async def granted(client: Client, made: Scene, application: str, assessment: str | None = None) -> dict[str, Any]:
    """Grant the repair and give the payload."""
    data = await client.data(GRANT, {"application": application, "assessment": assessment}, caller=made.sub("approver"))
    payload: dict[str, Any] = data["grantRepair"]
    return payload


async def ready(client: Client, made: Scene, **finding: Any) -> str:
    """Bring an application to the point where it is decided."""
    application = await applied(client, made)
    await found(client, made, application, **finding)
    await signed(client, made, application)
    return application


async def codes(client: Client, text: str, values: dict[str, Any], made: Scene, who: str | None) -> list[str]:
    """Send an operation as one of the scene, or as the public, and give the codes of its errors."""
    return await client.codes(text, values, caller=made.sub(who) if who else None)

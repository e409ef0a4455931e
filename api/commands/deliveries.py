"""Mutations of deliveries: a dead letter is sent again; what reached the platform by other means is noted."""

from __future__ import annotations

from datetime import datetime
from typing import Optional

import strawberry

from api.commands.inputs import KEY, local_id, optional, required
from api.execution.mutation import Changed, Work, mutation
from domain.delivery import deliveries

PAYLOAD = {"delivery": "Delivery"}


@strawberry.input(description="Which dead letter 死信 is sent again.")
class ResendDeliveryInput:
    delivery: strawberry.ID = required("Global id of the delivery.")
    client_mutation_id: Optional[str] = optional(KEY)


@mutation("resendDelivery", noun="delivery", verb="resend", input=ResendDeliveryInput, payload=PAYLOAD)
async def resend_delivery(work: Work, given: ResendDeliveryInput) -> Changed:
    """Send a dead letter 死信 to the credit platform again 重新推送, with all its attempts before it (厦门8)."""
    row = await work.lock("delivery", local_id(given.delivery, "Delivery"), "resend")
    await deliveries.resend(work.tx, row["id"])
    return Changed({"delivery": row["id"]})


@strawberry.input(description="Which event reached the credit platform by other means, and its receipt 回执.")
class TellDeliveryInput:
    delivery: strawberry.ID = required("Global id of the delivery.")
    receipt: str = required("The platform's number of the receipt.")
    received_at: datetime = required("When the platform took it, as the receipt says.")
    client_mutation_id: Optional[str] = optional(KEY)


@mutation("tellDelivery", noun="delivery", verb="tell", input=TellDeliveryInput, payload=PAYLOAD)
async def tell_delivery(work: Work, given: TellDeliveryInput) -> Changed:
    """Note that the credit platform took an event that was handed over by other means, e.g. while it is not connected (厦门8)."""
    row = await work.lock("delivery", local_id(given.delivery, "Delivery"), "tell")
    await deliveries.tell(work.tx, row, receipt=given.receipt, received_at=given.received_at)
    return Changed({"delivery": row["id"]})

"""Entities of the rights of subjects: consents, and who looked."""

from __future__ import annotations

from api.declaring.entity import (
    OWNER_IS_PERSON,
    Column,
    Entity,
    Enums,
    Filter,
    Shape,
    computed,
    entity,
    flag,
    newest,
    one_of,
    ref,
)
from api.declaring.roots import Root, RootMany, RootOne, by_id
from api.entities.ledger import WHO_DID_IT, days_and_account
from domain.ledger.event import OUTCOMES, LedgerEvent
from domain.privacy import Declared, Privacy
from domain.rights import consent
from domain.rights.consent import Consent
from domain.rights.plain_words import SENTENCE, SENTENCE_ZH
from domain.rights.subject_request import REQUEST_KINDS, REQUEST_STATES, SubjectRequest

ENUMS: Enums = {
    "SubjectRequestKind": (
        "What a subject asks for: 查阅复制, 更正补充, 删除, 规则解释, 自动化决策说明, 人工决定 (个人信息保护法24, 45–48).",
        REQUEST_KINDS,
    ),
    "SubjectRequestState": ("State of a request 请求状态.", REQUEST_STATES),
    "Outcome": ("What became of an access 结果, served or refused; of a change, done.", OUTCOMES),
}
"""Enumerations of the room: description and values."""

ROOTS: dict[str, Root] = {
    "me": RootOne(
        "Subject",
        None,
        "You 本人 as a subject of this service, or the organisation or person you act for: everything that is held"
        " about you, in any state, and who looked. Null for accounts that are no subject.",
    ),
    "subjectRequest": by_id("SubjectRequest", "request 权利请求"),
    "subjectRequests": RootMany("SubjectRequest", "Requests 权利请求 of subjects, within your authority."),
    "consent": by_id("Consent", "consent 授权"),
    "consents": RootMany("Consent", "Consents 授权 within your authority: given by you, or to your agency."),
    "accessLog": RootMany("AccessEntry", "The access log 查询记录 within your authority: who looked at whose data."),
}
"""Where a selection may start."""

REQUEST_TIMELINESS = (
    "CASE WHEN {t}.due_on IS NULL THEN 'none_set'"
    " WHEN {t}.ended_at IS NULL THEN CASE WHEN :today > {t}.due_on THEN 'overdue' ELSE 'pending' END"
    " WHEN ({t}.ended_at AT TIME ZONE 'Asia/Shanghai')::date <= {t}.due_on THEN 'timely' ELSE 'late' END"
)


def declare() -> tuple[Entity, ...]:
    """Declare the entities of this room."""
    return (
        _consent(),
        _subject_request(),
        _access_entry(),
    )


def _consent() -> Entity:
    return entity(
        Consent,
        extra={"inForce": computed(consent.IN_FORCE, Shape.BOOLEAN, "Whether it stands today.", type=bool)},
        orders=newest("granted_at", "consent"),
        filters={
            "office": ref("Office", "office_id", "agencies"),
            "applicationItem": ref("ApplicationItem", "application_item_id", "purposes"),
            "inForce": flag(consent.IN_FORCE, "Only consents that stand today, or only others."),
        },
        about_person="about_person",
        person=OWNER_IS_PERSON,
    )


def _subject_request() -> Entity:
    return entity(
        SubjectRequest,
        enums={"kind": "SubjectRequestKind", "state": "SubjectRequestState"},
        extra={
            "timeliness": computed(
                REQUEST_TIMELINESS, Shape.ENUM, "Whether it was answered in time.", enum="Timeliness"
            )
        },
        orders=newest("filed_at", "request"),
        filters={
            "kind": one_of("kind", "kinds.", "SubjectRequestKind"),
            "state": one_of("state", "states.", "SubjectRequestState"),
        },
        about_person="about_person",
        person=OWNER_IS_PERSON,
    )


def _access_entry() -> Entity:
    return entity(
        LedgerEvent,
        enums={"outcome": "Outcome"},
        name="AccessEntry",
        noun="access_entry",
        description="An access 查询记录: who looked at a subject's data, when, for what, on which basis.",
        only=(
            "at",
            "verb",
            "outcome",
            "account_id",
            "deputy_of_id",
            "role",
            "office",
            "purpose",
            "basis",
            "reason",
            "policy_version",
        ),
        extra=WHO_DID_IT
        | {
            # a subject is told what was done, not in which file: that it is watched, say
            "object": Column(
                "object",
                Shape.TEXT,
                True,
                Declared(Privacy.INTERNAL),
                "What was read 查询对象: the nouns, e.g. subject,credit_record; person is a lookup by identity number.",
            ),
            "sentence": computed(SENTENCE, Shape.TEXT, "The access in plain English words."),
            "sentenceZh": computed(SENTENCE_ZH, Shape.TEXT, "The access in plain Chinese words 一句话说明."),
        },
        orders=newest("at", "access"),
        filters={
            "outcome": one_of("outcome", "outcomes.", "Outcome"),
            "verb": one_of("verb", "verbs."),
            "object": Filter(
                "({t}.object = ANY({v}) OR string_to_array({t}.object, ',') && {v})",
                "text[]",
                "Only accesses to one of these nouns, e.g. credit_record, or to several as `object` shows them, e.g."
                " person,subject; person is a lookup by identity number.",
                list[str],
                Privacy.INTERNAL,
            ),
            "purpose": one_of("purpose", "purposes 用途, as the entries name them."),
            "basis": one_of("basis", "legal bases 依据, as the entries name them."),
        }
        | days_and_account("accesses", Privacy.INQUIRY),
        base="{t}.kind = 'access'",
    )

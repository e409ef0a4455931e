"""Values for the arguments of random documents: of what the world holds, so that most of them find something."""

from __future__ import annotations

import random
from datetime import timedelta

from tests.oracle.computed import row_id
from tests.oracle.meaning import NOUNS
from tests.oracle.world import NOBODY, NUMBERS, TODAY, Tables

_BRACKETS = [str.maketrans("[]", one) for one in ("[]", "〔〕", "（）", "()")]
"""Ways in which clerks type the brackets of a decision's number."""

MISSING = "00000000-0000-7000-8000-000000000000"


class Pools:
    """Values of a world, by what they are asked for."""

    def __init__(self, tables: Tables) -> None:
        self._tables = tables
        self.ids = {
            name: [f"{name}:{row['id']}" for row in tables[noun]] for name, noun in NOUNS.items() if noun in tables
        }
        for name in ("AccessEntry", "ChangeEntry"):
            self.ids[name] = [f"{name}:{row['id']}" for row in tables["ledger_event"]]
        accesses = [row for row in tables["ledger_event"] if row["kind"] == "access"]
        changes = [row for row in tables["ledger_event"] if row["kind"] == "change"]
        self.dates = [(TODAY + timedelta(days=days)).isoformat() for days in (-400, -100, -99, -17, 0, 5, 300)]
        self._texts: dict[tuple[str, str], list[str]] = {
            ("subject", "code"): [row["uscc"] for row in tables["subject"] if row["uscc"]],
            ("creditReport", "number"): [row["number"] for row in tables["credit_report"]],
            ("SubjectFilter", "code"): [row["uscc"] for row in tables["subject"] if row["uscc"]],
            ("OfficeFilter", "code"): [row["code"] for row in tables["office"]],
            ("OfficeFilter", "name"): [row["name"] for row in tables["office"]] + ["支队", "局信用办"],
            ("CatalogueItemFilter", "code"): [row["code"] for row in tables["catalogue_item"]],
            ("CatalogueItemFilter", "category"): ["penalty", "permit"],
            ("EditionFilter", "kind"): ["catalogue", "behaviours"],
            ("EditionItemFilter", "code"): ["penalty", "other"],
            ("CreditListFilter", "code"): ["red", "black", "empty"],
            ("ListEntryFilter", "domain"): ["labour_dispatch", "other"],
            ("CommitmentItemFilter", "code"): ["item0", "item1", "item2"],
            ("ListDefinitionFilter", "domain"): ["labour_dispatch", "other"],
            ("ExamBulletinLineFilter", "violationClass"): ["作弊", "替考"],
            ("ApplicationItemFilter", "code"): [row["code"] for row in tables["application_item"]],
            ("CreditRecordFilter", "decisionNo"): [
                row["decision_no"].translate(_BRACKETS[place % len(_BRACKETS)])
                for place, row in enumerate(tables["credit_record"])
            ],
            ("AttachmentFilter", "object"): ["credit_record", "list_entry"],
            ("TypicalCaseFilter", "field"): ["政务", "市场"],
            ("TypicalCaseFilter", "kind"): ["信用应用", "诚信企业"],
            ("ActivityFilter", "kind"): ["credit_repair", "talk"],
            ("ActivityFilter", "occasion"): ["consumer", "credit_record"],
            ("CampaignTagFilter", "topic"): ["考试作弊", "拖欠工资"],
            ("AssignmentFilter", "role"): [row["role"] for row in tables["assignment"]],
            ("AccessEntryFilter", "verb"): ["read", "issue"],
            ("AccessEntryFilter", "object"): [
                noun for row in accesses for noun in (row["object"], *row["object"].split(","))
            ],
            ("AccessEntryFilter", "account"): [
                f"{'Account:' * (place % 2)}{row['account_id']}"
                for place, row in enumerate(accesses)
                if row["account_id"]
            ],
            ("DeliveryFilter", "row"): [str(row_id(row)) for row in tables["delivery"]],
            ("AccessEntryFilter", "purpose"): ["政府采购", "另一事项"],
            ("AccessEntryFilter", "basis"): ["授权", "另一依据"],
            ("ChangeEntryFilter", "object"): [row["object"] for row in changes],
            ("ChangeEntryFilter", "objectId"): [str(row_id(row)) for row in changes],
            ("ChangeEntryFilter", "account"): [str(row["account_id"]) for row in changes if row["account_id"]],
            ("ChangeEntryFilter", "verb"): [row["verb"] for row in changes],
            ("ChangeEntryFilter", "basis"): [row["basis"] for row in changes if row["basis"]],
        }

    def knows(self, owner: str, name: str) -> bool:
        """Tell whether there are texts for an argument or input field of its own."""
        return (owner, name) in self._texts

    def text(self, dice: random.Random, owner: str, name: str) -> str:
        """Give a text for an argument or input field."""
        if name == "search":
            options = [
                "虚构",
                "xugou",
                "XG",
                "100%",
                "_丙",
                '"乙"',
                "陈小",
                "陈小明",
                "李𠮷",
                "gongsi",
                "甲",
                "Zhao",
                "\\100",
                "戊ABC院",
                "  虚构 ",
            ]
            return dice.choice(options)
        if name == "idNumber":
            return dice.choice([*NUMBERS, *NUMBERS, *NOBODY, *NOBODY, "１2", next(iter(NUMBERS))[:17] + "?"])
        good = self._texts.get((owner, name))
        if good is None or dice.random() < 0.06:
            return dice.choice(["", "没有", "x" * 201, "a\x00b", "91350200MA0000001I"])
        found = dice.choice(good)
        return found.lower() if owner == "subject" and dice.random() < 0.2 else found

    def ident(self, dice: random.Random, target: str | None) -> str:
        """Give a global id, of a type where one is meant."""
        name = target or dice.choice(list(self.ids))
        if dice.random() < 0.06:
            return dice.choice(
                [
                    f"{name}:",
                    name,
                    "",
                    "Nothing:1",
                    f"{name}:x",
                    f"{name}:{MISSING.upper()}",
                    "WorkingDay:20260301",
                    "Office:१",
                ]
            )
        return (
            dice.choice(self.ids[name])
            if dice.random() < 0.95 or name in ("WorkingDay", "Jurisdiction")
            else f"{name}:{MISSING}"
        )

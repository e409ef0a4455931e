"""Who a row of a sheet is about: the organisation or person as it is stored, or why it cannot be.

Numbers of natural persons leave here sealed, indexed and masked, never in clear. Refuses numbers and codes that cannot
be, documents by which nobody is known, and kinds of subject that the catalogue item does not admit.
Source: 厦门2, 8; 发改办财金〔2018〕424号; Personal Information Protection Law 6, 51.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from domain.credit.data_items import SHEETS, Fault
from domain.credit.item import Item
from domain.credit.party import PERSON, is_identity_card, named_representative
from domain.credit.refusals import DataItemInvalid, DataItemMissing, DocumentNotSupported, SubjectKindNotAllowed
from domain.errors import DomainError
from domain.identifiers import read_uscc
from domain.masking import mask_name, patterns
from domain.oversight.columns import Header
from domain.oversight.sheet_cells import RowChecked, member_of
from domain.registry.enrolment import LONGEST_NAME, person_values
from domain.rulebook.model import Rulebooks
from domain.vault import Vault


class PartyReader:
    """Reads the parties of one file for one catalogue item on one day."""

    def __init__(
        self,
        vault: Vault,
        books: Rulebooks,
        *,
        item: Item,
        header: Header,
        kept: frozenset[str],
        today: date,
        lenient: bool,
    ) -> None:
        self._vault = vault
        self._item = item
        self._kept = kept
        self._today = today
        self._lenient = lenient
        self._patterns = patterns(books, item.jurisdiction_id, today)
        self._has_representative = any(f"{sheet}_FRDB" in header.codes for sheet in SHEETS)
        self._prefix = header.prefix
        self._name_column, self._code_column = f"{header.prefix}_XDR_MC", f"{header.prefix}_XDR_SHXYM"

    def organisation(self, filled: Mapping[str, str], checked: RowChecked, faults: list[Fault]) -> dict[str, Any]:
        """Read an organisation and its legal representative; put its code into the content."""
        column = self._code_column
        given = filled.get(column)
        if not given:
            faults.append(Fault(DataItemMissing, column))
            return {}
        try:
            code = read_uscc(given, lenient=self._lenient)
        except DomainError as refused:
            faults.append(Fault(type(refused), column))
            return {}
        checked.content[column] = code.code
        if column in self._kept:
            checked.members.append(member_of(column, code.code))
        if not self._item.admits(code.kind):
            faults.append(Fault(SubjectKindNotAllowed, column))
        name = self._name(checked.content, faults)
        party = {
            "is_person": False,
            "kind": code.kind,
            "uscc": code.code,
            "uscc_lenient": not code.check_matches,
            "name": name,
            "masked_name": name,
        }
        return party | self._representative(filled, faults) if self._has_representative else party

    def _representative(self, filled: Mapping[str, str], faults: list[Fault]) -> dict[str, Any]:
        """Read the legal representative; a number of another document, by which nobody is known, is not taken."""
        named = named_representative(filled)
        if named is None:
            return {}
        if len(named.name) > LONGEST_NAME:
            faults.append(Fault(DataItemInvalid, f"{self._prefix}_FRDB"))
        read = {"representative": named.name, "representative_masked": mask_name(named.name)}
        if named.id_number is None:
            return read
        values = self._sealed(named.id_number, named.name, f"{self._prefix}_FR_ZJHM", faults)
        return read | {
            "representative_index": values.get("id_index"),
            "representative_cipher": values.get("id_cipher"),
            "representative_id": values.get("masked_id_number"),
        }

    def person(self, filled: Mapping[str, str], faults: list[Fault]) -> dict[str, Any]:
        """Read a natural person, who is known by the number of a card that stays the same."""
        prefix = self._prefix
        card, number = filled.get(f"{prefix}_XDR_ZJLX"), filled.get(f"{prefix}_XDR_ZJHM")
        if filled.get(f"{prefix}_XDR_SHXYM"):
            faults.append(Fault(DataItemInvalid, f"{prefix}_XDR_SHXYM"))
        if not self._item.admits(PERSON):
            faults.append(Fault(SubjectKindNotAllowed, f"{prefix}_XDR_LB"))
        if not is_identity_card(card):
            faults.append(Fault(DocumentNotSupported, f"{prefix}_XDR_ZJLX"))
        elif not number:
            faults.append(Fault(DataItemMissing, f"{prefix}_XDR_ZJHM"))
        else:
            return self._sealed(number, self._name(filled, faults), f"{prefix}_XDR_ZJHM", faults)
        return {}

    def _sealed(self, number: str, name: str, column: str, faults: list[Fault]) -> dict[str, Any]:
        try:
            return person_values(self._vault, id_number=number, name=name, today=self._today, patterns=self._patterns)
        except DomainError as refused:
            faults.append(Fault(type(refused), column))
            return {}

    def _name(self, filled: Mapping[str, str], faults: list[Fault]) -> str:
        column = self._name_column
        name = filled.get(column, "")
        if len(name) > LONGEST_NAME:
            faults.append(Fault(DataItemInvalid, column))
        return name

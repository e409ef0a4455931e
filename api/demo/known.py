"""Codes and global ids of the demonstration that are the same everywhere: for the tour, the README and tests."""

from __future__ import annotations

from typing import Final

from api.demo import stories
from api.demo.grade_facts import COMPLAINED_ABOUT
from api.demo.names import organisations
from api.demo.rights import XIAMEN_BANK, XIAMEN_PURPOSE
from domain.installation_rows import application_item_code, catalogue_item_id, office_id

EXAMPLE_ORGANISATION_CODE: Final = stories.EXAMPLE.uscc or ""
EXAMPLE_ORGANISATION: Final = f"Subject:{stories.EXAMPLE.id}"
DEFAULTER: Final = f"Subject:{organisations()[70].id}"
"""A firm on Shanghai's list of enforcement defaulters 失信被执行人."""
GRADED_ORGANISATION: Final = f"Subject:{COMPLAINED_ABOUT.id}"
PERSON_WITH_CONSENT: Final = f"Subject:{stories.PERSON_WITH_CONSENT.id}"
PERSON_WITHOUT_CONSENT: Final = f"Subject:{stories.PERSON_WITHOUT_CONSENT.id}"
PERSON_WITH_CONSENT_NUMBER: Final = stories.PERSON_WITH_CONSENT.id_number or ""
PERSON_WITHOUT_CONSENT_NUMBER: Final = stories.PERSON_WITHOUT_CONSENT.id_number or ""
SERIOUS_PENALTY: Final = f"CreditRecord:{stories.SERIOUS_PENALTY_ID}"
OVERDUE_PENALTY: Final = f"CreditRecord:{stories.OVERDUE_PENALTY_ID}"
COMPETED_RECORD: Final = f"CreditRecord:{stories.COMPETED_RECORD_ID}"
EXAM_RECORD: Final = f"CreditRecord:{stories.EXAM_RECORD_ID}"
PENALTY_ITEM: Final = f"CatalogueItem:{catalogue_item_id('350200', 'cn-xiamen-hrss-2021', 'penalty')}"
INSPECTION: Final = f"Office:{office_id('350200', 'JCZD')}"
BANK: Final = f"Office:{office_id(*XIAMEN_BANK)}"
PURPOSE: Final = application_item_code(*XIAMEN_PURPOSE)

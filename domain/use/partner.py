"""Partner agencies: which purposes are granted to them, and since when and until when.

A purpose that is not granted to an agency opens nothing for it, neither a consent nor a report.
Source: 厦门4; 海沧4; 上海市社会信用条例17, 20.
"""

from __future__ import annotations

from domain.errors import DomainError

AGENCY = "partner_agency"
"""The kind of office that asks only for purposes granted to it."""

GRANT_IN_FORCE = "{t}.from_on <= :today AND ({t}.to_on IS NULL OR {t}.to_on >= :today)"
"""Whether the grant `{t}` of a purpose stands on a day."""


class OfficeNotPartner(DomainError):
    """This office is no partner agency: offices of the bureau rest on law, not on consents."""

    code = "OFFICE_NOT_PARTNER"
    zh = "该单位不是合作单位：本局处室依法定职责查询，不以授权为依据。"


class PurposeNotGrantedToOffice(DomainError):
    """This purpose has not been granted to the agency, or no longer is: the credit office grants purposes."""

    code = "PURPOSE_NOT_GRANTED_TO_OFFICE"
    zh = "该应用事项未授予此单位或已到期：应用事项由信用办授予。"

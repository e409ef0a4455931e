"""Why a measure is not applied."""

from __future__ import annotations

from domain.errors import DomainError, InvalidInput


class MeasureNotListed(InvalidInput):
    """The list of measures in force has no such measure for this record, entry or grade: apply one of `known`."""

    code = "MEASURE_NOT_LISTED"
    zh = "现行措施清单中没有可对该记录、列入或等级实施的此项措施：请使用 known 所列措施。"


class MeasureUnfounded(DomainError):
    """The record, entry or grade is not in force: no measure rests on what has ended."""

    code = "MEASURE_UNFOUNDED"
    zh = "该记录、列入或等级不在有效期内：不得据此实施措施。"


class MeasureNeedsCitation(DomainError):
    """The clause of this measure, or this field, asks for the rule that provides for it: cite it with its level."""

    code = "MEASURE_NEEDS_CITATION"
    zh = "该项措施或该领域须另有规定：请注明依据及其层级。"


class MeasureFieldUnknown(InvalidInput):
    """The rule of this measure does not name this field, or names fields and none was given: use one of `known`."""

    code = "MEASURE_FIELD_UNKNOWN"
    zh = "该项措施的规定未列明此领域，或须指明领域：请使用 known 所列领域。"


class MeasureApplied(DomainError):
    """The office applies this measure already because of the same record, entry or grade: see `measure`."""

    code = "MEASURE_APPLIED"
    zh = "本单位已因同一记录、列入或等级实施该项措施：见 measure。"


class MeasureDeclined(DomainError):
    """The office has said already that it does not apply this measure because of the same: see `measure`."""

    code = "MEASURE_DECLINED"
    zh = "本单位已反馈不因同一信息实施该项措施：见 measure。"


class MeasureTooEarly(DomainError):
    """The measure follows once the grade has been kept without a break for its term: see `earliest`."""

    code = "MEASURE_TOO_EARLY"
    zh = "该等级须不间断保持规定年限后方可实施该项措施：见 earliest。"

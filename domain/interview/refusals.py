"""Why an interview is not held."""

from __future__ import annotations

from domain.errors import DomainError, InvalidInput


class InterviewNotProvided(DomainError):
    """No rule of this place provides for interviews about entries: none is held on our own authority."""

    code = "INTERVIEW_NOT_PROVIDED"
    zh = "本地规则未规定对列入主体的约谈：不得自行开展。"


class InterviewUnfounded(DomainError):
    """The entry is not in force, or speaks for its subject: there is nothing to interview about."""

    code = "INTERVIEW_UNFOUNDED"
    zh = "该列入已不在有效期内或为守信名单：无约谈事由。"


class InterviewOpen(DomainError):
    """An interview about this is open or was held: see `interview`."""

    code = "INTERVIEW_OPEN"
    zh = "该事项的约谈正在进行或已开展：见 interview。"


class MinutesMissing(InvalidInput):
    """An interview is held with its minutes: hand them in as an attachment."""

    code = "MINUTES_MISSING"
    zh = "约谈须附约谈记录：请以附件提交。"

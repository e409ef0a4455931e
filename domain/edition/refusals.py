"""Why a step of an edition is refused: each reason with its code, and what is missing."""

from __future__ import annotations

from domain.errors import DomainError, InvalidInput


class EditionKindUnknown(InvalidInput):
    """No text of this division orders such a catalogue or list: use one of `known`."""

    code = "EDITION_KIND_UNKNOWN"
    zh = "本地没有任何文件要求编制该目录或清单：请使用 known 所列种类。"


class EditionProposerDecides(DomainError):
    """Who drafted or proposed an edition does not decide on it: let another person."""

    code = "EDITION_PROPOSER_DECIDES"
    zh = "起草人、提出人不得自行核准：须由其他人员办理。"


class EditionFaulty(InvalidInput):
    """The items have faults: correct what `faults` names by line, item and field."""

    code = "EDITION_FAULTY"
    zh = "条目有误：请按 faults 所列的行、条目和字段更正。"


class EditionUnreadable(InvalidInput):
    """The file cannot be read: correct the line that `line` names."""

    code = "EDITION_UNREADABLE"
    zh = "文件无法读取：请更正 line 所指的行。"


class EditionEmpty(InvalidInput):
    """The edition has no items: give at least one."""

    code = "EDITION_EMPTY"
    zh = "该版本没有条目：请至少给出一项。"


class EditionExists(DomainError):
    """There is an edition of this name already: choose another."""

    code = "EDITION_EXISTS"
    zh = "已有同名版本：请另定版本名。"


class EditionSettled(DomainError):
    """The edition is no draft any more: it is not changed, only succeeded by another."""

    code = "EDITION_SETTLED"
    zh = "该版本已非草稿：不得更改，只能以新版本接替。"


class EditionOverlaps(DomainError):
    """Another edition holds on one of these days: begin after today, and later than it, to succeed it; see `edition`."""

    code = "EDITION_OVERLAPS"
    zh = "其中有日期已有其他版本有效：接替时生效日须晚于今天且晚于该版本的生效日；见 edition。"


class EditionOfRulebook(DomainError):
    """A rulebook states this edition: it ends with that text, or when another succeeds it."""

    code = "EDITION_OF_RULEBOOK"
    zh = "该版本由规则文件规定：随该文件失效，或由新版本接替。"


class EditionNotComparable(InvalidInput):
    """The two editions are of kinds with different fields: compare two of one kind."""

    code = "EDITION_NOT_COMPARABLE"
    zh = "两个版本的字段不同，无法比较：请选择同类版本。"


class EditionNotDerivable(InvalidInput):
    """An edition derives only from one in force of the division above, of the kind that its text names."""

    code = "EDITION_NOT_DERIVABLE"
    zh = "只能依据上级已核准的、规则所指种类的版本修订。"


class BehaviourNotListed(InvalidInput):
    """The list in force on the day of the decision has no such behaviour for this item: cite one of `known`."""

    code = "BEHAVIOUR_NOT_LISTED"
    zh = "决定当日有效的失信行为清单中没有该目录条目的此项行为：请引用 known 所列行为。"

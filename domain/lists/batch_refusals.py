"""Why a batch of list entries is refused: each reason with its code."""

from __future__ import annotations

from domain.errors import DomainError, InvalidInput


class BatchExists(DomainError):
    """There is a regular batch of this period already: see `batch`; an extra one needs its reason."""

    code = "BATCH_EXISTS"
    zh = "本期已有常规批次：见 batch；增发批次须说明特殊情况。"


class ExtraNotOffered(DomainError):
    """The rulebook does not provide for batches beyond the cycle."""

    code = "EXTRA_BATCH_NOT_OFFERED"
    zh = "规则未规定可在周期之外增加批次。"


class BatchEmpty(DomainError):
    """The batch holds no entry: add some, or state that there is nothing to list."""

    code = "BATCH_EMPTY"
    zh = "批次中没有列入：请先加入，或者说明本期无新增。"


class BatchNotEmpty(DomainError):
    """The batch holds entries: it cannot state that there is nothing to list."""

    code = "BATCH_NOT_EMPTY"
    zh = "批次中已有列入：不能说明本期无新增。"


class BatchFull(InvalidInput):
    """A batch holds at most 2,000 entries: open an extra one for the rest."""

    code = "BATCH_FULL"
    zh = "一个批次最多2000条列入：其余请增加批次。"


class EntryUnfitForBatch(DomainError):
    """The entry is of another list, domain or office, or no longer under way: see `entry`."""

    code = "ENTRY_UNFIT_FOR_BATCH"
    zh = "该列入属于其他名单、领域或单位，或者已不在办理中：见 entry。"


class EntryInBatch(DomainError):
    """The entry is in a batch already: see `batch`."""

    code = "ENTRY_IN_BATCH"
    zh = "该列入已在批次中：见 batch。"


class EntriesNotReady(DomainError):
    """Some entries have not come so far: see `entries` with the step that each awaits."""

    code = "BATCH_ENTRIES_NOT_READY"
    zh = "部分列入尚未办到此步：见 entries 及各自待办步骤。"


class TypicalCaseMissing(DomainError):
    """The batch carries one typical-case report and pictures: attach what is missing, see `missing`."""

    code = "TYPICAL_CASE_MISSING"
    zh = "批次应随附一个典型事件的报道材料及相关图片：缺少的见 missing。"


class CasePartUnfit(InvalidInput):
    """A batch takes a report that is a document, and pictures that are pictures."""

    code = "CASE_PART_UNFIT"
    zh = "批次随附的报道材料应为文档，图片应为图片文件。"


class BatchWanted(DomainError):
    """Entries of this list are published in the batch of their period, or in an extra one with its reason."""

    code = "BATCH_WANTED"
    zh = "该名单的列入随本期批次发布；特殊情况可增加批次并说明理由。"

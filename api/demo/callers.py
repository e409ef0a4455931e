"""The callers of the demonstration: who may be chosen in the explorer, and what they are in the database.

Every role is here, of the offices and people that the tour tells about. The public needs no caller.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from api.demo import stories
from api.demo.names import DemoSubject
from api.demo.rights import FIRST_DAY, SHANGHAI_BANK, XIAMEN_BANK
from api.demo.scene import Place
from api.demo.ways import NOTICED
from authz.activation import assign, upsert_account
from domain.connection import Connection
from domain.installation_rows import office_id


@dataclass(frozen=True, slots=True)
class DemoCaller:
    """A caller: the `sub` of its tokens, what it is called, its roles, its office or the subject it is or acts for."""

    sub: str
    display: str
    roles: tuple[str, ...]
    office: Place | None
    subject: DemoSubject | None
    description: str


def _officer(sub: str, display: str, role: str, office: Place, description: str) -> DemoCaller:
    return DemoCaller(sub, display, (role,), office, None, description)


def _subject(sub: str, display: str, subject: DemoSubject, description: str) -> DemoCaller:
    return DemoCaller(sub, display, ("subject",), None, subject, description)


def _agent(sub: str, display: str, principal: DemoSubject, description: str) -> DemoCaller:
    return DemoCaller(sub, display, ("agent",), None, principal, description)


def _watcher(role: str, sub: str, display: str, description: str) -> DemoCaller:
    return DemoCaller(sub, display, (role,), None, None, description)


CALLERS: Final = (
    _officer("xiamen-inspection-clerk", "厦门市监察支队 经办", "clerk", ("350200", "JCZD"),
             "Hands in penalties of Xiamen's labour inspection and corrects its own only. 提交、更正本支队的行政处罚。"),
    _officer("xiamen-inspection-reviewer", "厦门市监察支队 审核", "reviewer", ("350200", "JCZD"),
             "Publishes what the clerk has handed in. 审核并公示本支队信息。"),
    _officer("xiamen-inspection-approver", "厦门市监察支队 审批", "approver", ("350200", "JCZD"),
             "Publishes, and withdraws with a public reason. 公示、撤回并公开说明理由。"),
    _officer("xiamen-approval-clerk", "厦门审批处 经办", "clerk", ("350200", "SP"),
             "Hands in permits; may not touch the inspection's records. 提交行政许可，不能更正监察支队的信息。"),
    _officer("xiamen-approval-reviewer", "厦门审批处 审核", "reviewer", ("350200", "SP"),
             "Publishes permits. 审核并公示行政许可。"),
    _officer("xiamen-credit-office", "厦门监察处(局信用办)", "credit_office", ("350200", "JC"),
             "Aggregates Xiamen and watches deadlines, people masked; sees Haicang below it. 汇总全市，督促时限。"),
    _officer("xiamen-credit-office-second", "厦门监察处(局信用办) 第二人", "credit_office", ("350200", "JC"),
             "Approves what the first has proposed, never his own. 核准他人提出的信用承诺事项。"),
    _officer("xiamen-oversight-clerk", "厦门监察处 经办", "clerk", ("350200", "JC"),
             "Completes the quarter's progress report of the bureau. 补充季度工作进展报告。"),
    _officer("xiamen-oversight-reviewer", "厦门监察处 审核", "reviewer", ("350200", "JC"),
             "Hands it in; finds self-reported information untrue. 报送季度进展，认定自主上报信息不实。"),
    _officer("xiamen-bank", "鹭岛银行(虚构)", "partner", XIAMEN_BANK,
             "Asks for a named purpose; about people only with their consent. 须写明用途，查询个人须有本人授权。"),
    _officer("haicang-clerk", "海沧区人社局 经办", "clerk", ("350205", "RSJ"),
             "Hands in Haicang's permits and penalties. 提交海沧区许可、处罚。"),
    _officer("haicang-reviewer", "海沧区人社局 审核", "reviewer", ("350205", "RSJ"),
             "Publishes them. 审核并公示。"),
    _officer("haicang-approver", "海沧区人社局 审批", "approver", ("350205", "RSJ"),
             "Opens lists, decides entries, repairs and exemptions, never his own. 认定列入，决定修复、豁免。"),
    _officer("haicang-credit-office", "海沧区信用办", "credit_office", ("350205", "QXYB"),
             "Aggregates Haicang. 汇总海沧区。"),
    _officer("haicang-credit-office-second", "海沧区信用办 第二人", "credit_office", ("350205", "QXYB"),
             "Approves what the first has proposed, never his own. 核准他人提出的目录版本。"),
    _officer("haicang-assessor", "市公共信用信息中心(第三方评估)", "assessor", ("350205", "ZX"),
             "Judges a drawn sample of Haicang's double publicity, nothing else. 对抽取的双公示数据逐条评估。"),
    _officer("haicang-association", "海沧区行业协会(虚构)", "association", ("350205", "HYXH"),
             "Keeps records of its members: market information, never public. 建立会员信用记录。"),
    _officer("haicang-data-user", "海沧区落地招商企业(虚构)", "data_user", ("350205", "JY_GROUP"),
             "Gets what is public about organisations, nothing else. 仅获取公开信息。"),
    _officer("xiamen-provider", "第三方信用服务机构(虚构)", "processor", XIAMEN_BANK,
             "Processes what a contract in force entrusts to it. 处理有效合同委托的信息。"),
    _officer("xinxiang-clerk", "新乡市劳动保障监察支队 经办", "clerk", ("410700", "JCZD"),
             "Hands in violations of labour law. 提交违反劳动法律、法规行为信息。"),
    _officer("xinxiang-reviewer", "新乡市劳动保障监察支队 审核", "reviewer", ("410700", "JCZD"),
             "Publishes them. 审核并公布。"),
    _officer("xinxiang-approver", "新乡市劳动保障监察支队 负责人", "approver", ("410700", "JCZD"),
             "Approves investigation reports, opens lists. 核定调查报告，开设名单。"),
    _officer("xinxiang-deputy-leader", "新乡市人社局 分管领导", "deputy_leader", ("410700", "BUREAU"),
             "Reviews entries before they are decided. 审核拟列入条目，可退回。"),
    _officer("xinxiang-leader", "新乡市人社局 主要领导", "leader", ("410700", "BUREAU"),
             "Decides what was reviewed. 审定经审核的条目。"),
    _officer("xinxiang-labour-clerk", "新乡劳动关系科 经办", "clerk", ("410700", "LDGX"),
             "One of two owners of 三.2; has provided the record about 虚构31. 三.2 两个责任科室之一。"),
    _officer("xinxiang-labour-approver", "新乡劳动关系科 审批", "approver", ("410700", "LDGX"),
             "Decides objections about that record; who verified does not. 处理异议，核查人不得处理。"),
    _officer("xinxiang-inspection-clerk", "新乡监察科 经办", "clerk", ("410700", "JCK"),
             "The other owner of 三.2; may not change that record. 三.2 另一责任科室。"),
    _officer("xinxiang-credit-office", "新乡市信用办", "credit_office", ("410700", "XYB"),
             "Publishes Xinxiang's lists on its platform. 汇总并公布红黑名单。"),
    _officer("henan-review", "河南省社会信用工作主管部门 复核", "approver", ("410000", "SCX"),
             "Reviews what came of objections to listings. 复核名单异议的处理结果。"),
    _officer("shiyan-clerk", "十堰市劳动保障监察局 经办", "clerk", ("420300", "JC"),
             "Hands in within three working days. 三个工作日内归集。"),
    _officer("shiyan-reviewer", "十堰市劳动保障监察局 审核", "reviewer", ("420300", "JC"),
             "Publishes. 审核并公布。"),
    _officer("shiyan-approver", "十堰市劳动保障监察局 审批", "approver", ("420300", "JC"),
             "Decides and publishes entries. 认定并公布列入。"),
    _officer("shiyan-credit-office", "十堰市人社局(信用)", "credit_office", ("420300", "HRSS"),
             "Aggregates Shiyan. 汇总全市。"),
    _officer("shiyan-exam-clerk", "十堰市人社局 考试经办", "clerk", ("420300", "HRSS"),
             "Records exam violations and the candidate's signature. 记录考试违纪，考生签字确认。"),
    _officer("shiyan-exam-reviewer", "十堰市人社局 考试审核", "reviewer", ("420300", "HRSS"),
             "Issues bulletins by class, names masked. 按违纪类别通报。"),
    _officer("hubei-exam-institute", "湖北省人事考试院", "exam_institute", ("420300", "KSY"),
             "Decides how long an exam violation is kept: 5 years or for good. 决定记入诚信档案库的期限。"),
    _officer("shiyan-exam-watcher", "十堰市人社局 考点防控", "exam_watcher", ("420300", "HRSS"),
             "Keeps the internal watch list; nobody else sees it. 维护异常报考人员名单，仅此角色可见。"),
    _officer("shiyan-discipline-officer", "十堰市人社局 党纪建议", "discipline_officer", ("420300", "HRSS"),
             "Recommends to the unit of a candidate who is a Party member. 对党员考生向所在单位提出建议。"),
    _officer("shanghai-clerk", "上海执法总队 经办", "clerk", ("310000", "ZFZD"),
             "Hands in penalties of the general procedure. 提交适用一般程序的行政处罚。"),
    _officer("shanghai-reviewer", "上海执法总队 审核", "reviewer", ("310000", "ZFZD"),
             "Publishes them. 审核并公示。"),
    _officer("shanghai-approver", "上海执法总队 审批", "approver", ("310000", "ZFZD"),
             "Decides and publishes entries; decides forwarded objections. 认定并公布列入，处理中心转交的异议。"),
    _officer("shanghai-platform", "上海市公共信用信息服务平台", "platform", ("310000", "PLATFORM"),
             "Imports the courts' defaulters with their source. 导入失信被执行人名单。"),
    _officer("shanghai-employment-clerk", "上海市就业促进中心 经办", "clerk", ("310000", "JY"),
             "Takes notification-commitments in. 受理告知承诺。"),
    _officer("shanghai-employment-reviewer", "上海市就业促进中心 审核", "reviewer", ("310000", "JY"),
             "Finds whether they were kept. 核查告知承诺履约情况。"),
    _officer("shanghai-centre", "上海市公共信用信息服务中心", "platform", ("310000", "CENTRE"),
             "Takes objections in, marks, forwards and answers them. 受理、标注、转交并告知异议。"),
    _officer("shanghai-credit-office", "上海市人社局 信用管理", "credit_office", ("310000", "HRSS"),
             "Aggregates Shanghai. 汇总全市。"),
    _officer("shanghai-bank", "浦江银行(虚构)", "partner", SHANGHAI_BANK,
             "Asks for start-up loans. 创业担保贷款及贴息查询。"),
    _subject("person-with-consent", "欧阳虚构(本人，已授权)", stories.PERSON_WITH_CONSENT,
             "Sees her own record and who looked at it; lets the Xiamen bank ask. 已授权鹭岛银行(虚构)查询。"),
    _subject("person-without-consent", "司马虚构(本人，未授权)", stories.PERSON_WITHOUT_CONSENT,
             "Lets nobody ask. 未授权任何单位查询。"),
    _subject("person-of-shanghai", "上海当事人(本人)", stories.PERSON_OF_SHANGHAI,
             "Has two free reports a year by the city's regulation. 每年可免费获取两次本人信用报告。"),
    _subject("person-of-shiyan", "十堰考生(本人)", stories.CANDIDATE,
             "Committed herself at an exam, whose rules she then broke. 报考时作出承诺，有考试违纪信息。"),
    _subject("organisation-itself", "虚构11 法定代表人", stories.EXAMPLE,
             "Signs in as 厦门鹭晨劳务派遣有限公司(虚构11), as its legal representative does. 以本单位名义登录。"),
    _agent("organisation-agent", "虚构11 经办人", stories.EXAMPLE,
             "Acts for 厦门鹭晨劳务派遣有限公司(虚构11) in its own matters. 办理本单位事项。"),
    _agent("haicang-agent", "虚构61 经办人", stories.OF_HAICANG,
             "Has a risk warning to contest, and a list to leave. 可对风险预警提出异议，申请移出名单。"),
    _agent("xinxiang-agent", "虚构293 经办人", NOTICED,
             "Has a prior notice to answer. 有一份列入黑名单事前告知书待答复。"),
    _watcher("auditor", "auditor", "审计员", "Reads the log of every access, no content. 只看查询记录。"),
    _watcher("security_officer", "security-officer", "安全管理员",
             "Reads the log and metadata, drafts and proposes policies; no content, no person. 起草、提出权限策略，不看信用内容。"),
    _watcher("security_officer", "second-security-officer", "安全管理员(复核)",
             "Approves what the first has proposed, or proposes what the first approves. 复核、批准权限策略。"),
    _officer("platform", "市信用平台", "platform", ("350200", "PLATFORM"),
             "Takes what is published, and feeds objections back. 接收已公示信息，反馈异议。"),
)  # fmt: skip
"""The callers, those of Xiamen first."""


async def ensure_callers(connection: Connection, issuer_url: str, now: datetime | None = None) -> Mapping[str, UUID]:
    """Make the callers' accounts under the issuer and assign their roles; give the accounts by `sub`.

    The subjects and partner agencies that they are must be there. A second time changes nothing.
    """
    accounts = {}
    async with connection.transaction():
        for caller in CALLERS:
            account = await upsert_account(
                connection,
                issuer=issuer_url,
                sub=caller.sub,
                display=caller.display,
                subject_id=caller.subject.id if caller.subject and "agent" not in caller.roles else None,
                now=now,
                kind="machine" if set(caller.roles) & {"partner", "platform"} else "person",
            )
            for role in caller.roles:
                await assign(
                    connection,
                    account,
                    role,
                    from_on=FIRST_DAY,
                    office_id=office_id(*caller.office) if caller.office else None,
                    principal_id=caller.subject.id if caller.subject and role == "agent" else None,
                    now=now,
                )
            accounts[caller.sub] = account
    return accounts

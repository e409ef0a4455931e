"""The tour of the demonstration: queries that each tell something, with the caller and purpose they are sent as.

The explorer shows the steps in this order; variables are JSON text, as its editor takes them.
"""

from __future__ import annotations

import json
from typing import Any, Final

from api.demo.known import (
    COMPETED_RECORD,
    DEFAULTER,
    EXAM_RECORD,
    EXAMPLE_ORGANISATION,
    EXAMPLE_ORGANISATION_CODE,
    GRADED_ORGANISATION,
    INSPECTION,
    PENALTY_ITEM,
    PERSON_WITH_CONSENT,
    PERSON_WITH_CONSENT_NUMBER,
    PERSON_WITHOUT_CONSENT_NUMBER,
    PURPOSE,
    SERIOUS_PENALTY,
)

PUBLIC: Final = "public"
"""The name by which a step means the anonymous public."""

Step = dict[str, str]


def _step(
    title: str,
    told: str,
    query: str,
    /,
    *,
    caller: str = PUBLIC,
    purpose: str = "",
    **variables: Any,
) -> Step:
    given = json.dumps(variables, ensure_ascii=False, indent=2) if variables else ""
    return {
        "title": title,
        "text": told,
        "caller": caller,
        "query": query.strip() + "\n",
        "variables": given,
        "purpose": purpose,
    }


_SEARCH: Final = """
query Search($text: String!) {
  subjects(search: $text, first: 5) { totalCount nodes { name uscc kind } pageInfo { hasNextPage endCursor } }
}
"""

_PERSON: Final = """
query Person($number: String!) {
  person(idNumber: $number) {
    id name maskedIdNumber
    creditRecords(first: 10) { nodes { title decidedOn disclosure content office { name } } }
  }
}
"""

TOUR: Final = (
    _step(
        "查一家单位 · Look an organisation up",
        "公众凭统一社会信用代码查到已公示的记录、名单和法定代表人（姓名已脱敏）。"
        " The public finds what is published under a code; people are masked.",
        """
query Organisation($code: String!) {
  subject(code: $code) {
    id name kind
    jurisdiction { name }
    creditRecords(first: 10) {
      totalCount
      nodes { title decisionNo severity decidedOn publicUntil publicationTimeliness office { name } }
    }
    listEntries(first: 5) {
      nodes { reason decidedOn inForce creditList { name } evidence(first: 3) { nodes { record { decisionNo } } } }
    }
    legalRepresentatives(first: 5) { nodes { name fromOn toOn } }
  }
}
""",
        code=EXAMPLE_ORGANISATION_CODE,
    ),
    _step(
        "个人的公开记录 · A person's published record",
        "依法公示的个人记录：姓名、证件号脱敏，详细内容不显示。"
        " Where the law has it published, name and number are masked and details hidden.",
        """
query PublishedRecord($id: ID!) {
  creditRecord(id: $id) {
    title decidedOn content
    item { name personDisclosure clause }
    subject { name maskedIdNumber }
  }
}
""",
        id=EXAM_RECORD,
    ),
    _step(
        "按名称查找 · Search by Chinese name",
        "名称中任意一段汉字（至少两个）。 Any part of an organisation's name.",
        _SEARCH,
        text="鹭晨",
    ),
    _step(
        "按拼音查找 · Search by pinyin",
        "全拼或首字母都可以。 Whole syllables or initials.",
        _SEARCH,
        text="luchenlaowu",
    ),
    _step(
        "规则怎么说 · What the rulebook says",
        "七个工作日从哪里来：条款、原文、每一层说了什么。 Where seven working days come from.",
        """
query Rule($jurisdiction: String!, $path: String!, $on: Date) {
  rule(jurisdiction: $jurisdiction, path: $path, on: $on) {
    status value unit clause quote citation
    layers { name relation status }
  }
  haicang: rule(jurisdiction: "350205", path: $path, on: $on) { status value unit citation }
}
""",
        jurisdiction="350200",
        path="deadline.double_publicity",
        on="2021-06-01",
    ),
    _step(
        "谁产生、谁提供、谁负责 · Who produces what",
        "单位别名指向同一单位；它的责任和它产生的目录条目。"
        " An alias leads to the office, its duties and what it produces.",
        """
query Offices($name: [String!]) {
  offices(filter: { name: $name, jurisdiction: ["Jurisdiction:350200"] }, first: 5) {
    nodes {
      code name aliases clause
      responsibilities(first: 5) { totalCount nodes { duty clause } }
      produces(first: 10) { nodes { clause reading item { code name disclosure personDisclosure } } }
    }
  }
}
""",
        name=["监察支队"],
    ),
    _step(
        "本单位未公示的信息 · A clerk's own desk",
        "监察支队经办看到本支队已归集、未公示的处罚，哪些已逾期，哪些缺失信程度。"
        " Penalties handed in and not yet published: due days, what is overdue, what lacks a severity.",
        """
query Desk($office: [ID!], $item: [ID!]) {
  creditRecords(
    filter: { office: $office, item: $item, state: [SUBMITTED] }, first: 10, orderBy: SUBMITTED_AT_ASC
  ) {
    totalCount
    nodes { id decisionNo title severity decidedOn publicationDueOn publicationTimeliness subject { name } }
  }
}
""",
        caller="xiamen-inspection-clerk",
        office=[INSPECTION],
        item=[PENALTY_ITEM],
    ),
    _step(
        "更正留下旧版本 · An amendment keeps the old version",
        "罚款金额更正前后。 The fine before and after it was corrected.",
        """
query Versions($id: ID!) {
  creditRecord(id: $id) {
    decisionNo version content
    versions(first: 5) { nodes { version content reason replacedAt } }
  }
}
""",
        caller="xiamen-inspection-clerk",
        id=SERIOUS_PENALTY,
    ),
    _step(
        "两个单位，一条信息 · Two offices, one record",
        "厦门11把信用承诺分给审批处和市监察支队；这一条由监察支队提供，审批处更正即 NOT_FOUND。"
        " Both produce the item; only the office that provided the record may change it.",
        """
mutation Compete($record: ID!) {
  amendCreditRecord(input: { record: $record, title: "改为本处的承诺", reason: "本处也负责信用承诺" }) {
    creditRecord { id version }
  }
}
""",
        caller="xiamen-approval-clerk",
        record=COMPETED_RECORD,
    ),
    _step(
        "银行不写用途 · A bank without a purpose",
        "合作单位查询须写明用途，否则拒绝。 Refused: a partner must name its purpose.",
        _PERSON,
        caller="xiamen-bank",
        number=PERSON_WITH_CONSENT_NUMBER,
    ),
    _step(
        "写明用途，本人已授权 · With purpose and consent",
        "欧阳虚构授权鹭岛银行(虚构)查询；这次查询先记入她的查询记录。 Served, and written to her access log first.",
        _PERSON,
        caller="xiamen-bank",
        purpose=PURPOSE,
        number=PERSON_WITH_CONSENT_NUMBER,
    ),
    _step(
        "写明用途，本人未授权 · Without consent",
        "司马虚构没有授权：与查无此人同样回答。 The same answer as for nobody.",
        _PERSON,
        caller="xiamen-bank",
        purpose=PURPOSE,
        number=PERSON_WITHOUT_CONSENT_NUMBER,
    ),
    _step(
        "出具信用报告 · Issue a credit report",
        "编号、摘要、签名；可离线核验，公众可凭编号核验。 Numbered, signed, verifiable offline and by number.",
        """
mutation Report($subject: ID!, $kind: String!) {
  issueCreditReport(input: { subject: $subject, kind: $kind }) {
    creditReport { number kind issuedAt validUntil digest keyId documentStatus contentStatus document }
  }
}
""",
        caller="xiamen-bank",
        purpose=PURPOSE,
        subject=PERSON_WITH_CONSENT,
        kind="person",
    ),
    _step(
        "谁查过我 · Who looked at me",
        "本人看到哪个单位、何时、为何、凭什么查询，以及自己的授权。"
        " The person sees which office looked, when, for what and on which basis.",
        """
query MyLog($me: ID!) {
  accessLog(first: 10, orderBy: AT_DESC) { nodes { at verb outcome role purpose basis office { name } } }
  me: node(id: $me) { ... on Subject { name consents(first: 5) { nodes { untilOn inForce office { name } } } } }
}
""",
        caller="person-with-consent",
        me=PERSON_WITH_CONSENT,
    ),
    _step(
        "单位看自己的全部记录 · An organisation's own file",
        "未公示的、已撤回的、公示期满的，本单位都看得到，并看到撤回理由。"
        " What is not published, was withdrawn or has expired is shown to the organisation itself.",
        """
query OwnFile($code: String!) {
  subject(code: $code) {
    name
    creditRecords(first: 20) {
      totalCount
      nodes { decisionNo title state inForce version publicUntil withdrawalReason versions(first: 3) { totalCount } }
    }
    accessLog(first: 5) { totalCount }
  }
}
""",
        caller="organisation-agent",
        code=EXAMPLE_ORGANISATION_CODE,
    ),
    _step(
        "信用办总览 · The credit office's overview",
        "全市已公示多少、移出和在列多少；个人只见脱敏。 Counts for the city and the district below it.",
        """
query Overview {
  serious: creditRecords(filter: { jurisdiction: ["Jurisdiction:350200"], severity: [SERIOUS] }, first: 3) {
    totalCount
    nodes { title decidedOn publicationTimeliness office { name } subject { name } }
  }
  haicang: creditRecords(filter: { jurisdiction: ["Jurisdiction:350205"] }, first: 1) { totalCount }
  listed: listEntries(filter: { jurisdiction: ["Jurisdiction:350200"], inForce: true }, first: 5) {
    totalCount
    nodes { creditList { name polarity } subject { name kind stateOwned } decidedOn }
  }
}
""",
        caller="xiamen-credit-office",
    ),
    _step(
        "安全管理员只看元数据 · The security officer sees metadata",
        "标题、内容、人名都看不到。 State, office, days; no title, no content, no name.",
        """
query Metadata($id: ID!) {
  creditRecord(id: $id) { state version disclosure decidedOn publishedAt title content office { name } item { name } }
  accessLog(first: 5) { nodes { at verb outcome office { name } } }
}
""",
        caller="security-officer",
        id=SERIOUS_PENALTY,
    ),
    _step(
        "我能做什么 · What may I do",
        "审核人：能公示，不能提交；范围是本单位。 A reviewer publishes and hands nothing in.",
        """
query Me {
  viewer {
    display roles policyVersion
    publish: can(object: "credit_record", action: "publish") { allowed scopes }
    submit: can(object: "credit_record", action: "submit") { allowed scopes }
  }
}
""",
        caller="xiamen-inspection-reviewer",
    ),
    _step(
        "能不能享受、为什么 · May it, and why",
        "信用办代窗口查询：在名单上的单位能否参加招投标，依据哪一条、哪一项记录，以及哪些文件未载入。"
        " What credit leads to at a counter: by which entry, under which clause, and what is not known.",
        """
query Counter($subject: ID!) {
  eligibility(subject: $subject, matter: "bidding") {
    outcome until
    findings { effect consequence name since until citation quote }
    unknown { gap explanationZh }
    ways { mutation explanationZh basis }
  }
}
""",
        caller="xiamen-credit-office",
        subject=EXAMPLE_ORGANISATION,
    ),
    _step(
        "为什么是这个等级 · Why this grade",
        "十堰：有1至5次投诉，文件没有写明等级；两种理解都列出，由人审定。"
        " Between one and five complaints the text gives no grade: both readings are shown, a person decides.",
        """
query WhyThisGrade($subject: ID!) {
  explainGrade(subject: $subject, scheme: "construction_units") {
    result
    readings { grade chinese }
    rules { code standing decides quote }
    facts { kind outcome occurredOn }
    law contestZh
  }
}
""",
        caller="shiyan-clerk",
        subject=GRADED_ORGANISATION,
    ),
    _step(
        "什么快到期 · What is due",
        "本单位要办的事，逾期在前；每一项都有期限的出处。 What this office has to do, late first, with the clause of each term.",
        """
query Due {
  dueItems(first: 5) {
    totalCount
    nodes { kind step startedOn dueOn dueProvisional late basis deadline { value unit citation quote } }
  }
}
""",
        caller="xiamen-inspection-clerk",
    ),
    _step(
        "为什么不能 · Why not",
        "经办人不能公示：最接近的一条授权、由谁才能授予。 The nearest line that would have allowed it, and who could grant it.",
        """
query WhyNot {
  clerk: explainAccess(object: "credit_record", action: "publish", role: "clerk") {
    allowed
    nearest { needs line { number text } }
  }
  reviewer: explainAccess(object: "credit_record", action: "publish", role: "reviewer") {
    allowed
    relations { scope open clause lines { number text wordsZh } }
  }
}
""",
        caller="security-officer",
    ),
    _step(
        "台账的封存 · The ledger, sealed",
        "审计员看封存：每个节点的数量、根、前后相连和签名；离线可验。"
        " Checkpoints, each linked to the one before and signed; anybody verifies them offline.",
        """
query Sealed {
  checkpoints(first: 3) { nodes { number size root previous digest keyId sealedAt } }
}
""",
        caller="auditor",
    ),
    _step(
        "限制与除外 · Restricted, and what is excepted",
        "上海：失信被执行人申请创业担保贷款受限制；申请就业帮扶、援助类资金支持的除外。"
        " An enforcement defaulter gets no start-up loan; help and aid are never refused for it, and the exception is cited.",
        """
query Defaulter($firm: ID!) {
  loan: eligibility(subject: $firm, matter: "startup_loan") { ...Answer }
  aid: eligibility(subject: $firm, matter: "startup_loan", circumstances: { supportKind: "就业帮扶" }) { ...Answer }
}
fragment Answer on Eligibility {
  outcome
  exceptionApplied { kind citation quote reading }
  findings { effect name consequence citation quote }
}
""",
        caller="shanghai-employment-clerk",
        firm=DEFAULTER,
    ),
    _step(
        "白鹭分 · A score at the edge",
        "本人查询：大于550分增加推送，550分不算；“大于600分以上”自相矛盾，600分时两种理解都列出。分数不留存。"
        " Above 550 favours, 550 does not; at exactly 600 the text contradicts itself, and both readings are shown.",
        """
query Score($edge: CircumstancesInput!, $above: CircumstancesInput!, $six: CircumstancesInput!) {
  edge: eligibility(matter: "employment_push", jurisdiction: "350200", circumstances: $edge) { outcome }
  above: eligibility(matter: "employment_push", jurisdiction: "350200", circumstances: $above) {
    outcome findings { consequence citation quote }
  }
  six: eligibility(matter: "arbitration_green_channel", jurisdiction: "350200", circumstances: $six) {
    outcome contradiction { held heldOutcome other otherOutcome quote reading }
  }
}
""",
        caller="person-with-consent",
        edge={"score": 550, "registeredUnemployed": True},
        above={"score": 551, "registeredUnemployed": True},
        six={"score": 600, "partyOrAgent": True},
    ),
)
"""The steps."""

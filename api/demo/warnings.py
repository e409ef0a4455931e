"""Early warning in the demonstration: a screening with its warnings, an evaluation, interviews, a case referred."""

from __future__ import annotations

from datetime import timedelta
from typing import Final

from api.demo import stories
from api.demo.names import organisation
from api.demo.scene import Place, Scene
from domain.event import major_events
from domain.installation_rows import office_id
from domain.interview import interviews
from domain.oversight import monitoring_figure
from domain.oversight.monitoring_figure import Figure
from domain.referral import criminal_referrals
from domain.warning import screens, warnings, watches

CREDIT: Final[Place] = ("350205", "QXYB")
LABOUR: Final[Place] = ("350205", "RSJ")
SHIYAN: Final[Place] = ("420300", "JC")


async def warn_of_some(scene: Scene) -> None:
    """Screen Haicang, warn from an evaluation, interview, and refer a case of Shiyan."""
    await _screen(scene)
    await _evaluate(scene)
    await _interview(scene)
    await _refer(scene)
    await _watch(scene)
    await _report(scene)


async def _screen(scene: Scene) -> None:
    asked = screens.Asked(
        jurisdiction="350205",
        office_id=office_id(*CREDIT),
        pattern="same_field",
        on=scene.ago(20),
        window_months=36,
        least_records=2,
    )
    run = await screens.run(
        scene.acting(scene.now - timedelta(days=20), role="credit_office", office=CREDIT), scene.books, asked
    )
    await screens.circulate(scene.acting(scene.now - timedelta(days=19), role="credit_office", office=CREDIT), run)


async def _evaluate(scene: Scene) -> None:
    firm = stories.OF_HAICANG
    acting = scene.acting(scene.now - timedelta(days=15), role="credit_office", office=CREDIT)
    made = await warnings.raise_from_evaluation(
        acting,
        scene.books,
        office_id=office_id(*CREDIT),
        jurisdiction="350205",
        subject_id=firm.id,
        evaluation="2025年度人力资源服务行业信用评价结果（虚构）第12号：C级",
        risk="评价等级连续两年下降，主要风险为工资支付不及时（虚构）",
    )
    then = scene.acting(scene.now - timedelta(days=12), role="credit_office", office=CREDIT)
    action = await warnings.act(then, made, kind="inform", note="书面告知风险并提示规范工资支付（虚构）")
    later = scene.acting(scene.now - timedelta(days=5), role="credit_office", office=CREDIT)
    await warnings.follow_up(later, made, action, result="企业已补发工资并报送整改材料（虚构）")


async def _interview(scene: Scene) -> None:
    entry = await scene.connection.fetchrow(
        "SELECT entry.id, office.code FROM list_entry entry JOIN credit_list list ON list.id = entry.credit_list_id"
        " JOIN office ON office.id = entry.office_id"
        " WHERE list.interview_required AND entry.state = 'published' AND NOT entry.about_person"
        " AND (entry.public_until IS NULL OR entry.public_until > $1) AND entry.published_at < $2"
        " ORDER BY entry.id LIMIT 1",
        scene.today,
        scene.now - timedelta(days=12),
    )
    acting = scene.acting(scene.now - timedelta(days=10), role="reviewer", office=("350200", entry["code"]))
    made = await interviews.invite_about_entry(
        acting, scene.books, entry["id"], invited_for=scene.ago(4), agenda="约谈教育，督促补发工资（虚构）"
    )
    await interviews.miss(
        scene.acting(scene.now - timedelta(days=3), role="reviewer", office=("350200", entry["code"])),
        made,
        reason="当日未到场，亦未说明理由（虚构）",
    )


async def _refer(scene: Scene) -> None:
    acting = scene.acting(scene.now - timedelta(days=30), role="reviewer", office=SHIYAN)
    await criminal_referrals.refer(
        acting,
        scene.books,
        criminal_referrals.Case(
            office_id=office_id(*SHIYAN),
            jurisdiction="420300",
            subject_id=organisation(41).id,
            kind="涉嫌拒不支付劳动报酬罪案件",
            facts="经责令支付仍不支付劳动报酬（虚构）",
            police="十堰市公安局（虚构）",
            procuratorate="十堰市人民检察院（虚构）",
            court="十堰市中级人民法院（虚构）",
            referred_on=scene.ago(31),
        ),
    )


async def _watch(scene: Scene) -> None:
    acting = scene.acting(scene.now - timedelta(days=40), role="credit_office", office=CREDIT)
    for kind, name in (("key_enterprise", "重点企业（虚构）"), ("key_project", "人力资源产业园项目（虚构）")):
        wanted = watches.Wanted(
            kind=kind,
            name=name,
            reason="区重点招商引资企业（虚构）",
            from_on=scene.ago(365),
            subject_id=stories.OF_HAICANG.id,
        )
        await watches.enter(acting, scene.books, wanted, office_id=office_id(*CREDIT), jurisdiction="350205")
    figure = Figure(source="城市信用监测（虚构）", indicator="综合信用指数", on=scene.ago(45), value="86.42", unit="分")
    await monitoring_figure.load(acting, scene.books, figure, office_id=office_id(*CREDIT), jurisdiction="350205")


async def _report(scene: Scene) -> None:
    clerk = scene.acting(scene.now - timedelta(days=25), role="clerk", office=LABOUR)
    event = major_events.Reported(
        office_id=office_id(*LABOUR),
        jurisdiction="350205",
        source="媒体曝光",
        source_document="某报（虚构）民生版",
        facts="某工地集中欠薪（虚构）",
        learned_on=scene.ago(26),
    )
    made = await major_events.report(clerk, scene.books, event)
    reviewer = scene.acting(scene.now - timedelta(days=18), role="reviewer", office=LABOUR)
    await major_events.handle(reviewer, made, handling="责令支付，已全部发放（虚构）")

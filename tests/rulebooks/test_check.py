"""What `renxin rulebook check` refuses: one fault put into a copy of the real rulebooks, one fault named."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest

from api.cli.main import main
from domain.rulebook import check
from domain.rulebook.check import check_rulebooks
from domain.rulebook.loader import FOLDER, RulebookInvalid, load_rulebooks


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A copy of the rulebooks that may be spoilt."""
    return Path(shutil.copytree(FOLDER, tmp_path / "rulebooks"))


def spoil(folder: Path, file: str, words: str, instead: str) -> list[str]:
    """Replace the first place of some words in a file and give the faults found."""
    path = folder / file
    text = path.read_text(encoding="utf-8")
    assert words in text, f"{words!r} is not in {file}"
    path.write_text(text.replace(words, instead, 1), encoding="utf-8")
    return [str(fault) for fault in check_rulebooks(folder)]


def test_the_rulebooks_that_ship_have_no_fault() -> None:
    assert [str(fault) for fault in check_rulebooks()] == []


@pytest.mark.parametrize("content", [b"x = [", b"\xff\xfe"], ids=["no TOML", "no text"])
def test_a_file_that_cannot_be_read_is_named(folder: Path, content: bytes) -> None:
    (folder / "xiamen.toml").write_bytes(content)
    with pytest.raises(RulebookInvalid, match=r"xiamen\.toml is not TOML"):
        load_rulebooks(folder)


def test_what_is_called_a_rulebook_and_is_no_file_is_named(folder: Path) -> None:
    (folder / "folder.toml").mkdir()
    (folder / "gone.toml").symlink_to(folder / "nowhere")
    os.mkfifo(folder / "waiting.toml")
    assert [(one.file, one.problem) for one in check_rulebooks(folder)] == [
        ("folder.toml", "it is no file"),
        ("gone.toml", "it is no file"),
        ("waiting.toml", "it is no file"),
    ]


def test_a_folder_of_everything_is_refused_before_it_is_read(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(check, "MOST_PATHS", 4)
    (told,) = check_rulebooks(folder)
    assert str(told) == f"{folder}: folder: more than 4 files are in it. Name the folder of the rulebooks."


DEADLINE = '{ path = "double_publicity", value = 7, unit = "working_day", op = "lte"'

FAULTS = {
    "a value without a quote": (
        "xiamen.toml",
        'clause = "8"\nquote = "在行政许可和行政处罚办结之日起7个工作日内"\nactors',
        'clause = "8"\nquote = " "\nactors',
        "xiamen.toml: value deadline.double_publicity: it has no quote",
    ),
    "a value without a clause": (
        "xinxiang.toml",
        'under = "attestation"\nclause = "三"',
        'under = "attestation"',
        "xinxiang.toml: value attestation.dimensions: it has no clause",
    ),
    "a value of a held text with its clause left open": (
        "shanghai.toml",
        'under = "scope"\nclause = "3"',
        'under = "scope"\nclause = "-"',
        "value scope.activities: its clause is left open",
    ),
    "a value without a unit": (
        "xiamen.toml",
        DEADLINE,
        '{ path = "double_publicity", value = 7, op = "lte"',
        "value deadline.double_publicity: the key 'unit' is missing",
    ),
    "an unknown unit": (
        "xiamen.toml",
        DEADLINE,
        '{ path = "double_publicity", value = 7, unit = "fortnight", op = "lte"',
        "value deadline.double_publicity: unit 'fortnight' is unknown",
    ),
    "a value that does not fit its unit": (
        "xiamen.toml",
        DEADLINE,
        '{ path = "double_publicity", value = "7", unit = "working_day", op = "lte"',
        "value deadline.double_publicity: '7' is no working_day",
    ),
    "a rule of a scheme with a grade outside its scale": (
        "shiyan.toml",
        'grade = "C"\nclause',
        'grade = "D"\nclause',
        "scheme construction_units.C: grade names 'D', which is unknown",
    ),
    "a rule of a scheme that counts what nobody defined": (
        "shiyan.toml",
        '{ feature = "serious", op',
        '{ feature = "grave", op',
        "scheme construction_units.C: feature names 'grave', which is unknown",
    ),
    "a feature with an outcome that no fact has": (
        "shiyan.toml",
        'outcomes = ["serious"]',
        'outcomes = ["grave"]',
        "scheme construction_units.serious: outcomes names 'grave', which is unknown",
    ),
    "a use that is no measure of the place": (
        "shiyan.toml",
        'measure = "more_supervision"',
        'measure = "less_supervision"',
        "scheme construction_units: measure names 'less_supervision', which is unknown",
    ),
    "a condition that compares nothing": (
        "shiyan.toml",
        '{ feature = "complaints", at = "grade.B.complaints" }',
        '{ feature = "complaints" }',
        "scheme construction_units.B: a condition is one comparison",
    ),
    "a measure upon what no file describes": (
        "xiamen.toml",
        'items = ["exam_violation"]',
        'items = ["exam_violations"]',
        "measure exam_joint_punishment: items names 'exam_violations', which is unknown",
    ),
    "a measure that rests on something else": (
        "xinxiang.toml",
        'upon = ["list_entry"]',
        'upon = ["rumour"]',
        "measure industry: upon names 'rumour', which is unknown",
    ),
    "a negative term": (
        "xiamen.toml",
        DEADLINE,
        '{ path = "double_publicity", value = -7, unit = "working_day", op = "lte"',
        "value deadline.double_publicity: -7 is no working_day",
    ),
    "a ratio above one": (
        "haicang.toml",
        "value = 0.95",
        "value = 95",
        "value threshold.double_publicity.timely_rate: 95 is no ratio",
    ),
    "an unknown operator": (
        "xiamen.toml",
        DEADLINE,
        '{ path = "double_publicity", value = 7, unit = "working_day", op = "within"',
        "value deadline.double_publicity: op 'within' is unknown",
    ),
    "a value without validity": (
        "parents/cn_national.toml",
        'law = "个人信息保护法"\nvalid_from = 2021-11-01',
        'law = "个人信息保护法"',
        "value privacy.minimum_scope: it has no first day of validity",
    ),
    "a rulebook without its first day": (
        "xinxiang.toml",
        "effective_from = 2019-06-15",
        "",
        "rulebook cn-xinxiang-hrss-redblack-2019: it states no first day",
    ),
    "days out of order": (
        "shanghai.toml",
        "effective_to = 2028-08-31",
        "effective_to = 2018-08-31",
        "its days are out of order: 2023-09-01 to 2018-08-31",
    ),
    "two versions of a value on one day": (
        "parents/cn_national.toml",
        "valid_to = 2026-03-31",
        "valid_to = 2026-04-30",
        "value publication.minor.max: two values hold on the same day",
    ),
    "a way onto a list that does not end in its publication": (
        "parents/service.toml",
        '{ verb = "publish", by = "认定单位", roles = ["approver"] }',
        '{ verb = "review", by = "认定单位", roles = ["approver"] }',
        "its entries are never published",
    ),
    "a removal that is filed with nobody": (
        "xinxiang.toml",
        '{ verb = "file", by = "发布责任单位", office = "XYB"',
        '{ verb = "file", by = "发布责任单位"',
        "the step 'file' does not say with whom",
    ),
    "a path that is silent and speaks": (
        "xinxiang.toml",
        '[[silent]]\npath = "severity.vocabulary"',
        '[[silent]]\npath = "approval.steps"',
        "silent approval.steps: the file gives a value on this path",
    ),
    "an unknown key of a value": (
        "xiamen.toml",
        DEADLINE,
        '{ path = "double_publicity", value = 7, days = 7, unit = "working_day", op = "lte"',
        "value deadline.double_publicity: the key 'days' is unknown",
    ),
    "an unknown key of an office": (
        "xiamen.toml",
        'code = "SP"\nname = "审批处"',
        'code = "SP"\nphone = "0"\nname = "审批处"',
        "office SP: the key 'phone' is unknown",
    ),
    "an unknown table": ("xiamen.toml", "[[scheme]]", "[[skeme]]", "skeme: the table is unknown"),
    "a producing office that does not exist": (
        "xiamen.toml",
        'producers = ["SP"]',
        'producers = ["XX"]',
        "catalogue_item permit: there is no office 'XX'",
    ),
    "an actor that does not exist": (
        "xinxiang.toml",
        'actors = ["BUREAU"]',
        'actors = ["MAYOR"]',
        "rules bulletin: there is no office 'MAYOR'",
    ),
    "an office named as a value that does not exist": (
        "xiamen.toml",
        'value = "JC", unit = "office"',
        'value = "JD", unit = "office"',
        "there is no office 'JD'",
    ),
    "an alias claimed by two offices": (
        "xinxiang.toml",
        'code = "JYJ"\nname = "就业局"',
        'code = "JYJ"\naliases = ["就业办"]\nname = "就业局"',
        "office JYJ: '就业办' is claimed by the office JYB too",
    ),
    "a code that stands twice": (
        "xiamen.toml",
        'code = "LG"\nname = "劳关处"',
        'code = "SP"\nname = "劳关处"',
        "office SP: the code stands twice in this table",
    ),
    "a public item that nobody produces": (
        "xiamen.toml",
        'producers = ["SP"]',
        "producers = []",
        "catalogue_item permit: no office produces it",
    ),
    "an item without data items": (
        "xiamen.toml",
        'data_item_set = "double_publicity.permit"\n',
        "",
        "catalogue_item permit: it needs data items of its own or a set",
    ),
    "an item whose set of data items does not exist": (
        "xiamen.toml",
        'data_item_set = "double_publicity.permit"',
        'data_item_set = "double_publicity.license"',
        "catalogue_item permit: the set 'double_publicity.license' does not exist",
    ),
    "a disclosure that does not exist": (
        "xiamen.toml",
        'disclosure = "public"',
        'disclosure = "everyone"',
        "disclosure 'everyone' is unknown",
    ),
    "a list kind that nobody owns": (
        "xinxiang.toml",
        'polarity = "positive"\nowners = ["JYB", "LDGX", "JCK", "SB", "JCZD", "JYJ", "CYDB", "KS", "OTHERS"]',
        'polarity = "positive"\nowners = []',
        "list_kind red: no office owns it",
    ),
    "a duty that nobody has": (
        "shanghai.toml",
        'offices = ["CENTRE"]',
        "offices = []",
        "duty objection_intake: nobody has it",
    ),
    "a layer that is neither loaded nor listed": (
        "xinxiang.toml",
        'rulebook = "cn-henan-sct-2019"',
        'rulebook = "cn-henan-sct-2099"',
        "layer cn-henan-sct-2099: it is neither loaded nor not_loaded",
    ),
    "an ambiguous value without a reading": (
        "xiamen.toml",
        'ambiguous = true, alternative = "gt", reading = "gte, in the person\'s favour',
        "ambiguous = true, note = \"gte, in the person's favour",
        "value incentive.credit_plus_arbitration.threshold: it is ambiguous and shows no reading",
    ),
    "severities that differ from their vocabulary": (
        "haicang.toml",
        'name = "轻微失信行为"',
        'name = "轻微"',
        "value severity.vocabulary: it differs from the table severity",
    ),
    "a division without its parent": (
        "xinxiang.toml",
        'parent = "410000"',
        'parent = "419999"',
        "jurisdiction 410700: its parent '419999' is described nowhere",
    ),
    "a column of the national sheet that is missing": (
        "parents/double_publicity.toml",
        '  { code = "XK_NR", name = "许可内容", required = "always", personal = true },\n',
        "",
        "data_item_set double_publicity.permit: it has 27 columns, not 28",
    ),
    "a file that is not TOML": (
        "xiamen.toml",
        "[rulebook]",
        "[rulebook",
        "xiamen.toml: file: it is not TOML",
    ),
}


@pytest.mark.parametrize("fault", FAULTS, ids=[name.replace(" ", "_") for name in FAULTS])
def test_the_check_refuses(fault: str, folder: Path) -> None:
    file, words, instead, expected = FAULTS[fault]

    found = spoil(folder, file, words, instead)

    assert any(expected in said for said in found), found


def test_every_fault_says_what_to_do(folder: Path) -> None:
    (folder / "xiamen.toml").write_text('[rulebook]\nid = "x"\nextra = 1\n', encoding="utf-8")

    assert check_rulebooks(folder)
    assert all(fault.remedy and fault.file and fault.place for fault in check_rulebooks(folder))


def test_all_faults_are_listed_at_once(folder: Path) -> None:
    spoil(folder, "xiamen.toml", 'producers = ["SP"]', 'producers = ["XX"]')

    found = spoil(folder, "shiyan.toml", "[[measure]]", "[[meazure]]")

    assert {said.split(":")[0] for said in found} == {"xiamen.toml", "shiyan.toml"}


def test_an_empty_folder_is_refused(tmp_path: Path) -> None:
    assert [fault.problem for fault in check_rulebooks(tmp_path)] == ["there is no rulebook in it"]
    with pytest.raises(RulebookInvalid):
        load_rulebooks(tmp_path)


def test_a_folder_that_is_not_there_is_told_as_that(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["rulebook", "check", str(tmp_path / "none")]) == 2
    assert capsys.readouterr().err == f"{tmp_path / 'none'}: there is no such folder. 没有此目录。\n"


def test_a_file_with_an_unknown_key_is_not_loaded(folder: Path) -> None:
    spoil(folder, "xiamen.toml", 'code = "SP"\nname', 'code = "SP"\nphone = "0"\nname')

    with pytest.raises(RulebookInvalid, match="xiamen"):
        load_rulebooks(folder)


def test_a_sixth_city_is_one_more_file(folder: Path) -> None:
    sixth = (folder / "xinxiang.toml").read_text(encoding="utf-8")
    for old, new in (("cn-xinxiang-hrss-redblack-2019", "cn-anyang-2024"), ('"410700"', '"410500"')):
        sixth = sixth.replace(old, new)
    sixth = sixth.replace("xinxiang.conduct", "anyang.conduct")
    (folder / "anyang.toml").write_text(sixth, encoding="utf-8")

    assert check_rulebooks(folder) == []
    assert load_rulebooks(folder).heads["410500"] == "cn-anyang-2024"

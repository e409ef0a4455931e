"""What ships holds every standing invariant and every case, and leaves no word without its group.

A noun, role, scope or verb that is added is under the invariants from its first day: these tests say where it breaks.
"""

from __future__ import annotations

import re

from tortoise import Tortoise
from tortoise.migrations.constraints import CheckConstraint

from api.entities.index import ENTITIES
from api.queries.policy_review import classes_of_objects
from authz.cases import answered
from authz.grants import default_grants
from authz.holdings import Holdings
from authz.invariants import Cell, Matrix, breaches, invariants
from authz.invariants import _file as the_file
from authz.lines import default_lines
from authz.lint import lint
from authz.vocabulary import ACTIONS, ROLES, Level, Scope
from authz.words import told, zh
from domain.privacy import Privacy

SHIPPED = default_lines()


def test_the_shipped_policy_breaks_no_invariant() -> None:
    grants = default_grants()
    found = breaches(Matrix(SHIPPED, grants, grants, grants))

    assert {one.invariant.id: [str(example) for example in one.examples] for one in found} == {}


def test_every_case_of_the_shipped_policy_holds() -> None:
    cases = answered(SHIPPED, default_grants())

    assert len(cases) >= 20
    assert [case.sentence for case in cases if not case.holds] == []
    assert all(case.source for case in cases)


def test_where_a_role_proposes_and_decides_the_database_keeps_two_persons_apart() -> None:
    rule = next(one for one in invariants() if one.kind == "apart")
    assert ENTITIES  # the models are declared
    models = {str(model._meta.db_table): model for models in Tortoise.apps.values() for model in models.values()}
    for noun in rule.given["except_objects"]:
        checks = [one.check for one in models[noun]._meta.constraints if isinstance(one, CheckConstraint)]
        assert any(re.search(r"_by(_id)? <> \w+_by", check) for check in checks), noun


def test_every_action_and_every_class_has_its_group() -> None:
    """A verb or class that is new says in authz/invariants.toml what it is, so that the invariants reach it."""
    verbs = [verb for words in the_file()["verbs"].values() for verb in words]
    classes = [name for group in ("content", "procedure") for name in the_file()["classes"][group]]

    unknown = {
        f"{noun}.{action}"
        for noun, actions in ACTIONS.items()
        for action in actions
        if not {action, f"{noun}.{action}"} & set(verbs)
    }
    assert unknown == set(), "add them to [verbs] of authz/invariants.toml"
    assert len(verbs) == len(set(verbs))
    assert sorted(classes) == sorted(Privacy), "add them to [classes] of authz/invariants.toml"


def test_the_shipped_policy_has_no_line_that_never_matches_or_is_shadowed() -> None:
    found = lint(SHIPPED, default_grants(), Holdings((), {}, {}), classes_of_objects())

    assert [str(one) for one in found if one.code in ("never_matches", "shadowed", "role_empty")] == []


def test_every_word_of_the_policy_has_its_chinese() -> None:
    """Differences are told in words: a role, object, action, scope or class that is new stands in authz/words.toml."""
    words = {
        "roles": ROLES,
        "objects": ACTIONS,
        "actions": {action for actions in ACTIONS.values() for action in actions},
        "scopes": [scope.value for scope in Scope],
        "classes": [privacy.value for privacy in Privacy if privacy is not Privacy.SECRET],
        "levels": [level.value for level in Level],
    }

    missing = {f"{kind}.{word}" for kind, known in words.items() for word in known if zh(kind, word) == word}
    assert missing == set(), "add them to authz/words.toml"


def test_an_action_that_is_another_word_on_an_object_is_told_by_that() -> None:
    applied, asked = (Cell("reviewer", noun, "apply", Scope.OWN_OFFICE) for noun in ("measure", "list_removal"))
    assert told(applied)[1].endswith("可以实施奖惩措施")
    assert told(asked)[1].endswith("可以申请移出名单")

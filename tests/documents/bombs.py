"""Documents that cost more than they weigh: fragments that double, aliases by the thousand, pairs by the million."""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping


def _list(template: str, count: int) -> str:
    return " ".join(template.format(i=i, n=i + 1) for i in range(count))


def too_large() -> Mapping[str, str]:
    """Give documents that must be refused before they are validated."""
    return {
        "doubling by fields": '{ subject(code: "x") { ...F0 } } '
        + _list(
            "fragment F{i} on Subject {{ a: creditRecords(first: 1) {{ nodes {{ subject {{ ...F{n} }} }} }}"
            " b: creditRecords(first: 1) {{ nodes {{ subject {{ ...F{n} }} }} }} }}",
            25,
        )
        + " fragment F25 on Subject { id }",
        "doubling in one place": "{ ...F0 } "
        + _list("fragment F{i} on Query {{ a{i}: viewer {{ ...V }} b{i}: viewer {{ ...V }} ...F{n} ...F{n} }}", 40)
        + " fragment F40 on Query { __typename } fragment V on Viewer { roles display }",
        "aliases by the thousand": f"{{ {_list('a{i}: __typename', 1_000)} }}",
        "aliases of roots": f"{{ {_list('a{i}: subjects(first: 1) {{ totalCount }}', 41)} }}",
        "mutations by the score": "mutation { "
        + _list('a{i}: revokeConsent(input: {{consent: "x"}}) {{ receipts }}', 41)
        + " }",
        "one name again and again": f"{{ {_list('viewer {{ roles }}', 70)} }}",
        "pairs of pairs": "{ " + f"viewer {{ {'roles ' * 29} }} " * 29 + "}",
        "pairs among fragments": f"{{ {_list('...F{i}', 50)} }} "
        + _list("fragment F{i} on Query {{ viewer {{ roles display anonymous }} }}", 50),
        "pairs in a fragment nobody uses": "{ __typename } fragment F on Viewer { " + "roles " * 200 + "}",
        "pairs behind a double name": "{ ...F } fragment F on Query { "
        + "__typename " * 300
        + "} fragment F on Query { __typename }",
        "every fragment spreads every other": "{ ...F0 } "
        + " ".join(
            f"fragment F{i} on Query {{ __typename {' '.join(f'...F{j}' for j in range(i + 1, 30))} }}"
            for i in range(30)
        ),
        "deep selection": "{" + "viewer{" * 3_000 + "roles" + "}" * 3_001,
        "deep by fragments": '{ subject(code: "x") { ...F0 } } '
        + _list("fragment F{i} on Subject {{ creditRecords(first: 1) {{ nodes {{ subject {{ ...F{n} }} }} }} }}", 30)
        + " fragment F30 on Subject { id }",
        "deep inline fragments": "{" + "... on Query {" * 3_000 + "__typename" + "}" * 3_001,
        "deep list": "{ subjects(first: " + "[" * 3_000 + "]" * 3_000 + ") { totalCount } }",
        "deep object": "{ subjects(filter: " + "{a: " * 3_000 + "1" + "}" * 3_000 + ") { totalCount } }",
        "directives in one place": "{ __typename " + "@include(if: true) " * 100 + "}",
        "unknown directives": "{ __typename " + "@a " * 700 + "}",
        "directives of a variable": "query($v: Int " + "@a " * 9 + ") { __typename }",
        "directives of an operation": "query " + "@a " * 9 + "{ __typename }",
        "directives of a fragment": "{ __typename } fragment F on Query " + "@a " * 9 + "{ __typename }",
        "a long list in a directive": "{ __typename @include(if: [" + "true " * 101 + "]) }",
        "a long list in a list": "{ subjects(first: 1, filter: {code: [[" + '"x" ' * 101 + "]]}) { totalCount } }",
        "arguments by the hundred": "{ viewer(" + _list("z{i}: 1", 400) + ") { roles } }",
        "a long list": "{ subjects(first: 1, filter: {code: [" + '"x" ' * 101 + "]}) { totalCount } }",
        "a wide object": "{ subjects(first: 1, filter: {" + _list("a{i}: 1", 101) + "}) { totalCount } }",
        "a long default": "query($v: [String!] = [" + '"x" ' * 101 + "]) { __typename }",
        "operations": _list("query Q{i} {{ __typename }}", 21),
        "fragments": "{ __typename } " + _list("fragment F{i} on Query {{ __typename }}", 51),
        "variables": f"query({_list('$v{i}: Int', 101)}) {{ __typename }}",
        "types": _list("type T{i} {{ a: Int }}", 60),
        "fields": "{ subjects(first: 1) { nodes { "
        + "...F " * 100
        + "} } } fragment F on Subject { "
        + "name " * 900
        + "}",
        "fields of as many names": "{ viewer { " + _list("zz{i}", 601) + " } }",
        "256 KB of comment": "#" + "x" * 262_144 + "\n{ __typename }",
        "256 KB of blanks": " " * 262_144 + "{ __typename }",
        "256 KB of text": '{ subject(code: "' + "x" * 262_144 + '") { id } }',
        "256 KB of tokens": "{ " + "a " * 131_072 + "}",
        "256 KB of one name": "{ " + "a" * 262_144 + " }",
        "comments": "#\n" * 10_000 + "{ __typename }",
        "lines": "\n" * 2_000 + "{ x }",
        "lines of two ends": "\r\n" * 15_000 + "{ a b c d e f g h i j k l m n o p q r s t }",
        "a block of lines": '{ subject(code: """' + "x\n" * 16_000 + '""") { id } }',
        "introspection by aliases": f"{{ {_list('a{i}: __schema {{ types {{ name }} }}', 6)} }}",
        "introspection below aliases": "{ __schema { types { " + _list("a{i}: fields {{ name }}", 30) + " } } }",
    }


def heavy() -> Mapping[str, str]:
    """Give documents that just keep within the limits: what they cost is the most that any may."""
    return {
        "fields": "{ subjects(first: 1) { nodes { " + " ".join(f"a{i % 60}: name" for i in range(390)) + " } } }",
        "aliases": "{ subjects(first: 1) { nodes { " + _list("a{i}: name", 390) + " } } }",
        "fragments": f"{{ subjects(first: 1) {{ nodes {{ {_list('...F{i}', 50)} }} }} }} "
        + _list("fragment F{i} on Subject {{ name }}", 50),
        "two chains": "{ viewer { ...A0 ...B0 } } "
        + _list("fragment A{i} on Viewer {{ x: roles ...A{n} }} fragment B{i} on Viewer {{ x: roles ...B{n} }}", 22)
        + " fragment A22 on Viewer { roles } fragment B22 on Viewer { roles }",
        "pairs": "{ " + "viewer { roles display } " * 36 + "}",
        "unknown fields": "{ viewer { " + _list("zz{i}", 700) + " } }",
        "long unknown names": "{ " + " ".join("a" * 700 + str(i) for i in range(38)) + " }",
        "wrong values": "{ "
        + _list('a{i}: subjects(first: "x", filter: {{kind: [NOPE], z: 1}}) {{ totalCount }}', 40)
        + " }",
        "arguments": "{ viewer(" + _list("z{i}: 1", 350) + ") { roles } }",
        "lines": "\n" * 1_999 + "{ x }",
        "faults on many lines": "\r\n" * 1_999 + "{ a b c d e f g h i j k l m n o p q r s t }",
        "a text": '{ subject(code: "' + "x" * 32_000 + '") { id } }',
        "a block of lines": '{ subject(code: """' + ("x" * 15 + "\n") * 1_999 + '""") { id } }',
        "cycle": "{ ...A } fragment A on Query { ...B } fragment B on Query { ...A }",
        "cycle through fields": '{ subject(code: "x") { ...A } } fragment A on Subject { represents(first: 1) { nodes { subject { ...A } } } }',
        "a long cycle": "{ ...F0 } " + " ".join(f"fragment F{i} on Query {{ ...F{(i + 1) % 50} }}" for i in range(50)),
    }


def random_dag(chance: random.Random) -> str:
    """Write fragments that spread each other at random, forwards only: some of them blow up, some do not."""
    count = chance.randint(2, 50)
    texts = ["{ subjects(first: 1) { nodes { ...F0 } } }"]
    for number in range(count):
        parts = []
        for _ in range(chance.randint(1, chance.choice((2, 4, 10)))):
            target = chance.randint(number + 1, count)
            spread = f"...F{target}" if target < count else "id"
            deeper = f"a{chance.randint(0, 3)}: creditRecords(first: 1) {{ nodes {{ subject {{ {spread} }} }} }}"
            parts.append(chance.choice((spread, spread, deeper, f"... on Subject {{ {spread} }}", f"n{number}: name")))
        texts.append(f"fragment F{number} on Subject {{ {' '.join(parts)} }}")
    return " ".join(texts)


def _fill(head: str, item: str, tail: str) -> Callable[[int], str]:
    def grown(size: int) -> str:
        count = max(1, (size - len(head) - len(tail)) // len(item.format(i=99_999)))
        return head + "".join(item.format(i=number) for number in range(count)) + tail

    return grown


GROWING: Mapping[str, Callable[[int], str]] = {
    "aliases": _fill("{ ", "a{i}: __typename ", "}"),
    "one name": _fill("{ viewer { ", "roles ", "} }"),
    "arguments": _fill("{ viewer(", "z{i}: 1 ", ") { roles } }"),
    "directives": _fill("{ __typename ", "@include(if: true) ", "}"),
    "fragments": _fill("{ __typename } ", "fragment F{i} on Query {{ viewer {{ roles }} }} ", ""),
    "spreads": _fill("{ ", "...F{i} ", "} fragment F on Query { __typename }"),
    "operations": _fill("", "query Q{i} {{ __typename }} ", ""),
    "depth": lambda size: "{ viewer " * (size // 12) + "}" * (size // 12),
    "lists": lambda size: "{ subjects(first: " + "[" * (size // 2 - 20) + "]" * (size // 2 - 20) + ") { totalCount } }",
    "variables": _fill("query(", "$v{i}: Int ", ") { __typename }"),
    "a text": _fill('{ subject(code: "', "x", '") { id } }'),
    "escapes": _fill('{ subject(code: "', "\\u0041", '") { id } }'),
    "comments": _fill("", "# x\n", "{ __typename }"),
    "blanks": _fill("", " ", "{ __typename }"),
    "type system": _fill("", "type T{i} {{ a: Int }} ", ""),
}
"""Documents of any size, by what they are full of: up to the limits each is read, beyond them it is refused."""

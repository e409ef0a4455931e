"""What each value of an enumeration means, in Chinese and English, as `enum_values.toml` has it.

In charge of putting the words into the schema. A value that was described where it was declared keeps that.
"""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Final

from graphql import GraphQLEnumType, GraphQLSchema

FILE: Final = Path(__file__).with_suffix(".toml")


def describe_values(schema: GraphQLSchema) -> None:
    """Describe the values of the schema's enumerations.

    Raises: KeyError for words about an enumeration or value that the schema has not.
    """
    for name, words in tomllib.loads(FILE.read_text("utf-8")).items():
        enumeration = schema.type_map[name]
        if not isinstance(enumeration, GraphQLEnumType):
            raise KeyError(name)
        for value, description in words.items():
            enumeration.values[value].description = description

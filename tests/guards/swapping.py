"""Taking text out of modules that are loaded already: the code of functions and plain values are exchanged in place.

In charge of saving the time that loading everything anew takes, for whoever takes out one guard after the other, and
of emptying what the service keeps of plans, documents and callers. Refuses a change of anything else: the head of a
class, a table of objects, a decorator have been read when the module was.
"""

from __future__ import annotations

import gc
import inspect
import re
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from types import CodeType, FunctionType, ModuleType

from api.execution.compiled import Plans
from api.planning.document import Documents
from authz.caller import Callers
from authz.token import TokenReader
from tests.guards.guard import ROOT, Cut

_PLAIN = (str, bytes, int, float)
_MADE_OF_OTHERS = (tuple, frozenset, dict, list, set, re.Pattern)
_NAMES = "co_code", "co_names", "co_varnames", "co_freevars", "co_cellvars"


@contextmanager
def taken_out(cuts: Sequence[Cut]) -> Iterator[bool]:
    """Exchange what cuts change until the end of the block; tell whether that was possible."""
    changes = list(_changes(cuts))
    if None in changes:
        yield False
        return
    undo = [change() for change in changes if change is not None]
    _empty()
    try:
        yield True
    finally:
        for back in undo:
            back()
        _empty()


class _Change:
    """A function whose code, or a module whose value, is to be exchanged; called, it does so and gives the way back."""

    def __init__(self, owner: object, name: str, value: object) -> None:
        self._owner, self._name, self._value = owner, name, value

    def __call__(self) -> _Change:
        back = _Change(self._owner, self._name, getattr(self._owner, self._name))
        setattr(self._owner, self._name, self._value)
        return back


def _changes(cuts: Sequence[Cut]) -> Iterator[_Change | None]:
    """Give what is to be exchanged; None where something else than functions and plain values would change."""
    files = {cut.file: (ROOT / cut.file).read_text("utf-8") for cut in cuts}
    changed = dict(files)
    for cut in cuts:
        changed[cut.file] = changed[cut.file].replace(cut.text, cut.without, 1)
    for name, before in files.items():
        module = sys.modules.get(name.removesuffix(".py").replace("/", ".")) if name.endswith(".py") else None
        if module is None:
            yield None
        else:
            yield from _of_module(module, ROOT / name, before, changed[name])


def _of_module(module: ModuleType, path: Path, before: str, after: str) -> Iterator[_Change | None]:
    old, new = (compile(text, str(path), "exec") for text in (before, after))
    pairs = list(_pairs(old, new))
    codes = {(one.co_qualname, one.co_firstlineno): other for one, other in pairs if one is not old}
    if any(one is not old and (not _is_function(one) or one.co_freevars != other.co_freevars) for one, other in pairs):
        yield None
        return
    if any(one is old for one, _ in pairs):
        yield from _values(module, new)
    loaded = {each: codes[_place(each.__code__)] for each in _functions(path) if _place(each.__code__) in codes}
    yield from (_Change(function, "__code__", code) for function, code in loaded.items())
    if {_place(function.__code__) for function in loaded} != set(codes):
        yield None


def _values(module: ModuleType, new: CodeType) -> Iterator[_Change | None]:
    """Give the plain values of a module that are others when it is read with the change."""
    scratch = ModuleType(module.__name__)
    scratch.__file__ = module.__file__
    known = sys.modules[module.__name__]
    sys.modules[module.__name__] = scratch
    try:
        exec(new, scratch.__dict__)  # noqa: S102
    except Exception:
        yield None
        return
    finally:
        sys.modules[module.__name__] = known
    found = [
        _Change(module, name, value) if _is_plain(value) else None
        for name, value in vars(scratch).items()
        if isinstance(value, (*_PLAIN, *_MADE_OF_OTHERS))
        and not name.startswith("__")
        and vars(module).get(name) != value
    ]
    yield from found or [None]


def _is_plain(value: object) -> bool:
    return isinstance(value, _PLAIN) or (isinstance(value, tuple | frozenset) and all(_is_plain(one) for one in value))


def _functions(path: Path) -> Iterator[FunctionType]:
    for each in gc.get_objects():
        if isinstance(each, FunctionType) and each.__code__.co_filename == str(path):
            yield each


def _place(code: CodeType) -> tuple[str, int]:
    return code.co_qualname, code.co_firstlineno


def _pairs(old: CodeType, new: CodeType) -> Iterator[tuple[CodeType, CodeType]]:
    """Give the outermost codes that differ, each with what takes its place; of a module also itself."""
    inner_old, inner_new = _inner(old), _inner(new)
    if _is_function(old):
        if not _alike(old, new):
            yield old, new
        return
    if not _same(old, new) or len(inner_old) != len(inner_new):
        yield old, new
    if len(inner_old) == len(inner_new):
        for one, other in zip(inner_old, inner_new, strict=True):
            yield from _pairs(one, other)


def _alike(old: CodeType, new: CodeType) -> bool:
    """Tell whether two codes do the same, with all that is defined in them."""
    inner_old, inner_new = _inner(old), _inner(new)
    return (
        _same(old, new)
        and len(inner_old) == len(inner_new)
        and all(_alike(one, other) for one, other in zip(inner_old, inner_new, strict=True))
    )


def _same(old: CodeType, new: CodeType) -> bool:
    return _constants(old) == _constants(new) and all(getattr(old, name) == getattr(new, name) for name in _NAMES)


def _constants(code: CodeType) -> list[object]:
    return [(type(one), one) for one in code.co_consts if not isinstance(one, CodeType)]


def _inner(code: CodeType) -> list[CodeType]:
    return [one for one in code.co_consts if isinstance(one, CodeType)]


def _is_function(code: CodeType) -> bool:
    return bool(code.co_flags & inspect.CO_OPTIMIZED)


def _empty() -> None:
    """Let every service forget what it has made under other code."""
    for each in gc.get_objects():
        if isinstance(each, Plans):
            each.kept.clear()
            each.held = 0
        elif isinstance(each, Documents):
            each._kept.clear()
            each._held = 0
        elif isinstance(each, Callers):
            each._known.clear()
        elif isinstance(each, TokenReader):
            each._held.clear()

"""Dataclasses that cost nothing before they are used.

For each dataclass Python writes the source of six methods and compiles it, a third of a millisecond; the site
has more than two hundred, so that this was a tenth of its start, most of it for pages that nobody had asked for yet.
Here five of the six are plain functions, and ``__init__`` is compiled at the first instance. Apart from that they are
what the standard library makes: ``fields``, ``replace``, ``asdict`` and ``match`` take them, and a checker of types
sees nothing else.
"""

import copy
import dataclasses
from collections.abc import Callable
from functools import partial
from operator import attrgetter
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from dataclasses import dataclass as dataclass
else:

    def dataclass(kind=None, /, *, frozen=False, kw_only=False):
        """``dataclasses.dataclass`` with those of its options that are used here."""
        if kind is None:
            return partial(dataclass, frozen=frozen, kw_only=kw_only)
        dataclasses.dataclass(init=False, repr=False, eq=False, kw_only=kw_only)(kind)
        for name, method in _methods(kind, frozen).items():
            if name not in kind.__dict__:
                setattr(kind, name, method)
        return kind


def _methods(kind: type[Any], frozen: bool) -> dict[str, Any]:
    compared = [field.name for field in dataclasses.fields(kind) if field.compare]
    key = attrgetter(*compared) if compared else lambda _value: ()

    def first(self: object, /, *args: Any, **kwargs: Any) -> None:
        kind.__init__ = _init_of(kind, frozen)  # two threads at once make the same one twice
        kind.__init__(self, *args, **kwargs)

    def equal(self: object, other: object) -> bool:
        return key(self) == key(other) if other.__class__ is self.__class__ else NotImplemented

    methods = {"__init__": first, "__repr__": _shown, "__eq__": equal}
    if not frozen:
        return {**methods, "__hash__": None}
    return {**methods, "__hash__": lambda self: hash(key(self)), "__setattr__": _refuse, "__delattr__": _refuse}


def _init_of(kind: type[Any], frozen: bool) -> Callable[..., None]:
    """The ``__init__`` that the standard library writes for a dataclass with these fields."""
    more = {"__post_init__": None} if hasattr(kind, "__post_init__") else {}
    twin = dataclasses.make_dataclass(
        kind.__qualname__,
        [(field.name, field.type, copy.copy(field)) for field in dataclasses.fields(kind)],
        namespace={"__doc__": kind.__doc__, **more},
        frozen=frozen,
        repr=False,
        eq=False,
    )
    made: Callable[..., None] = twin.__dict__["__init__"]
    return made


def _shown(value: Any) -> str:
    shown = (f"{field.name}={getattr(value, field.name)!r}" for field in dataclasses.fields(value) if field.repr)
    return f"{value.__class__.__qualname__}({', '.join(shown)})"


def _refuse(_self: object, name: str, *_value: object) -> None:
    raise dataclasses.FrozenInstanceError(f"cannot change field {name!r}")

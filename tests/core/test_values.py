"""A frozen value of ours behaves as the standard library's own."""

import copy
import dataclasses
import pickle
import threading
from dataclasses import asdict, field, fields, replace

import pytest

from khuyenhoc.core.values import dataclass


@dataclass(frozen=True)
class Envelope:
    """An envelope on the desk."""

    giver: str
    amount: int = 0
    notes: list[str] = field(default_factory=list, compare=False)
    secret: str = field(default="", repr=False)

    @property
    def is_empty(self) -> bool:
        return self.amount == 0


@dataclass(frozen=True, kw_only=True)
class Registered(Envelope):
    """The same with a number."""

    number: int


def test_a_value_is_made_shown_compared_and_hashed() -> None:
    one, other = Envelope("Bà Tư", 500_000), Envelope(giver="Bà Tư", amount=500_000, notes=["ướt"])

    assert one == other
    assert hash(one) == hash(other)
    assert one != Envelope("Bà Tư", 400_000)
    assert one != ("Bà Tư", 500_000)
    assert repr(replace(one, secret="1234")).endswith("Envelope(giver='Bà Tư', amount=500000, notes=[])")
    assert one.notes is not Envelope("Bà Tư").notes
    assert Envelope("Ông Năm").is_empty


def test_a_value_never_changes() -> None:
    one = Envelope("Bà Tư")

    for change in (lambda: setattr(one, "amount", 1), lambda: delattr(one, "giver"), lambda: setattr(one, "new", 1)):
        with pytest.raises(dataclasses.FrozenInstanceError):
            change()
    assert one == Envelope("Bà Tư")


def test_one_inherits_from_another_and_keeps_what_must_be_named() -> None:
    one = Registered("Bà Tư", 500_000, number=7)

    assert [f.name for f in fields(Registered)] == ["giver", "amount", "notes", "secret", "number"]
    assert asdict(replace(one, number=8))["number"] == 8
    assert one != Envelope("Bà Tư", 500_000)
    with pytest.raises(TypeError, match=r"Registered.__init__\(\) missing 1 required keyword-only argument: 'number'"):
        Registered("Bà Tư")  # type: ignore[call-arg]
    match one:
        case Registered(giver, amount):
            assert (giver, amount) == ("Bà Tư", 500_000)


def test_values_are_copied_and_sent() -> None:
    one = Registered("Bà Tư", number=7)

    assert copy.deepcopy(one) == pickle.loads(pickle.dumps(one)) == one


def test_many_threads_may_make_the_first_one() -> None:
    @dataclass(frozen=True)
    class Fresh:
        number: int

    made: list[Fresh] = []
    threads = [threading.Thread(target=lambda n=n: made.append(Fresh(n))) for n in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(one.number for one in made) == list(range(8))

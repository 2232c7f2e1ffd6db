"""How answers are judged."""

from fractions import Fraction

import pytest
from coursekit import (
    BankError,
    Matching,
    MultipleChoice,
    Option,
    Ordering,
    Pair,
    Reflection,
    ShortAnswer,
    SingleChoice,
    read_bank,
    score,
)

TEXT = {"sv": "Fråga?", "en": "Question?"}


def options(*right: bool) -> tuple[Option, ...]:
    return tuple(
        Option(id=letter, text=TEXT, right=yes) for letter, yes in zip("abcdef", right, strict=False)
    )


SINGLE = SingleChoice(id="s", text=TEXT, lesson="l", choices=options(False, True))
MULTIPLE = MultipleChoice(id="m", text=TEXT, lesson="l", choices=options(True, True, False, False))
ORDER = Ordering(id="o", text=TEXT, lesson="l", steps=options(False, False, False, False))
MATCH = Matching(
    id="p",
    text=TEXT,
    lesson="l",
    pairs=tuple(Pair(id=one, left=TEXT, right={"sv": one, "en": one}) for one in "ab"),
)
SHORT = ShortAnswer(id="t", text=TEXT, lesson="l", accepts={"sv": ("Vilja", "viljan"), "en": ("Will",)})
THOUGHT = Reflection(id="r", text=TEXT, lesson="l")


@pytest.mark.parametrize(
    ("question", "answer", "share"),
    [
        (SINGLE, "b", 1),
        (SINGLE, "a", 0),
        (SINGLE, None, 0),
        (SINGLE, ["b"], 0),
        (MULTIPLE, ["a", "b"], 1),
        (MULTIPLE, ["a"], Fraction(1, 2)),
        (MULTIPLE, ["a", "b", "c"], Fraction(1, 2)),
        (MULTIPLE, ["a", "b", "c", "d"], 0),
        (MULTIPLE, ["c", "d"], 0),
        (MULTIPLE, ["a", "zz"], Fraction(1, 2)),
        (MULTIPLE, None, 0),
        (ORDER, ["a", "b", "c", "d"], 1),
        (ORDER, ["a", "b", "d", "c"], Fraction(1, 2)),
        (ORDER, ["a"], Fraction(1, 4)),
        (ORDER, "abcd", 0),
        (MATCH, {"a": "a", "b": "b"}, 1),
        (MATCH, {"a": "b", "b": "b"}, Fraction(1, 2)),
        (MATCH, None, 0),
        (SHORT, "  VILJÁ! ", 1),
        (SHORT, "will", 1),
        (SHORT, "", 0),
        (SHORT, "!", 0),
        (SHORT, "väg", 0),
        (THOUGHT, "anything", None),
    ],
)
def test_an_answer_gets_its_share(question, answer, share):
    assert question.share(answer) == share


def test_the_score_is_whole_percent_rounded_down_and_reflections_are_not_judged():
    asked = (SINGLE, MULTIPLE, ORDER, THOUGHT)
    assert score(asked, {"s": "b", "m": ["a"], "o": ["a", "b", "d", "c"]}) == 66
    assert score((THOUGHT,), {}) == 100
    assert score(asked, {}) == 0


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("[[question]]\nid = 'x'\nkind = 'essay'\n", "question x is of kind 'essay'"),
        ("[[question]]\nid = 'x'\nkind = 'single'\ntext = {}\nlesson = 'l'\n", "question x lacks 'choices'"),
        ("[[question]]\nkind = 'short'\nlesson = 'l'\naccepts = {}\n", "question number 1: "),
        ("[[question", "bank.toml: "),
    ],
)
def test_a_bank_that_cannot_be_read_says_where(tmp_path, text, sentence):
    file = tmp_path / "bank.toml"
    file.write_text(text)
    with pytest.raises(BankError, match=r"^bank\.toml: ") as raised:
        read_bank(file)
    assert sentence in str(raised.value)

"""How questions do is figured from first attempts, names nobody, and says nothing of few."""

import random

from coursekit import Option, Quiz, Reflection, SingleChoice

from app.study.statistics import FEWEST, items

WORDS = {"sv": "x", "en": "x"}


def question(id: str) -> SingleChoice:
    options = tuple(Option(id=one, text=WORDS, right=one == "a") for one in "abc")
    return SingleChoice(id=id, text=WORDS, lesson="l", choices=options)


QUIZ = Quiz(
    id="q", title=WORDS, pass_mark=60,
    questions=(
        *map(question, ("easy", "turned", "rest", "also", "more")), Reflection(id="think", text=WORDS, lesson="l"),
    ),
)  # fmt: skip
ASKED = ["easy", "turned", "rest", "also", "more", "think"]


def attempts(strong: int, weak: int):
    """The strong are right everywhere but in the question that is turned round."""
    made = [
        (ASKED, {"easy": "a", "turned": "b", "rest": "a", "also": "a", "more": "a", "think": "…"})
    ] * strong
    made += [(ASKED, {"easy": "a", "turned": "a", "rest": "c"})] * weak
    return random.Random(7).sample(made, len(made))


def test_few_answers_say_nothing():
    found = items(QUIZ, attempts(FEWEST - 1, 0))
    assert [(one.asked, one.right, one.apart, one.chosen) for one in found] == [
        (FEWEST - 1, None, None, ())
    ] * 6


def test_the_share_that_was_right_and_what_the_others_chose_are_told():
    easy, _turned, rest, *_others, think = items(QUIZ, attempts(6, 3))
    assert (easy.right, easy.doubtful) == (100, True)
    assert rest.right == 67
    assert [count for _option, count in rest.chosen] == [6, 0, 3]
    assert (think.right, think.chosen) == (None, ())


def test_a_question_that_the_strong_get_wrong_is_to_be_looked_at_again():
    _easy, turned, rest, *_others = items(QUIZ, attempts(6, 6))
    assert turned.apart == -100
    assert turned.doubtful
    assert not rest.doubtful


def test_questions_that_were_not_drawn_are_not_counted():
    found = items(QUIZ, [(["easy"], {"easy": "a"})] * FEWEST)
    assert [one.asked for one in found] == [FEWEST, 0, 0, 0, 0, 0]

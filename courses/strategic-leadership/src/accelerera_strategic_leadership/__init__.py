"""Module 3, "Strategic leadership": for top management and steering groups, who set and revise plans themselves.

The words are in ``pages/<language>``, the questions in ``questions.toml``; this file says how they belong together.
"""

from __future__ import annotations

from datetime import date
from pathlib import Path

from coursekit import (
    Assignment,
    CertificateTemplate,
    Change,
    Course,
    Facilitation,
    Instrument,
    Lesson,
    Quiz,
    Retry,
    hookimpl,
    read_bank,
)

from accelerera_strategic_leadership.judging import RUBRIC
from accelerera_strategic_leadership.meetings import MEETINGS
from accelerera_strategic_leadership.self_assessment import DIMENSIONS


@hookimpl
def course() -> Course:
    return Course(
        id="strategic-leadership",
        version="1.0.0",
        contract=1,
        module=3,
        title={"sv": "Strategiskt ledarskap: välja, pröva, ompröva", "en": "Strategic leadership: choose, try, revise"},
        summary={
            "sv": "Nio lektioner för dig som leder en kommun eller sitter i en styrgrupp. Ni skriver er egen plan och "
            "omprövar den, köper verkan i stället för prylar och leder så att det går att lära.",
            "en": "Nine lessons for you who lead a municipality or sit on a steering group. You write your own plan and "
            "revise it, buy effect instead of gadgets, and lead so that it is possible to learn.",
        },
        for_whom={
            "sv": "Kommunledning, styrgrupper och nyckelpersoner, helst en hel grupp tillsammans. Ni behöver ett verkligt "
            "uppdrag, ett kommande köp och en fråga som har kommit tillbaka minst tre gånger.",
            "en": "Top management, steering groups and key people, preferably a whole group together. You need a real "
            "mission, a coming purchase and a question that has come back at least three times.",
        },
        delivered_by={"sv": "Certifierade coacher och ledande utbildare", "en": "Certified coaches and lead trainers"},
        publisher="Accelerera",
        languages=("sv", "en"),
        hours=6,
        serves=("training", "self-check"),
        files=("figures/portfolio.svg", "figures/plan-cycle.svg"),
        history=(
            Change(version="1.0.0", day=date(2026, 11, 25), says={"sv": "Första utgåvan.", "en": "First edition."}),
        ),
        sources=SOURCES,
    )  # fmt: skip


@hookimpl
def lessons() -> list[Lesson]:
    return [Lesson(id=id, minutes=minutes, title={"sv": sv, "en": en}, summary={"sv": says_sv, "en": says_en})
            for id, minutes, sv, en, says_sv, says_en in LESSONS]  # fmt: skip


@hookimpl
def quizzes() -> list[Quiz]:
    bank = read_bank(Path(__file__).with_name("questions.toml"))
    first_half = {lesson[0] for lesson in LESSONS[:4]}
    return [
        Quiz(
            id="self-check",
            title={"sv": "Kunskapskoll", "en": "Self-check"},
            summary={
                "sv": "Åtta frågor ur de fyra första lektionerna. Gör den så ofta du vill; frågorna varierar.",
                "en": "Eight questions from the first four lessons. Take it as often as you like; the questions vary.",
            },
            questions=tuple(one for one in bank if one.lesson in first_half),
            draw=8,
            pass_mark=60,
            reports="self-check",
            after="04-decide-without-certainty",
        ),
        Quiz(
            id="leadership-test",
            title={"sv": "Slutprov", "en": "Final test"},
            summary={
                "sv": "Femton frågor ur hela kursen, för din egen skull. Går det inte kan du göra om det efter ett dygn.",
                "en": "Fifteen questions from the whole course, for your own sake. If you do not pass, you can take it "
                "again after a day.",
            },
            questions=bank,
            draw=15,
            pass_mark=70,
            retry=Retry(wait_hours=24),
        ),
    ]


@hookimpl
def assignments() -> list[Assignment]:
    return [
        Assignment(
            id="revised-plan",
            title={"sv": "Den omprövade planen", "en": "The revised plan"},
            minutes=360,
            rubric=RUBRIC,
            pass_level=2,
        )
    ]


@hookimpl
def instruments() -> list[Instrument]:
    return [
        Instrument(
            id="how-we-lead",
            title={"sv": "Så leder vi", "en": "How we lead"},
            intro={
                "sv": "Välj för varje rad den beskrivning som stämmer bäst på er ledning eller styrgrupp i dag. Svara var "
                "för sig före första träffen och igen vid den första omprövningen. Oenigheten är det intressanta.",
                "en": "On each row choose the description that fits your top management or steering group best today. "
                "Answer separately before the first meeting and again at the first revision. The disagreement is what "
                "is interesting.",
            },
            dimensions=DIMENSIONS,
            whose="organisation",
        )
    ]


@hookimpl
def facilitation() -> Facilitation:
    return Facilitation(meetings=MEETINGS)


@hookimpl
def certificate() -> CertificateTemplate:
    return CertificateTemplate(
        title={"sv": "Kursintyg", "en": "Proof of completion"},
        body={
            "sv": "{name} har arbetat igenom kursen {course}, {minutes} minuters lärande, och slutförde den {day}.",
            "en": "{name} has worked through the course {course}, {minutes} minutes of learning, completed on {day}.",
        },
    )


LESSONS = (
    ("01-what-only-leaders-can-do", 40, "Det bara ledningen kan göra", "What only leaders can do",
     "Varför kloka planer fastnar hos dem som saknar mandat att låta något väja.",
     "Why sensible plans get stuck with people who have no mandate to let something give way."),
    ("02-strategy-is-choosing", 40, "Strategi är att välja", "Strategy is choosing",
     "Diagnos, princip, handlingar, och det som får väja.",
     "Diagnosis, policy, actions, and what gives way."),
    ("03-missions-and-portfolios", 40, "Uppdrag och portfölj", "Missions and portfolios",
     "Sköta och söka samtidigt, och mäta dem olika.",
     "Run and search at once, and measure them differently."),
    ("04-decide-without-certainty", 40, "Besluta utan att veta", "Decide without certainty",
     "Det minsta beslutet, förhandsobduktionen och slutet som bestäms först.",
     "The smallest decision, the premortem, and the end that is decided first."),
    ("05-innovation-procurement", 40, "Köpa det som inte finns än", "Buying what does not exist yet",
     "Innovationsupphandling som ett beteende hos ledningen.",
     "Innovation procurement as a behaviour of top management."),
    ("06-make-it-safe-to-learn", 40, "Så att folk vågar säga som det är", "So that people dare to tell you",
     "Vad du frågar efter, och vad som händer med den röda lampan.",
     "What you ask for, and what happens to the red light."),
    ("07-steer-by-learning", 40, "Styrgruppen som styr", "The steering group that steers",
     "Roller, mått i par och en dagordning som gör skillnad.",
     "Roles, measures in pairs, and an agenda that makes a difference."),
    ("08-set-and-revise-the-plan", 45, "Sätta planen och ompröva den", "Set the plan and revise it",
     "En sida ni själva skriver, och två timmar i kvartalet då ni ändrar den.",
     "One page that you write yourselves, and two hours a quarter when you change it."),
    ("09-change-that-lasts", 35, "Förändring som håller", "Change that lasts",
     "Förlust, vana och fyra sätt att göra sig ersättlig.",
     "Loss, habit, and four ways to make yourself replaceable."),
)  # fmt: skip

SOURCES = (
    "Argyris, C. (1990). Overcoming Organizational Defenses. Allyn and Bacon.",
    "Edmondson, A. C. (2018). The Fearless Organization. Wiley.",
    "Europaparlamentets och rådets direktiv 2014/24/EU om offentlig upphandling.",
    "Gollwitzer, P. M. (1999). Implementation intentions: Strong effects of simple plans. American Psychologist 54(7).",
    "Heifetz, R. A. (1994). Leadership Without Easy Answers. Harvard University Press.",
    "Heifetz, R. A. & Linsky, M. (2002). Leadership on the Line. Harvard Business School Press.",
    "Kahneman, D. (2011). Thinking, Fast and Slow. Farrar, Straus and Giroux.",
    "Klein, G. (2007). Performing a project premortem. Harvard Business Review 85(9).",
    "Kommunallagen (2017:725).",
    "Kotter, J. P. (1996). Leading Change. Harvard Business School Press.",
    "Lagen (2016:1145) om offentlig upphandling.",
    "March, J. G. (1991). Exploration and exploitation in organizational learning. Organization Science 2(1).",
    "Mazzucato, M. (2021). Mission Economy. Allen Lane.",
    "Mintzberg, H. & Waters, J. A. (1985). Of strategies, deliberate and emergent. Strategic Management Journal 6(3).",
    "O'Reilly, C. A. & Tushman, M. L. (2004). The ambidextrous organization. Harvard Business Review 82(4).",
    "Rumelt, R. P. (2011). Good Strategy/Bad Strategy. Crown Business.",
    "Schein, E. H. (2010). Organizational Culture and Leadership (4th ed.). Jossey-Bass.",
    "SOU 2018:47. Med tillit växer handlingsutrymmet.",
    "Staw, B. M. (1976). Knee-deep in the big muddy. Organizational Behavior and Human Performance 16(1).",
    "Strathern, M. (1997). 'Improving ratings': audit in the British University system. European Review 5(3).",
)  # fmt: skip

"""Module 2, "Train, coach and pass it on": training and coaching in innovation management.

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
    CriterionKind,
    Facilitation,
    Instrument,
    Lesson,
    Quiz,
    Retry,
    hookimpl,
    read_bank,
)

from accelerera_train_the_trainer.judging import RUBRIC
from accelerera_train_the_trainer.meetings import MEETINGS
from accelerera_train_the_trainer.practice import PRACTICE_WEEKS
from accelerera_train_the_trainer.self_assessment import DIMENSIONS


@hookimpl
def course() -> Course:
    return Course(
        id="train-the-trainer",
        version="1.0.0",
        contract=1,
        module=2,
        title={"sv": "Utbilda, coacha och för vidare", "en": "Train, coach and pass it on"},
        summary={
            "sv": "Tio lektioner för dig som ska coacha kollegor, leda utbildningstillfällen och utbilda andra som gör det.",
            "en": "Ten lessons for you who will coach colleagues, lead sessions and train others to do so.",
        },
        for_whom={
            "sv": "Två eller tre personer från varje kommunalt projekt, gärna tillsammans med någon ur ledningen. "
            "Du behöver en verklig fråga att öva på och kollegor att öva med.",
            "en": "Two or three people from each municipal project, preferably together with somebody from top "
            "management. You need a real question to practise on and colleagues to practise with.",
        },
        delivered_by={
            "sv": "Certifierade coacher och ledande utbildare",
            "en": "Certified coaches and lead trainers",
        },
        publisher="Accelerera",
        languages=("sv", "en"),
        hours=12,
        serves=(
            "training",
            "self-check",
            "pollinator-test",
            "plan-portfolio",
            "coach-test",
            "train-the-trainer",
        ),
        files=("figures/learning-cycle.svg", "figures/cascade.svg"),
        history=(
            Change(
                version="1.0.0",
                day=date(2026, 11, 23),
                says={"sv": "Första utgåvan.", "en": "First edition."},
            ),
        ),
        sources=SOURCES,
    )


@hookimpl
def lessons() -> list[Lesson]:
    return [Lesson(id=id, minutes=minutes, title={"sv": sv, "en": en}, summary={"sv": says_sv, "en": says_en})
            for id, minutes, sv, en, says_sv, says_en in LESSONS]  # fmt: skip


@hookimpl
def quizzes() -> list[Quiz]:
    bank = read_bank(Path(__file__).with_name("questions.toml"))
    first_half = {lesson[0] for lesson in LESSONS[:5]}
    return [
        Quiz(
            id="self-check",
            title={"sv": "Kunskapskoll", "en": "Self-check"},
            summary={
                "sv": "Åtta frågor ur de fem första lektionerna. Gör den så ofta du vill; frågorna varierar.",
                "en": "Eight questions from the first five lessons. Take it as often as you like; the questions vary.",
            },
            questions=tuple(one for one in bank if one.lesson in first_half),
            draw=8,
            pass_mark=60,
            reports="self-check",
            after="05-the-innovation-system",
        ),
        Quiz(
            id="pollinator-test",
            title={"sv": "Kunskapsprov för pollinatörer", "en": "Pollinator test"},
            summary={
                "sv": "Tjugo frågor ur hela kursen. Går det inte första gången kan du göra om det efter ett dygn.",
                "en": "Twenty questions from the whole course. If you do not pass, you can take it again after a day.",
            },
            questions=bank,
            draw=20,
            pass_mark=75,
            retry=Retry(wait_hours=24),
            reports="pollinator-test",
        ),
        Quiz(
            id="coach-test",
            title={"sv": "Kunskapsprov för coacher", "en": "Coach test"},
            summary={
                "sv": "För dig som vill bli certifierad coach. Tjugo frågor om samtal, överenskommelser, etik och "
                "handledning. Kursen är klar också utan provet, och du kan göra om det efter ett dygn.",
                "en": "For you who want to become a certified coach. Twenty questions on conversations, agreements, "
                "ethics and supervision. The course is done without it too, and you can take it again after a day.",
            },
            questions=read_bank(Path(__file__).with_name("coach-questions.toml")),
            draw=20,
            pass_mark=80,
            retry=Retry(wait_hours=24),
            reports="coach-test",
            required=False,
        ),
        Quiz(
            id="trainer-test",
            title={"sv": "Utbilda utbildare: prov", "en": "Train the trainer: test"},
            summary={
                "sv": "För dig som vill bli ledande utbildare. Tjugo frågor om att planera, leda, iaktta och föra vidare. "
                "Kursen är klar också utan provet, och du kan göra om det efter ett dygn.",
                "en": "For you who want to become a lead trainer. Twenty questions on planning, leading, observing and "
                "passing on. The course is done without it too, and you can take it again after a day.",
            },
            questions=read_bank(Path(__file__).with_name("trainer-questions.toml")),
            draw=20,
            pass_mark=85,
            retry=Retry(wait_hours=24),
            reports="train-the-trainer",
            required=False,
        ),
    ]


@hookimpl
def assignments() -> list[Assignment]:
    return [
        Assignment(
            id="plan-portfolio",
            title={"sv": "Planportfölj", "en": "Plan portfolio"},
            minutes=480,
            rubric=RUBRIC,
            pass_level=2,
            reports="plan-portfolio",
        )
    ]


@hookimpl
def instruments() -> list[Instrument]:
    return [
        Instrument(
            id="how-i-lead",
            title={"sv": "Så leder jag lärande", "en": "How I lead learning"},
            intro={
                "sv": "Välj för varje rad den beskrivning som stämmer bäst i dag, inte den du önskar. Gör det i början "
                "och i slutet av kursen, och jämför.",
                "en": "On each row choose the description that fits best today, not the one you wish for. Do it at "
                "the beginning and at the end of the course, and compare.",
            },
            dimensions=DIMENSIONS,
        )
    ]


@hookimpl
def facilitation() -> Facilitation:
    return Facilitation(meetings=MEETINGS)


@hookimpl
def criterion_kinds() -> list[CriterionKind]:
    return [PRACTICE_WEEKS]


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
    ("01-the-role", 60, "Från expert till pollinatör", "From expert to pollinator",
     "Fyra roller, och hur du märker vilken som behövs.",
     "Four roles, and how to notice which one is needed."),
    ("02-how-adults-learn", 75, "Så lär sig vuxna", "How adults learn",
     "Ett varv runt: göra, se tillbaka, förstå, planera.",
     "Once round: do, look back, understand, plan."),
    ("03-the-coaching-conversation", 75, "Det coachande samtalet", "The coaching conversation",
     "Överenskommelse, nuläge, möjligheter, vilja, och tystnaden däremellan.",
     "Agreement, reality, options, will, and the silence in between."),
    ("04-wicked-and-tame", 75, "Tama och vilda problem", "Tame and wicked problems",
     "Vad kan planeras, vad måste utforskas, och vad händer när man tar miste.",
     "What can be planned, what has to be explored, and what happens when one mistakes them."),
    ("05-the-innovation-system", 75, "Innovation som ett system", "Innovation as a system",
     "Från eldsjäl till ordning: delarna som måste hänga ihop i en kommun.",
     "From enthusiast to order: the parts that have to hang together in a municipality."),
    ("06-design-a-session", 75, "Planera ett tillfälle baklänges", "Plan a session backwards",
     "Börja i måndagen efter, sluta i minutplanen.",
     "Begin with the Monday after, end with the minute-by-minute plan."),
    ("07-lead-a-group", 75, "Leda en grupp", "Lead a group",
     "Trygghet, motstånd och tempo, i rummet och på skärmen.",
     "Safety, resistance and pace, in the room and on screen."),
    ("08-small-experiments", 75, "Pröva i liten skala", "Try on a small scale",
     "Antagande, försök, utfall, lärdom: så gör ni det billigt att ha fel.",
     "Assumption, attempt, outcome, learning: how to make it cheap to be wrong."),
    ("09-feedback-and-supervision", 60, "Återkoppling och handledning", "Feedback and supervision",
     "Att se andra leda, och att bli sedd.",
     "Watching others lead, and being watched."),
    ("10-pass-it-on", 75, "Föra vidare så att det håller", "Pass it on so that it holds",
     "Kvalitet i kedjan, mätning som hjälper och en plan för din kommun.",
     "Quality along the chain, measuring that helps, and a plan for your municipality."),
)  # fmt: skip

SOURCES = (
    "Argyris, C. & Schön, D. A. (1978). Organizational Learning. Addison-Wesley.",
    "Biggs, J. (1996). Enhancing teaching through constructive alignment. Higher Education 32.",
    "Edmondson, A. (1999). Psychological safety and learning behavior in work teams. Administrative Science Quarterly 44(2).",
    "Hattie, J. & Timperley, H. (2007). The power of feedback. Review of Educational Research 77(1).",
    "Heifetz, R. A. (1994). Leadership Without Easy Answers. Harvard University Press.",
    "International Coaching Federation. ICF Core Competencies.",
    "ISO 56001:2024. Innovation management system – Requirements.",
    "ISO 56002:2019. Innovation management – Innovation management system – Guidance.",
    "Kirkpatrick, D. L. & Kirkpatrick, J. D. (2006). Evaluating Training Programs (3rd ed.). Berrett-Koehler.",
    "Knowles, M. S. (1984). Andragogy in Action. Jossey-Bass.",
    "Kolb, D. A. (1984). Experiential Learning. Prentice Hall.",
    "Langley, G. J. et al. (2009). The Improvement Guide (2nd ed.). Jossey-Bass.",
    "Mazzucato, M. (2018). Mission-oriented innovation policies: challenges and opportunities. Industrial and Corporate Change 27(5).",
    "Pashler, H. et al. (2008). Learning styles: concepts and evidence. Psychological Science in the Public Interest 9(3).",
    "Rittel, H. W. J. & Webber, M. M. (1973). Dilemmas in a general theory of planning. Policy Sciences 4.",
    "Roediger, H. L. & Karpicke, J. D. (2006). Test-enhanced learning. Psychological Science 17(3).",
    "Rogers, E. M. (2003). Diffusion of Innovations (5th ed.). Free Press.",
    "Schein, E. H. (1969). Process Consultation: Its Role in Organization Development. Addison-Wesley.",
    "Schein, E. H. (2013). Humble Inquiry. Berrett-Koehler.",
    "Snowden, D. J. & Boone, M. E. (2007). A leader's framework for decision making. Harvard Business Review 85(11).",
    "Whitmore, J. (1992). Coaching for Performance. Nicholas Brealey.",
    "Wiggins, G. & McTighe, J. (2005). Understanding by Design (2nd ed.). ASCD.",
)  # fmt: skip

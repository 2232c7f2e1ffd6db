"""Module 4, "Collaboration in the spaces between": for those who carry out together what nobody can do alone.

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

from accelerera_collaboration_capability.judging import RUBRIC
from accelerera_collaboration_capability.meetings import MEETINGS
from accelerera_collaboration_capability.self_assessment import DIMENSIONS


@hookimpl
def course() -> Course:
    return Course(
        id="collaboration-capability",
        version="1.0.0",
        contract=1,
        module=4,
        title={"sv": "Samverkan i mellanrummen", "en": "Collaboration in the spaces between"},
        summary={
            "sv": "Nio lektioner för dig som arbetar mellan organisationer. Ni ringar in en sammansatt utmaning, förankrar "
            "den, ger den resurser och genomför något som minst två har bidragit till.",
            "en": "Nine lessons for you who work between organisations. You name a complex challenge, establish it, give "
            "it resources and carry out something to which at least two have contributed.",
        },
        for_whom={
            "sv": "Ledningsgrupper, innovationsledare och processledare, helst minst två organisationer tillsammans. Ni "
            "behöver en verklig fråga som ingen av er kan lösa ensam.",
            "en": "Management groups, innovation leads and process leads, preferably at least two organisations together. "
            "You need a real question that none of you can solve alone.",
        },
        delivered_by={"sv": "Certifierade coacher och ledande utbildare", "en": "Certified coaches and lead trainers"},
        publisher="Accelerera",
        languages=("sv", "en"),
        hours=6,
        serves=("training", "self-check"),
        files=("figures/actors.svg", "figures/trust-loop.svg"),
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
            after="04-from-talk-to-commitment",
        ),
        Quiz(
            id="collaboration-test",
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
            id="joint-commitment",
            title={"sv": "Det gemensamma åtagandet", "en": "The joint commitment"},
            minutes=480,
            rubric=RUBRIC,
            pass_level=2,
        )
    ]


@hookimpl
def instruments() -> list[Instrument]:
    return [
        Instrument(
            id="how-we-collaborate",
            title={"sv": "Så samverkar vi", "en": "How we collaborate"},
            intro={
                "sv": "Välj för varje rad den beskrivning som stämmer bäst på er samverkan i dag. Svara var för sig, från "
                "var sin organisation, före första träffen och igen vid den tredje. Jämför där ni är oense.",
                "en": "On each row choose the description that fits your collaboration best today. Answer separately, each "
                "from your own organisation, before the first meeting and again at the third. Compare where you disagree.",
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
    ("01-the-space-between", 40, "Mellanrummet", "The space between",
     "Varför alla kan göra rätt och det ändå blir fel, och när man ska låta bli att samverka.",
     "Why everybody can do right and it still goes wrong, and when not to collaborate."),
    ("02-name-the-challenge", 40, "Ringa in det svåra", "Name the challenge",
     "En mening som rymmer alla och inte pekar ut någon.",
     "A sentence that holds everybody and points at nobody."),
    ("03-who-is-concerned", 40, "Vilka berörs, och vem saknas?", "Who is concerned, and who is missing?",
     "Ringar, intressen och en tom stol.",
     "Rings, interests and an empty chair."),
    ("04-from-talk-to-commitment", 40, "Från samtal till åtagande", "From talk to commitment",
     "Mandatkortet, den första överenskommelsen och något litet nog att lyckas med.",
     "The mandate card, the first agreement, and something small enough to succeed with."),
    ("05-rules-that-hold", 40, "Regler som håller", "Rules that hold",
     "Åtta principer för det vi delar, och vänliga påföljder.",
     "Eight principles for what we share, and friendly consequences."),
    ("06-resources-and-forms", 40, "Resurser och former", "Resources and forms",
     "Fickkartan, den lättaste form som bär och juristen vid tavlan.",
     "The map of pockets, the lightest form that carries, and the lawyer at the board."),
    ("07-lead-without-authority", 40, "Leda utan att bestämma", "Lead without authority",
     "Gränsgångarens hantverk och tillitens slinga.",
     "The boundary spanner's craft and the loop of trust."),
    ("08-conflict-and-power", 40, "Konflikt och makt", "Conflict and power",
     "Fönstret i rummet intill, och den makt som ingen nämner.",
     "The window in the next room, and the power that nobody mentions."),
    ("09-carry-out-and-learn", 40, "Genomföra, lära, avsluta", "Carry out, learn, end",
     "Drivkraften i mitten, små segrar och tre sätt att sluta.",
     "The driving force in the middle, small wins, and three ways to end."),
)  # fmt: skip

SOURCES = (
    "Ansell, C. & Gash, A. (2008). Collaborative governance in theory and practice. Journal of Public Administration Research and Theory 18(4).",
    "Arnstein, S. R. (1969). A ladder of citizen participation. Journal of the American Institute of Planners 35(4).",
    "Emerson, K., Nabatchi, T. & Balogh, S. (2012). An integrative framework for collaborative governance. Journal of Public Administration Research and Theory 22(1).",
    "Europaparlamentets och rådets förordning (EU) 2016/679, dataskyddsförordningen.",
    "Fisher, R. & Ury, W. (1981). Getting to Yes. Houghton Mifflin.",
    "Follett, M. P. (1925). Constructive conflict. In Metcalf, H. C. & Urwick, L. (eds., 1942), Dynamic Administration. Harper.",
    "Förvaltningslagen (2017:900).",
    "Himmelman, A. T. (2002). Collaboration for a Change. Himmelman Consulting.",
    "Huxham, C. & Vangen, S. (2005). Managing to Collaborate. Routledge.",
    "Kania, J. & Kramer, M. (2011). Collective impact. Stanford Social Innovation Review 9(1).",
    "Kommunallagen (2017:725).",
    "Lagen (2016:1145) om offentlig upphandling.",
    "Lagen (2022:66) om konsultation i frågor som rör det samiska folket.",
    "Mitchell, R. K., Agle, B. R. & Wood, D. J. (1997). Toward a theory of stakeholder identification and salience. Academy of Management Review 22(4).",
    "Offentlighets- och sekretesslagen (2009:400).",
    "Ostrom, E. (1990). Governing the Commons. Cambridge University Press.",
    "Rittel, H. W. J. & Webber, M. M. (1973). Dilemmas in a general theory of planning. Policy Sciences 4.",
    "Schön, D. A. & Rein, M. (1994). Frame Reflection. Basic Books.",
    "Star, S. L. & Griesemer, J. R. (1989). Institutional ecology, 'translations' and boundary objects. Social Studies of Science 19(3).",
    "Vangen, S. & Huxham, C. (2003). Nurturing collaborative relations: Building trust in interorganizational collaboration. Journal of Applied Behavioral Science 39(1).",
    "Weick, K. E. (1984). Small wins: Redefining the scale of social problems. American Psychologist 39(1).",
    "Williams, P. (2002). The competent boundary spanner. Public Administration 80(1).",
)  # fmt: skip

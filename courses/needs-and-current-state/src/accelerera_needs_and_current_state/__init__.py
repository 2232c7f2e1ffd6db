"""Module 1, "Understand the need, see where you stand, choose the way": analysis of needs, current state, capability.

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
    hookimpl,
    read_bank,
)

from accelerera_needs_and_current_state.capability import CAPABILITY
from accelerera_needs_and_current_state.judging import RUBRIC
from accelerera_needs_and_current_state.meetings import MEETINGS


@hookimpl
def course() -> Course:
    return Course(
        id="needs-and-current-state",
        version="1.0.0",
        contract=1,
        module=1,
        title={
            "sv": "Förstå behovet, se nuläget, välj väg",
            "en": "Understand the need, see where you stand, choose the way",
        },
        summary={
            "sv": "Tio lektioner som tar er från en fråga till en plan: lyssna på många, bedöm er förmåga, skilj det "
            "tama från det vilda.",
            "en": "Ten lessons that take you from a question to a plan: listen to many, assess your capability, tell "
            "the tame from the wicked.",
        },
        for_whom={
            "sv": "Fem till tio personer från varje kommun: projektet, andra som leder innovation, och chefer. "
            "Ni behöver en verklig fråga och någon som väntar på att besluta om den.",
            "en": "Five to ten people from each municipality: the project, others who lead innovation, and managers. "
            "You need a real question and somebody who is waiting to decide on it.",
        },
        delivered_by={
            "sv": "Certifierade coacher och ledande utbildare, tillsammans med kommunens lots",
            "en": "Certified coaches and lead trainers, together with the municipality's guide",
        },
        publisher="Accelerera",
        languages=("sv", "en"),
        hours=12,
        serves=("training", "self-check"),
        files=FIGURES,
        history=(
            Change(
                version="1.0.0",
                day=date(2026, 11, 25),
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
    read_so_far = {lesson[0] for lesson in LESSONS[:6]}
    return [
        Quiz(
            id="halfway",
            title={"sv": "Halvvägs: pröva dig själv", "en": "Halfway: test yourself"},
            summary={
                "sv": "Sex frågor ur de första lektionerna. Bara för din egen skull: att plocka fram ur minnet är att lära.",
                "en": "Six questions from the first lessons. For your own sake only: to retrieve from memory is to learn.",
            },
            questions=tuple(one for one in bank if one.lesson in read_so_far),
            draw=6,
            pass_mark=50,
            after="06-read-the-profile-together",
        ),
        Quiz(
            id="self-check",
            title={"sv": "Kunskapskoll", "en": "Self-check"},
            summary={
                "sv": "Tolv frågor ur hela kursen. Gör den så ofta du vill; frågorna varierar och varje svar förklaras.",
                "en": "Twelve questions from the whole course. Take it as often as you like; the questions vary and "
                "every answer is explained.",
            },
            questions=bank,
            draw=12,
            pass_mark=60,
            reports="self-check",
        ),
    ]


@hookimpl
def assignments() -> list[Assignment]:
    return [
        Assignment(
            id="from-findings-to-plan",
            title={"sv": "Nulägesbild och plan", "en": "Current state and plan"},
            minutes=480,
            rubric=RUBRIC,
            pass_level=2,
        )
    ]


@hookimpl
def instruments() -> list[Instrument]:
    return [CAPABILITY]


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
    ("01-the-need-first", 60, "Behovet före lösningen", "The need before the solution",
     "Varför tjugotvå elbilar inte löste problemet, och hur du hör skillnad på behov och lösning.",
     "Why twenty-two electric cars did not solve the problem, and how to tell a need from a solution."),
    ("02-frame-the-question", 75, "Rama in frågan", "Frame the question",
     "Fyra sidor, en gräns, ett mandat, och vilka som brukar glömmas.",
     "Four sides, a boundary, a mandate, and those who tend to be forgotten."),
    ("03-listen-to-many", 75, "Lyssna på många", "Listen to many",
     "Följ med, fråga om i tisdags, och leta upp den som det fungerar för.",
     "Go along, ask about Tuesday, and find the one for whom it works."),
    ("04-numbers-you-have-and-ask-for", 75, "Siffror ni har och siffror ni frågar efter", "Numbers you have and numbers you ask for",
     "Läs det som finns, fråga bara sådant som kan ändra något, och se spridningen.",
     "Read what there is, ask only what can change something, and see the spread."),
    ("05-capability-in-eight-parts", 75, "Förmåga i åtta delar", "Capability in eight parts",
     "Från ledarskap till effekt: fem nivåer som syns i vad ni gör.",
     "From leadership to impact: five levels that show in what you do."),
    ("06-read-the-profile-together", 75, "Läs profilen tillsammans", "Read the profile together",
     "Mönster, skillnader, spridning och koppling, och varför två olika svar kan vara sanna.",
     "Pattern, differences, spread and connection, and why two different answers can both be true."),
    ("07-from-material-to-findings", 75, "Från material till fynd", "From material to findings",
     "När, så, eftersom, vilket leder till. Och det som talar emot.",
     "When, then, because, which leads to. And what speaks against it."),
    ("08-sort-the-findings", 75, "Sortera tamt och vilt", "Sort the tame from the wicked",
     "Två frågor och fyra rutor, så att varje fynd får rätt arbetssätt.",
     "Two questions and four boxes, so that every finding gets the right way of working."),
    ("09-from-findings-to-plan", 75, "Från fynd till plan", "From findings to a plan",
     "En strategisk sida, en taktisk, och guiden för att välja insatser.",
     "A strategic page, a tactical one, and the guide for choosing services."),
    ("10-decide-begin-follow-up", 60, "Besluta, börja, följ upp", "Decide, begin, follow up",
     "Två minuter hos ledningen, en liten seger i veckan, och mötet där ni får ändra er.",
     "Two minutes with top management, a small win this week, and the meeting at which you may change your minds."),
)  # fmt: skip

FIGURES = (
    "figures/way.svg",
    "figures/spread.svg",
    "figures/profile-sv.svg",
    "figures/profile-en.svg",
    "figures/sorting-sv.svg",
    "figures/sorting-en.svg",
)

SOURCES = (
    "Argyris, C. (1990). Overcoming Organizational Defenses. Allyn & Bacon.",
    "Bason, C. (2010). Leading Public Sector Innovation. Policy Press.",
    "Braun, V. & Clarke, V. (2006). Using thematic analysis in psychology. Qualitative Research in Psychology 3(2).",
    "Bryson, J. M. (2004). What to do when stakeholders matter. Public Management Review 6(1).",
    "Christensen, C. M. et al. (2016). Know your customers' “jobs to be done”. Harvard Business Review 94(9).",
    "Denzin, N. K. (1970). The Research Act. Aldine.",
    "Dillman, D. A., Smyth, J. D. & Christian, L. M. (2014). Internet, Phone, Mail, and Mixed-Mode Surveys (4th ed.). Wiley.",
    "Head, B. W. & Alford, J. (2015). Wicked problems: implications for public policy and management. Administration & Society 47(6).",
    "Hoppe, R. (2010). The Governance of Problems. Policy Press.",
    "ISO/TR 56004:2019. Innovation management assessment – Guidance.",
    "Kruger, J. & Dunning, D. (1999). Unskilled and unaware of it. Journal of Personality and Social Psychology 77(6).",
    "Kvale, S. & Brinkmann, S. (2009). InterViews (2nd ed.). Sage.",
    "Miles, M. B., Huberman, A. M. & Saldaña, J. (2014). Qualitative Data Analysis (3rd ed.). Sage.",
    "Mintzberg, H. & Waters, J. A. (1985). Of strategies, deliberate and emergent. Strategic Management Journal 6(3).",
    "O'Reilly, C. A. & Tushman, M. L. (2004). The ambidextrous organization. Harvard Business Review 82(4).",
    "Pascale, R., Sternin, J. & Sternin, M. (2010). The Power of Positive Deviance. Harvard Business Press.",
    "Paulk, M. C. et al. (1993). Capability Maturity Model, version 1.1. IEEE Software 10(4).",
    "Pressman, J. L. & Wildavsky, A. (1973). Implementation. University of California Press.",
    "Regulation (EU) 2016/679, General Data Protection Regulation.",
    "Rittel, H. W. J. & Webber, M. M. (1973). Dilemmas in a general theory of planning. Policy Sciences 4.",
    "Rumelt, R. P. (2011). Good Strategy/Bad Strategy. Crown Business.",
    "Strathern, M. (1997). ‘Improving ratings’: audit in the British University system. European Review 5(3).",
    "Teece, D. J., Pisano, G. & Shuen, A. (1997). Dynamic capabilities and strategic management. Strategic Management Journal 18(7).",
    "Thompson, J. D. & Tuden, A. (1959). Strategies, structures, and processes of organizational decision. In Comparative Studies in Administration. University of Pittsburgh Press.",
    "Thorndike, E. L. (1920). A constant error in psychological ratings. Journal of Applied Psychology 4(1).",
    "Ulrich, W. (1983). Critical Heuristics of Social Planning. Haupt.",
    "Wedell-Wedellsborg, T. (2017). Are you solving the right problems? Harvard Business Review 95(1).",
    "Weick, K. E. (1984). Small wins: redefining the scale of social problems. American Psychologist 39(1).",
    "Weiss, C. H. (1995). Nothing as practical as good theory. In Connell, J. P. et al. (eds.), New Approaches to Evaluating Community Initiatives. Aspen Institute.",
)  # fmt: skip

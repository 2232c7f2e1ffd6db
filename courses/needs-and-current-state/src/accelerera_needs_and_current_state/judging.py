"""The rubric of the assignment: five rows, four levels, the third of which must be reached."""

from __future__ import annotations

from coursekit import RubricRow

RUBRIC = (
    RubricRow(
        id="frame",
        title={"sv": "Ram och mandat", "en": "Frame and mandate"},
        levels=(
            {"sv": "Frågan är en lösning, eller så saknas mottagare.", "en": "The question is a solution, or nobody will receive it."},
            {"sv": "Det framgår vad som ska bli bättre, men inte för vem eller till vilket beslut.", "en": "It says what is to get better, but not for whom or for which decision."},
            {"sv": "Ramen svarar på alla fyra sidor, och någon med mandat har bekräftat den.", "en": "The frame answers all four sides, and somebody with a mandate has confirmed it."},
            {"sv": "Ramen har prövats mot dem som berörs mest, och det framgår vad som ändrades.", "en": "The frame has been tested with those most affected, and it shows what changed."},
        ),
    ),
    RubricRow(
        id="ground",
        title={"sv": "Underlag och röster", "en": "Material and voices"},
        levels=(
            {"sv": "Det framgår inte varifrån kunskapen kommer.", "en": "It does not say where the knowledge comes from."},
            {"sv": "Ett sätt att få veta, eller bara de röster som var lätta att nå.", "en": "One way of finding out, or only the voices that were easy to reach."},
            {"sv": "Minst två sätt, med kanterna och undantaget, och det står vilka ni inte nådde.", "en": "At least two ways, with the edges and the exception, and it says whom you did not reach."},
            {"sv": "De som svarat har fått läsa fynden, och det framgår vad de ändrade.", "en": "Those who answered have read the findings, and it shows what they changed."},
        ),
    ),
    RubricRow(
        id="findings",
        title={"sv": "Fynd", "en": "Findings"},
        levels=(
            {"sv": "Teman, klagomål eller lösningar.", "en": "Themes, complaints or solutions."},
            {"sv": "Påståenden om hur det är, utan följd eller med en enda källa.", "en": "Statements about how things are, without a consequence or with a single source."},
            {"sv": "Tre till sju fynd med när, så, eftersom, följd, stöd, emot och en bokstav.", "en": "Three to seven findings with when, then, because, consequence, for, against and a letter."},
            {"sv": "Minst ett fynd har ändrats av det som talade emot, och det går att följa hur.", "en": "At least one finding has changed by what spoke against it, and one can follow how."},
        ),
    ),
    RubricRow(
        id="capability",
        title={"sv": "Förmåga och sortering", "en": "Capability and sorting"},
        levels=(
            {"sv": "Förmågan är inte bedömd, eller fynden inte sorterade.", "en": "The capability is not assessed, or the findings are not sorted."},
            {"sv": "Profil och rutor finns, men utan exempel eller skäl.", "en": "There are a profile and boxes, but without examples or reasons."},
            {"sv": "Profilen bygger på exempel från grupper med minst tre svar, och varje fynd har en ruta med skäl.", "en": "The profile rests on examples from groups of at least three answers, and every finding has a box with a reason."},
            {"sv": "Den största skillnaden är förstådd från båda håll, och det tama är redan överlämnat.", "en": "The largest difference is understood from both sides, and the tame has been handed over already."},
        ),
    ),
    RubricRow(
        id="plan",
        title={"sv": "Plan", "en": "Plan"},
        levels=(
            {"sv": "En lista på åtgärder.", "en": "A list of measures."},
            {"sv": "Mål som inte hör till fynd, eller insatser som inte hör till mål.", "en": "Goals without a finding, or services without a goal."},
            {"sv": "Varje mål har ett fynd, varje insats ett mål och en mening med om, så, eftersom. Namn och datum finns.", "en": "Every goal has a finding, every service a goal and an if, then, because. There are names and dates."},
            {"sv": "Det framgår vad ni avstår från, vid vilket tecken ni slutar, och vad som redan har börjat.", "en": "It says what you refrain from, at which sign you stop, and what has begun already."},
        ),
    ),
)  # fmt: skip

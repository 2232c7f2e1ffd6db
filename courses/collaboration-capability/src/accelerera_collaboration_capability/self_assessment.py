"""A collaboration's picture of itself: six sides, five levels each, described by what happens."""

from __future__ import annotations

from coursekit import Dimension

DIMENSIONS = (
    Dimension(
        id="naming",
        title={"sv": "Ringa in", "en": "Naming"},
        asks={"sv": "Hur blev vår utmaning formulerad?", "en": "How was our challenge put into words?"},
        anchors=(
            {"sv": "Någon skrev den åt oss.", "en": "Somebody wrote it for us."},
            {"sv": "Vi har var sin.", "en": "We each have our own."},
            {"sv": "Vi har en gemensam, men den pekar mot en lösning.", "en": "We have a shared one, but it points to a solution."},
            {"sv": "Alla känner igen sig, och ingen äger den.", "en": "Everybody recognises it, and nobody owns it."},
            {"sv": "Vi ändrar den när vi lär oss något.", "en": "We change it when we learn something."},
        ),
    ),
    Dimension(
        id="voices",
        title={"sv": "Höra dem det gäller", "en": "Hearing those concerned"},
        asks={"sv": "Vem är med?", "en": "Who takes part?"},
        anchors=(
            {"sv": "De som brukar.", "en": "The usual ones."},
            {"sv": "De organisationer som har ansvar.", "en": "The organisations with a responsibility."},
            {"sv": "Vi frågar dem som lever med följderna.", "en": "We ask those who live with the consequences."},
            {"sv": "De är med, på villkor som gör det möjligt.", "en": "They take part, on terms that make it possible."},
            {"sv": "Det de säger ändrar vad vi gör.", "en": "What they say changes what we do."},
        ),
    ),
    Dimension(
        id="mandate",
        title={"sv": "Mandat", "en": "Mandate"},
        asks={"sv": "Vad får vi lova på stående fot?", "en": "What may we promise on the spot?"},
        anchors=(
            {"sv": "Ingenting.", "en": "Nothing."},
            {"sv": "Vi vet inte.", "en": "We do not know."},
            {"sv": "Det är sagt, men inte skrivet.", "en": "It has been said, but not written."},
            {"sv": "Var och en har ett mandat som chefen har läst.", "en": "Each has a mandate that the manager has read."},
            {"sv": "Mandaten växer i takt med att löften infrias.", "en": "Mandates grow as promises are fulfilled."},
        ),
    ),
    Dimension(
        id="pockets",
        title={"sv": "Resurser", "en": "Resources"},
        asks={"sv": "Vem betalar och vem vinner?", "en": "Who pays and who gains?"},
        anchors=(
            {"sv": "Det talar vi inte om.", "en": "We do not talk about that."},
            {"sv": "En part betalar det mesta.", "en": "One party pays most."},
            {"sv": "Vi har ritat upp det.", "en": "We have drawn it."},
            {"sv": "Den som betalar får något tillbaka, och någon har tid att hålla ihop.", "en": "Whoever pays gets something back, and somebody has time to hold things together."},
            {"sv": "Vi har en gemensam kassa och vet vad nästa steg kostar.", "en": "We have a joint fund and know what the next step costs."},
        ),
    ),
    Dimension(
        id="friction",
        title={"sv": "Oenighet", "en": "Disagreement"},
        asks={"sv": "Vad händer när vi är oense?", "en": "What happens when we disagree?"},
        anchors=(
            {"sv": "Den som har makten avgör.", "en": "Whoever has the power decides."},
            {"sv": "Vi byter ämne.", "en": "We change the subject."},
            {"sv": "Vi kompromissar.", "en": "We compromise."},
            {"sv": "Vi frågar efter behov, och skriver det vi är oense om.", "en": "We ask for needs, and write what we disagree on."},
            {"sv": "Oenigheten ger oss bättre lösningar, och makten är sagd.", "en": "Disagreement gives us better solutions, and power has been named."},
        ),
    ),
    Dimension(
        id="doing",
        title={"sv": "Göra och lära", "en": "Doing and learning"},
        asks={"sv": "Vad händer mellan mötena?", "en": "What happens between meetings?"},
        anchors=(
            {"sv": "Ingenting.", "en": "Nothing."},
            {"sv": "Den som håller ihop gör det mesta.", "en": "Whoever holds things together does most of it."},
            {"sv": "Löften infrias ibland.", "en": "Promises are sometimes fulfilled."},
            {"sv": "Minst två parter gör något klart, ofta.", "en": "At least two parties finish something, often."},
            {"sv": "Det vi lär ändrar hur var och en arbetar hemma.", "en": "What we learn changes how each of us works at home."},
        ),
    ),
)  # fmt: skip

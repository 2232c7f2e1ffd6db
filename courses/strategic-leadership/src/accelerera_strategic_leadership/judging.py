"""The rubric of the revised plan: four rows, four levels, the third of which must be reached."""

from __future__ import annotations

from coursekit import RubricRow

RUBRIC = (
    RubricRow(
        id="choice",
        title={"sv": "Diagnos och val", "en": "Diagnosis and choice"},
        levels=(
            {"sv": "Planen är en lista med åtgärder.", "en": "The plan is a list of measures."},
            {
                "sv": "Det finns en diagnos, men inget fick väja för den.",
                "en": "There is a diagnosis, but nothing gave way to it.",
            },
            {
                "sv": "Diagnosen förklarar hindret, och planen säger vad som fick väja eller avslutades.",
                "en": "The diagnosis explains the obstacle, and the plan says what gave way or was ended.",
            },
            {
                "sv": "Diagnosen är prövad mot något som kunde ha motsagt den.",
                "en": "The diagnosis was tested against something that could have contradicted it.",
            },
        ),
    ),
    RubricRow(
        id="assumptions",
        title={"sv": "Antaganden som kan vara fel", "en": "Assumptions that can be wrong"},
        levels=(
            {"sv": "Antagandena är osagda.", "en": "The assumptions are unsaid."},
            {
                "sv": "Det finns antaganden, men inget som kunde visa att de är fel.",
                "en": "There are assumptions, but nothing that could show them wrong.",
            },
            {
                "sv": "Varje antagande säger hur ni ser att ni hade fel, och är jämfört med det som hände.",
                "en": "Each assumption says how you see that you were wrong, and is compared with what happened.",
            },
            {
                "sv": "Det mest osäkra och viktigaste prövades först, med stoppvillkor satta i förväg.",
                "en": "The most uncertain and important one was tested first, with stop conditions set in advance.",
            },
        ),
    ),
    RubricRow(
        id="behaviour",
        title={"sv": "Ett nytt beteende", "en": "A new behaviour"},
        levels=(
            {"sv": "Det framgår inte vad ni själva gjorde.", "en": "What you did yourselves is not shown."},
            {
                "sv": "Andra fick nya uppdrag, men ni arbetade som förut.",
                "en": "Others were given new tasks, but you worked as before.",
            },
            {
                "sv": "Minst ett beslut fattades på ett nytt sätt, och det går att följa i ett protokoll eller ett köp.",
                "en": "At least one decision was taken in a new way, and can be followed in minutes or a purchase.",
            },
            {
                "sv": "Det nya sättet har upprepats, och någon annan har tagit efter.",
                "en": "The new way has been repeated, and somebody else has taken it up.",
            },
        ),
    ),
    RubricRow(
        id="revision",
        title={"sv": "Omprövningen", "en": "The revision"},
        levels=(
            {"sv": "Planen är densamma.", "en": "The plan is the same."},
            {
                "sv": "Planen är ändrad, utan att det framgår varför.",
                "en": "The plan has changed without saying why.",
            },
            {
                "sv": "Varje ändring följer av det ni såg, något är avslutat, och de som berörs har fått veta det.",
                "en": "Each change follows from what you saw, something has been ended, and those concerned have been told.",
            },
            {
                "sv": "Omprövningen ändrade också hur ni tänker eller styr, och nästa är bokad.",
                "en": "The revision also changed how you think or steer, and the next one is booked.",
            },
        ),
    ),
)

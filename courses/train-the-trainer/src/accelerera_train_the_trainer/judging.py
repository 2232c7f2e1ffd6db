"""The rubric of the plan portfolio: three rows, four levels, the third of which must be reached."""

from __future__ import annotations

from coursekit import RubricRow

RUBRIC = (
    RubricRow(
        id="need",
        title={"sv": "Behov och nuläge", "en": "Need and current state"},
        levels=(
            {"sv": "Behovet är inte beskrivet.", "en": "The need is not described."},
            {
                "sv": "Behovet är beskrivet utan stöd i underlag.",
                "en": "The need is described without support.",
            },
            {
                "sv": "Behovet bygger på fynd från kommunens egen analys.",
                "en": "The need rests on findings of the municipality's own analysis.",
            },
            {
                "sv": "Fynden är vägda mot varandra, och det svårlösta skiljs från det som går att planera.",
                "en": "Findings are weighed against each other, and wicked problems are told apart from what can be "
                "planned.",
            },
        ),
    ),
    RubricRow(
        id="goals",
        title={"sv": "Mål och väg dit", "en": "Goals and the way there"},
        levels=(
            {"sv": "Det saknas mål.", "en": "There are no goals."},
            {
                "sv": "Det finns mål, men de går inte att följa upp.",
                "en": "There are goals, but they cannot be followed up.",
            },
            {
                "sv": "Varje mål kan följas upp och hör till ett fynd.",
                "en": "Each goal can be followed up and belongs to a finding.",
            },
            {
                "sv": "Målen prövas i steg, med beslut om vad som händer om de inte nås.",
                "en": "The goals are tried in steps, with decisions on what happens if they are missed.",
            },
        ),
    ),
    RubricRow(
        id="learning",
        title={"sv": "Lärande", "en": "Learning"},
        levels=(
            {"sv": "Det framgår inte vad du har lärt dig.", "en": "What you have learnt is not shown."},
            {"sv": "Lärdomarna är allmänna.", "en": "What was learnt is general."},
            {
                "sv": "Lärdomarna är konkreta och har ändrat planen.",
                "en": "What was learnt is concrete and has changed the plan.",
            },
            {
                "sv": "Andra kan använda lärdomarna, och du visar hur du fört dem vidare.",
                "en": "Others can use what was learnt, and you show how you passed it on.",
            },
        ),
    ),
)

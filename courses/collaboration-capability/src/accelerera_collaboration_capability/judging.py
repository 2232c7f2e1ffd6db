"""The rubric of the joint commitment: four rows, four levels, the third of which must be reached."""

from __future__ import annotations

from coursekit import RubricRow

RUBRIC = (
    RubricRow(
        id="naming",
        title={"sv": "Utmaningen inringad", "en": "The challenge named"},
        levels=(
            {"sv": "Utmaningen är skriven av en part.", "en": "The challenge was written by one party."},
            {
                "sv": "Flera har lyssnat, men meningen innehåller en lösning eller en skyldig.",
                "en": "Several were heard, but the sentence contains a solution or a culprit.",
            },
            {
                "sv": "Flera parter känner igen sig i meningen, och den är uppdelad efter vad ni vet.",
                "en": "Several parties recognise themselves in the sentence, and it is divided by what you know.",
            },
            {
                "sv": "Meningen har ändrats av något ni lärde tillsammans.",
                "en": "The sentence has been changed by something that you learnt together.",
            },
        ),
    ),
    RubricRow(
        id="voices",
        title={"sv": "De som berörs", "en": "Those concerned"},
        levels=(
            {"sv": "Kartan är en lista över organisationer.", "en": "The map is a list of organisations."},
            {
                "sv": "Parternas intressen är gissade.",
                "en": "The parties' interests are guessed.",
            },
            {
                "sv": "Intressen är hörda från minst tre parter, och någon som lever med följderna har varit med.",
                "en": "Interests were heard from at least three parties, and somebody who lives with the consequences took part.",
            },
            {
                "sv": "Den som lever med följderna har ändrat något i arbetet, och makten är nämnd.",
                "en": "Somebody who lives with the consequences has changed something in the work, and power has been named.",
            },
        ),
    ),
    RubricRow(
        id="footing",
        title={"sv": "Etablerat och resurssatt", "en": "Established and resourced"},
        levels=(
            {"sv": "Det finns en avsikt.", "en": "There is an intention."},
            {
                "sv": "Det finns en överenskommelse, men mandat eller kostnad är oklara.",
                "en": "There is an agreement, but mandate or cost is unclear.",
            },
            {
                "sv": "Minst två mandat är bekräftade hemma, fickkartan är ritad och formen är vald med skäl.",
                "en": "At least two mandates are confirmed at home, the map of pockets is drawn and the form chosen with reasons.",
            },
            {
                "sv": "En sned rad i fickkartan är utjämnad, och påföljdstrappan är prövad.",
                "en": "A lopsided row of the map has been evened out, and the consequences in steps have been tried.",
            },
        ),
    ),
    RubricRow(
        id="done",
        title={"sv": "Genomfört och lärt", "en": "Carried out and learnt"},
        levels=(
            {"sv": "Ingenting är ännu gjort tillsammans.", "en": "Nothing has yet been done together."},
            {
                "sv": "Något är gjort, men bara en part bidrog.",
                "en": "Something has been done, but only one party contributed.",
            },
            {
                "sv": "Minst två parter har bidragit till ett åtagande, eller stannat av goda skäl, och lärdomen är konkret.",
                "en": "At least two parties contributed to a commitment, or stopped for good reasons, and what was learnt is concrete.",
            },
            {
                "sv": "Lärdomen har ändrat hur parterna arbetar i vardagen, och slutet är bestämt.",
                "en": "What was learnt has changed how the parties work every day, and the ending is decided.",
            },
        ),
    ),
)

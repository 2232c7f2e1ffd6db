"""The self-assessment: five sides of leading learning, five levels each, described by what one does."""

from __future__ import annotations

from coursekit import Dimension

DIMENSIONS = (
    Dimension(
        id="listening",
        title={"sv": "Lyssna och fråga", "en": "Listening and asking"},
        asks={"sv": "Vad gör du när någon kommer med en svår fråga?", "en": "What do you do when somebody brings a hard question?"},
        anchors=(
            {"sv": "Jag svarar direkt.", "en": "I answer at once."},
            {"sv": "Jag frågar något först, men har oftast svaret klart.", "en": "I ask something first, but usually have the answer ready."},
            {"sv": "Jag ställer öppna frågor och återger det jag hört.", "en": "I ask open questions and repeat what I have heard."},
            {"sv": "Jag håller tystnaden, och personen hittar ofta sitt eget nästa steg.", "en": "I hold the silence, and the person often finds a next step of their own."},
            {"sv": "Jag väljer roll medvetet, säger vilken, och andra lär sig fråga av mig.", "en": "I choose my role knowingly, say which, and others learn to ask from me."},
        ),
    ),
    Dimension(
        id="designing",
        title={"sv": "Planera lärande", "en": "Designing learning"},
        asks={"sv": "Hur blir ett tillfälle till?", "en": "How does a session come about?"},
        anchors=(
            {"sv": "Jag gör bilder av det jag kan.", "en": "I make slides of what I know."},
            {"sv": "Jag lägger in en diskussion på slutet.", "en": "I put a discussion at the end."},
            {"sv": "Jag börjar i vad deltagarna ska göra efteråt.", "en": "I begin with what the participants will do afterwards."},
            {"sv": "Mål, övning och det jag tittar efter hänger ihop, och deltagarna arbetar mest.", "en": "Goal, exercise and what I look for hang together, and the participants work the most."},
            {"sv": "Jag ändrar planen efter det jag ser, och mitt upplägg används av andra.", "en": "I change the plan by what I see, and others use my design."},
        ),
    ),
    Dimension(
        id="leading",
        title={"sv": "Leda en grupp", "en": "Leading a group"},
        asks={"sv": "Vad händer när det skaver i rummet?", "en": "What happens when there is friction in the room?"},
        anchors=(
            {"sv": "Jag skyndar vidare.", "en": "I hurry on."},
            {"sv": "Jag märker det men låter det vara.", "en": "I notice but let it be."},
            {"sv": "Jag sätter ord på det jag ser.", "en": "I put words to what I see."},
            {"sv": "Jag gör motståndet till något som gruppen kan arbeta med.", "en": "I turn the resistance into something the group can work with."},
            {"sv": "Gruppen tar själv upp det svåra, också när jag inte är där.", "en": "The group raises what is hard by itself, even when I am not there."},
        ),
    ),
    Dimension(
        id="trying",
        title={"sv": "Pröva och lära", "en": "Trying and learning"},
        asks={"sv": "Vad gör ni när ni inte vet vad som fungerar?", "en": "What do you do when you do not know what works?"},
        anchors=(
            {"sv": "Vi utreder tills vi vet.", "en": "We investigate until we know."},
            {"sv": "Vi gör ett pilotprojekt och kallar det lyckat.", "en": "We run a pilot and call it a success."},
            {"sv": "Vi skriver ned vad vi tror innan vi prövar.", "en": "We write down what we believe before we try."},
            {"sv": "Vi gör små försök ofta, och några av dem visar att vi hade fel.", "en": "We make small attempts often, and some show that we were wrong."},
            {"sv": "Det vi lär ändrar planer och beslut, och syns för andra.", "en": "What we learn changes plans and decisions, and others can see it."},
        ),
    ),
    Dimension(
        id="passing-on",
        title={"sv": "Föra vidare", "en": "Passing on"},
        asks={"sv": "Vad händer med det du kan när du går hem?", "en": "What happens to what you know when you go home?"},
        anchors=(
            {"sv": "Det går hem med mig.", "en": "It goes home with me."},
            {"sv": "Det finns i ett dokument.", "en": "It is in a document."},
            {"sv": "Någon har gjort det tillsammans med mig.", "en": "Somebody has done it together with me."},
            {"sv": "Någon gör det utan mig och har fått återkoppling.", "en": "Somebody does it without me and has had feedback."},
            {"sv": "Den jag tränat tränar i sin tur andra, med samma omsorg.", "en": "Whoever I trained trains others in turn, with the same care."},
        ),
    ),
)  # fmt: skip

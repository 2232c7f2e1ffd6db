"""The management group's picture of itself: five sides of leading, five levels each, described by what is done."""

from __future__ import annotations

from coursekit import Dimension

DIMENSIONS = (
    Dimension(
        id="choosing",
        title={"sv": "Välja", "en": "Choosing"},
        asks={"sv": "Vad händer när två av våra mål krockar?", "en": "What happens when two of our targets collide?"},
        anchors=(
            {"sv": "Den som har uppdraget får lösa det.", "en": "Whoever has the task has to sort it out."},
            {"sv": "Vi talar om det, men båda målen står kvar.", "en": "We talk about it, but both targets remain."},
            {"sv": "Vi avgör enskilda fall.", "en": "We decide case by case."},
            {"sv": "Vi har sagt högt vilket mål som väjer, och varför.", "en": "We have said aloud which target gives way, and why."},
            {"sv": "Andra kan välja rätt utan att fråga oss, och vi avslutar lika ofta som vi börjar.", "en": "Others can choose rightly without asking us, and we end as often as we begin."},
        ),
    ),
    Dimension(
        id="exploring",
        title={"sv": "Utforska", "en": "Exploring"},
        asks={"sv": "Hur ser vi på sådant vi inte vet om det fungerar?", "en": "How do we treat things that we do not know will work?"},
        anchors=(
            {"sv": "Vi väntar tills någon annan har visat det.", "en": "We wait until somebody else has shown it."},
            {"sv": "Vi har pilotprojekt som alla går bra.", "en": "We have pilots that all go well."},
            {"sv": "Vi har försök med antaganden som kan vara fel.", "en": "We have attempts with assumptions that can be wrong."},
            {"sv": "Försöken har egna pengar och egna mått, och en del avslutas i tid.", "en": "Attempts have money and measures of their own, and some are ended in time."},
            {"sv": "Det försöken visar ändrar våra stora beslut.", "en": "What the attempts show changes our large decisions."},
        ),
    ),
    Dimension(
        id="buying",
        title={"sv": "Köpa nytt", "en": "Buying the new"},
        asks={"sv": "Var börjar ett större köp hos oss?", "en": "Where does a larger purchase begin with us?"},
        anchors=(
            {"sv": "I förra avtalet.", "en": "In the previous contract."},
            {"sv": "I en önskad produkt.", "en": "In a wanted product."},
            {"sv": "I ett behov, när någon påminner.", "en": "In a need, when somebody reminds us."},
            {"sv": "I ett behov, med upphandlaren i rummet och frågor till marknaden.", "en": "In a need, with the procurement officer in the room and questions to the market."},
            {"sv": "I vårt uppdrag: vi vet vilka köp som kan föra det framåt, och bär risken öppet.", "en": "In our mission: we know which purchases can move it, and carry the risk openly."},
        ),
    ),
    Dimension(
        id="hearing",
        title={"sv": "Få höra sanningen", "en": "Being told the truth"},
        asks={"sv": "Vad händer med den som berättar att något går fel?", "en": "What happens to somebody who tells us that something is going wrong?"},
        anchors=(
            {"sv": "Vi får veta det sist.", "en": "We are the last to know."},
            {"sv": "Hen får förklara sig.", "en": "They have to explain themselves."},
            {"sv": "Vi tackar och ger det vidare.", "en": "We say thank you and pass it on."},
            {"sv": "Vi frågar först vad hen behöver av oss, och gör det.", "en": "We first ask what they need from us, and do it."},
            {"sv": "Vi berättar själva om våra fel, och får höra det obekväma tidigt.", "en": "We tell of our own mistakes, and hear what is uncomfortable early."},
        ),
    ),
    Dimension(
        id="revising",
        title={"sv": "Ompröva", "en": "Revising"},
        asks={"sv": "Vad händer med våra planer?", "en": "What happens to our plans?"},
        anchors=(
            {"sv": "De antas och följs upp efter fyra år.", "en": "They are adopted and followed up after four years."},
            {"sv": "De följs upp mot åtgärderna.", "en": "They are followed up against the measures."},
            {"sv": "De ändras när något har gått fel.", "en": "They are changed when something has gone wrong."},
            {"sv": "Vi omprövar dem varje kvartal och säger vad vi ändrar.", "en": "We revise them every quarter and say what we change."},
            {"sv": "Vi skriver och ändrar dem själva, och andra ser varför.", "en": "We write and change them ourselves, and others see why."},
        ),
    ),
)  # fmt: skip

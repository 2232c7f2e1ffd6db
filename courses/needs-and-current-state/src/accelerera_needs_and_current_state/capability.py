"""The capability assessment: eight sides of a municipality's ability to change, five levels each.

The sides are those that assessments of innovation management usually look at (as ISO/TR 56004 describes); the words
are our own. Every level is something that people do or that anybody can see, so that two answers mean the same.
"""

from __future__ import annotations

from coursekit import Dimension, Instrument

DIMENSIONS = (
    Dimension(
        id="leadership",
        title={"sv": "Ledarskap", "en": "Leadership"},
        asks={
            "sv": "Vad gör cheferna när något behöver prövas som ingen vet om det fungerar?",
            "en": "What do managers do when something has to be tried that nobody knows will work?",
        },
        anchors=(
            {"sv": "De väntar tills någon annan har visat att det går.", "en": "They wait until somebody else has shown that it can be done."},
            {"sv": "Enskilda chefer säger ja, och tar risken själva.", "en": "Individual managers say yes, and carry the risk themselves."},
            {"sv": "Ledningen har sagt vad som får prövas, och av vem, utan att man behöver fråga igen.", "en": "Top management has said what may be tried, and by whom, without having to ask again."},
            {"sv": "Cheferna efterfrågar försök, avsätter tid och står kvar när utfallet blir ett annat än väntat.", "en": "Managers ask for attempts, set time aside, and stand by them when the outcome is not the expected one."},
            {"sv": "Cheferna ändrar sina egna beslut efter vad försöken visar, och berättar öppet varför.", "en": "Managers change decisions of their own by what the attempts show, and say openly why."},
        ),
    ),
    Dimension(
        id="strategy",
        title={"sv": "Strategi", "en": "Strategy"},
        asks={
            "sv": "Hur vet ni vad ni ska förnya, och vad ni ska låta vara?",
            "en": "How do you know what to renew, and what to leave alone?",
        },
        anchors=(
            {"sv": "Vi tar oss an det som dyker upp.", "en": "We take on whatever turns up."},
            {"sv": "Det finns mål i dokument, men de styr inte vad vi väljer att göra.", "en": "There are goals in documents, but they do not guide what we choose to do."},
            {"sv": "Några få utmaningar är utpekade, och nya idéer vägs mot dem.", "en": "A few challenges have been singled out, and new ideas are weighed against them."},
            {"sv": "Vi har både säkra förbättringar och osäkra försök, och har sagt nej till något som ändå var bra.", "en": "We have both safe improvements and uncertain attempts, and have said no to something that was good all the same."},
            {"sv": "Riktningen prövas minst en gång om året mot det vi lärt, och ändras när det behövs.", "en": "The direction is tested at least once a year against what we have learnt, and changed when it needs to be."},
        ),
    ),
    Dimension(
        id="culture",
        title={"sv": "Kultur", "en": "Culture"},
        asks={
            "sv": "Vad händer när någon säger att något inte fungerar?",
            "en": "What happens when somebody says that something does not work?",
        },
        anchors=(
            {"sv": "Det sägs i korridoren, inte på mötet.", "en": "It is said in the corridor, not in the meeting."},
            {"sv": "De modiga säger det, och får själva ta hand om det.", "en": "The brave ones say it, and are left to deal with it themselves."},
            {"sv": "Det finns en plats och en tid där det ska sägas, och den används.", "en": "There is a place and a time for saying it, and it is used."},
            {"sv": "Den som tar upp ett problem får tack och svar inom en bestämd tid, också när svaret är nej.", "en": "Whoever raises a problem gets thanks and an answer within a set time, also when the answer is no."},
            {"sv": "Misstag berättas vidare utan namn på den skyldiga, och andra enheter ändrar sig efter dem.", "en": "Mistakes are passed on without naming a culprit, and other units change by them."},
        ),
    ),
    Dimension(
        id="collaboration",
        title={"sv": "Samverkan", "en": "Collaboration"},
        asks={
            "sv": "Vad gör ni när frågan är större än den egna förvaltningen?",
            "en": "What do you do when the question is bigger than your own department?",
        },
        anchors=(
            {"sv": "Var och en löser sin del, och överlämningen blir någon annans problem.", "en": "Each solves their own part, and the handover becomes somebody else's problem."},
            {"sv": "Det fungerar mellan dem som känner varandra.", "en": "It works between those who know each other."},
            {"sv": "Det finns gemensamma möten med rätt personer, och någon som håller ihop dem.", "en": "There are joint meetings with the right people, and somebody who holds them together."},
            {"sv": "Vi delar mål, tid och pengar över gränsen, och beslutet gäller på båda sidor.", "en": "We share goals, time and money across the border, and the decision is valid on both sides."},
            {"sv": "Invånare, företag eller andra kommuner är med från början, och något är vårt gemensamt.", "en": "Residents, companies or other municipalities are in from the start, and something belongs to us together."},
        ),
    ),
    Dimension(
        id="processes",
        title={"sv": "Arbetssätt", "en": "Processes"},
        asks={
            "sv": "Vilken väg tar en idé från behov till att den används?",
            "en": "Which way does an idea take from need to use?",
        },
        anchors=(
            {"sv": "Det finns ingen väg. Den som orkar driver den.", "en": "There is no way. Whoever has the strength pushes it."},
            {"sv": "Det finns projekt, och när projektet är slut försvinner det mesta.", "en": "There are projects, and when the project ends most of it disappears."},
            {"sv": "Vi har gemensamma steg från behov till beslut, och de flesta vet var man börjar.", "en": "We have shared steps from need to decision, and most people know where to begin."},
            {"sv": "Vi prövar i liten skala före beslut, och det finns en mottagare innan försöket börjar.", "en": "We try on a small scale before deciding, and there is somebody to receive it before the attempt begins."},
            {"sv": "Vi lägger också ned det som inte ger något, och stegen själva förbättras efter varje varv.", "en": "We also close down what gives nothing, and the steps themselves are improved after every round."},
        ),
    ),
    Dimension(
        id="resources",
        title={"sv": "Resurser", "en": "Resources"},
        asks={
            "sv": "Varifrån kommer tiden, pengarna och kunskapen?",
            "en": "Where do time, money and knowledge come from?",
        },
        anchors=(
            {"sv": "Det görs på kvällar och i marginalen.", "en": "It is done in the evenings and at the margins."},
            {"sv": "Vi söker bidrag, och arbetar med det som bidraget gäller.", "en": "We apply for grants, and work on what the grant is for."},
            {"sv": "Det finns en budgetpost eller avsatt tid för att pröva nytt.", "en": "There is a line in the budget, or time set aside, for trying new things."},
            {"sv": "Medel kan flyttas under året till det som visar sig fungera.", "en": "Money can be moved during the year to what turns out to work."},
            {"sv": "Vi har människor som kan handleda andra, och delar dem med fler än den egna enheten.", "en": "We have people who can supervise others, and share them beyond our own unit."},
        ),
    ),
    Dimension(
        id="learning",
        title={"sv": "Lärande", "en": "Learning"},
        asks={
            "sv": "Vad händer med det ni lär er av ett försök?",
            "en": "What happens to what you learn from an attempt?",
        },
        anchors=(
            {"sv": "Det stannar hos dem som var med.", "en": "It stays with those who took part."},
            {"sv": "Det skrivs en slutrapport som få läser.", "en": "A final report is written that few people read."},
            {"sv": "Vi skriver ned vad vi trodde före, och vad som hände, medan det pågår.", "en": "We write down what we believed beforehand, and what happened, while it is going on."},
            {"sv": "Vi träffas regelbundet om vad vi lärt, och minst en plan har ändrats av det i år.", "en": "We meet regularly on what we have learnt, and at least one plan has changed because of it this year."},
            {"sv": "Andra utanför vår enhet använder det vi lärt, och vi kan visa hur.", "en": "Others outside our unit use what we have learnt, and we can show how."},
        ),
    ),
    Dimension(
        id="impact",
        title={"sv": "Effekt", "en": "Impact"},
        asks={
            "sv": "Hur vet ni att det blev bättre för dem det gäller?",
            "en": "How do you know that it got better for those concerned?",
        },
        anchors=(
            {"sv": "Vi räknar vad vi har gjort: möten, deltagare, åtgärder.", "en": "We count what we have done: meetings, participants, measures."},
            {"sv": "Vi frågar efteråt om folk är nöjda.", "en": "We ask afterwards whether people are satisfied."},
            {"sv": "Vi bestämmer före start vad som ska bli bättre, för vem, och hur vi ser det.", "en": "We decide before the start what is to get better, for whom, and how we will see it."},
            {"sv": "Vi mäter före och efter, och har slutat med något som inte gav effekt.", "en": "We measure before and after, and have stopped something that had no effect."},
            {"sv": "Vi följer effekten i flera år, även den oväntade, och låter den styra nästa budget.", "en": "We follow the effect for years, the unexpected one too, and let it guide the next budget."},
        ),
    ),
)  # fmt: skip

CAPABILITY = Instrument(
    id="capability",
    title={"sv": "Vår förmåga att förändra", "en": "Our capability to change"},
    intro={
        "sv": "Välj för varje rad den beskrivning som stämmer bäst på din del av kommunen i dag, inte den du önskar. "
        "Tänk på något som har hänt det senaste halvåret. Ligger du mellan två nivåer, välj den lägre. Svara ensam "
        "först. Svaren visas bara tillsammans, och först när minst tre har svarat.",
        "en": "On each row choose the description that best fits your part of the municipality today, not the one you "
        "wish for. Think of something that has happened in the past six months. If you are between two levels, choose "
        "the lower. Answer alone first. Answers are shown only together, and only once at least three have answered.",
    },
    dimensions=DIMENSIONS,
    whose="organisation",
    shown_from=3,
)

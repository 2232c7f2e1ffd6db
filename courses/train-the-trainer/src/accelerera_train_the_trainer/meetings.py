"""The course as a trainer gives it to a group: a morning, a meeting on screen and a full day, minute by minute."""

from __future__ import annotations

from coursekit import Activity, Meeting, Text


def _do(minutes: int, title: Text, trainer: Text, group: Text, needs: Text | None = None) -> Activity:
    return Activity(minutes=minutes, title=title, trainer=trainer, group=group, needs=needs or {})


PAUSE = _do(
    15,
    {"sv": "Paus", "en": "Break"},
    {
        "sv": "Öppna fönstret. Tala med den som varit tyst.",
        "en": "Open the window. Speak with whoever has been quiet.",
    },
    {"sv": "Rör på sig.", "en": "Moves about."},
)

SHORT_BREAK = _do(
    10,
    {"sv": "Bensträckare", "en": "Break, a short one"},
    {"sv": "Res dig själv först.", "en": "Stand up first yourself."},
    {"sv": "Rör på sig.", "en": "Moves about."},
)

MEETINGS: tuple[Meeting, ...] = (
    Meeting(
        id="start",
        title={"sv": "Träff 1: Roller och samtal (förmiddag på plats)", "en": "Meeting 1: Roles and conversations (a morning on site)"},
        aim={
            "sv": "Var och en har haft ett coachande samtal, blivit coachad och vet vad hen ska öva på.",
            "en": "Everybody has coached, has been coached, and knows what to practise.",
        },
        activities=(
            _do(20, {"sv": "Landa", "en": "Arrive"},
                {"sv": "Säg syftet i en mening. Fråga: vad vill ni kunna göra på måndag?", "en": "Say the aim in one sentence. Ask: what do you want to be able to do on Monday?"},
                {"sv": "Svarar två och två, en mening per par på väggen.", "en": "Answers in pairs, one sentence per pair on the wall."},
                {"sv": "Lappar, pennor", "en": "Notes, pens"}),
            _do(35, {"sv": "Rollkartan", "en": "The map of roles"},
                {"sv": "Läs fallet från Falkvik högt. Visa de fyra rollerna. Säg när du själv byter.", "en": "Read the Falkvik case aloud. Show the four roles. Say when you switch yourself."},
                {"sv": "Gör sin egen karta, läser en mening för grannen.", "en": "Draws their own map, reads one sentence to a neighbour."},
                {"sv": "Rollkartan på papper", "en": "The map on paper"}),
            PAUSE,
            _do(25, {"sv": "Visa ett samtal", "en": "Show a conversation"},
                {"sv": "Coacha en frivillig i åtta minuter om något verkligt. Låt gruppen sedan peka ut frågan där något hände.", "en": "Coach a volunteer for eight minutes on something real. Then let the group point out the question where something happened."},
                {"sv": "Skriver ned varje fråga. Den som coachades talar först.", "en": "Writes down every question. Whoever was coached speaks first."}),
            _do(60, {"sv": "Trion, tre varv", "en": "The trio, three rounds"},
                {"sv": "Håll tiden: 12 minuter samtal, 6 återkoppling, 2 byte. Gå runt, rätta inte.", "en": "Keep time: 12 minutes of conversation, 6 of feedback, 2 to change. Walk round, do not correct."},
                {"sv": "Coachar, blir coachad, iakttar.", "en": "Coaches, is coached, observes."},
                {"sv": "Iakttagarens blad", "en": "The observer's sheet"}),
            SHORT_BREAK,
            _do(20, {"sv": "Framplockning", "en": "Retrieval"},
                {"sv": "Utan anteckningar: vilka är de fyra rollerna, vad är GROW, vad glömdes oftast?", "en": "Without notes: which are the four roles, what is GROW, what was forgotten most?"},
                {"sv": "Skriver ensam, jämför två och två.", "en": "Writes alone, compares in pairs."}),
            _do(5, {"sv": "Löftet", "en": "The promise"},
                {"sv": "Be var och en skriva ett samtal de ska ha före nästa träff: med vem och när.", "en": "Ask each to write one conversation to have before the next meeting: with whom and when."},
                {"sv": "Skriver, visar grannen.", "en": "Writes, shows a neighbour."}),
        ),
    ),
    Meeting(
        id="problems",
        title={"sv": "Träff 2: Vilket slags problem? (på skärm)", "en": "Meeting 2: What kind of problem? (on screen)"},
        aim={
            "sv": "Varje kommun har sorterat en egen fråga och valt ett första litet försök.",
            "en": "Each municipality has sorted a question of its own and chosen a first small attempt.",
        },
        activities=(
            _do(15, {"sv": "Hur gick samtalet?", "en": "How did the conversation go?"},
                {"sv": "Dela in i par direkt. Skriv i chatten först efteråt.", "en": "Put people in pairs at once. Write in the chat only afterwards."},
                {"sv": "Berättar en sak som överraskade.", "en": "Tells one thing that surprised."}),
            _do(20, {"sv": "Tamt eller vilt?", "en": "Tame or wicked?"},
                {"sv": "Visa åtta korta fall, ett i taget. Vänta på allas svar innan du säger något.", "en": "Show eight short cases, one at a time. Wait for everybody's answer before you speak."},
                {"sv": "Röstar, motiverar, byter åsikt.", "en": "Votes, gives reasons, changes their mind."},
                {"sv": "Åtta fall på bilder", "en": "Eight cases on slides"}),
            _do(30, {"sv": "Den egna frågan", "en": "One's own question"},
                {"sv": "Ge arbetsbladet från lektion 4. Besök varje grupp en gång.", "en": "Give the worksheet of lesson 4. Visit each group once."},
                {"sv": "Delar frågan i det som går att planera och det som måste utforskas.", "en": "Splits the question into what can be planned and what has to be explored."},
                {"sv": "Arbetsblad i delat dokument", "en": "Worksheet in a shared document"}),
            _do(10, {"sv": "Paus utan skärm", "en": "Break without a screen"},
                {"sv": "Stäng kameran själv först.", "en": "Turn your own camera off first."},
                {"sv": "Reser sig.", "en": "Stands up."}),
            _do(35, {"sv": "Ett försök före fredag", "en": "An attempt before Friday"},
                {"sv": "Läs fallet från Björkhamra. Kräv ett antagande som kan visa sig fel.", "en": "Read the Björkhamra case. Demand an assumption that can turn out wrong."},
                {"sv": "Skriver antagande, försök, mått och datum på en rad.", "en": "Writes assumption, attempt, measure and date on one line."}),
            _do(10, {"sv": "Läs upp", "en": "Read out"},
                {"sv": "En rad per kommun, ingen diskussion.", "en": "One line per municipality, no discussion."},
                {"sv": "Lyssnar, antecknar en idé att låna.", "en": "Listens, notes one idea to borrow."}),
        ),
    ),
    Meeting(
        id="rehearsal",
        title={"sv": "Träff 3: Generalrepetition (heldag på plats)", "en": "Meeting 3: Rehearsal (a full day on site)"},
        aim={
            "sv": "Var och en har lett 20 minuter, fått återkoppling och lett om de första fem.",
            "en": "Everybody has led 20 minutes, had feedback and led the first five again.",
        },
        activities=(
            _do(25, {"sv": "Vad lärde försöken?", "en": "What did the attempts teach?"},
                {"sv": "Fira den lärdom som ändrade en plan, inte det försök som gick bra.", "en": "Celebrate the learning that changed a plan, not the attempt that went well."},
                {"sv": "Hänger upp raden från sist, med utfallet.", "en": "Puts up last time's line with the outcome."}),
            _do(40, {"sv": "Planera baklänges", "en": "Plan backwards"},
                {"sv": "Visa en minutplan. Låt dem stryka i den.", "en": "Show a minute-by-minute plan. Let them cross things out."},
                {"sv": "Skriver mål, bevis, övning för egna 20 minuter.", "en": "Writes goal, evidence and exercise for their own 20 minutes."},
                {"sv": "Tom minutplan", "en": "An empty plan"}),
            PAUSE,
            _do(80, {"sv": "Led, se, gör om: två av tre", "en": "Lead, watch, do again: two of three"},
                {"sv": "Tre personer per rum. 20 minuter leda, 10 återkoppling, 5 göra om, 5 byte. Håll ordningen: den som ledde först.", "en": "Three people per room. 20 minutes to lead, 10 of feedback, 5 to do again, 5 to change. Keep the order: whoever led speaks first."},
                {"sv": "Leder, deltar, iakttar med bladet.", "en": "Leads, takes part, observes with the sheet."},
                {"sv": "Rum, iakttagelseblad", "en": "Rooms, observation sheets"}),
            SHORT_BREAK,
            _do(40, {"sv": "Led, se, gör om: den tredje", "en": "Lead, watch, do again: the third"},
                {"sv": "Samma ordning. Nu vet de hur det går till: gå runt och lyssna efter frågor, inte efter svar.", "en": "The same order. They know how it works by now: walk round and listen for questions, not for answers."},
                {"sv": "Byter platser, så att alla har lett.", "en": "Changes places, so that everybody has led."}),
            _do(60, {"sv": "Lunch", "en": "Lunch"},
                {"sv": "Ät med den kommun du känner minst.", "en": "Eat with the municipality you know least."},
                {"sv": "Äter.", "en": "Eats."}),
            _do(45, {"sv": "När det skaver", "en": "When there is friction"},
                {"sv": "Spela upp tre svåra ögonblick. Stanna: vad säger du nu?", "en": "Act out three hard moments. Stop: what do you say now?"},
                {"sv": "Prövar repliker, byter ut varandra.", "en": "Tries lines, relieves one another."}),
            PAUSE,
            _do(45, {"sv": "Plan för att föra vidare", "en": "A plan for passing it on"},
                {"sv": "Fråga varje kommun: vem kan detta utan er om ett år?", "en": "Ask each municipality: who can do this without you in a year?"},
                {"sv": "Skriver namn, första gemensamma tillfälle och hur kvaliteten ses.", "en": "Writes names, the first joint session, and how quality is seen."}),
            _do(20, {"sv": "Avslut", "en": "Close"},
                {"sv": "Gör självskattningen en gång till. Fråga efter skillnaden, inte nivån.", "en": "Repeat the self-assessment. Ask for the difference, not the level."},
                {"sv": "Ett ord var.", "en": "One word each."}),
        ),
    ),
)  # fmt: skip

"""The course as a trainer gives it to a group: half a day, a meeting on screen and a full day, minute by minute."""

from __future__ import annotations

from coursekit import Activity, Meeting, Text


def _do(minutes: int, title: Text, trainer: Text, group: Text, needs: Text | None = None) -> Activity:
    return Activity(minutes=minutes, title=title, trainer=trainer, group=group, needs=needs or {})


PAUSE = _do(
    15,
    {"sv": "Paus", "en": "Break"},
    {
        "sv": "Läs det som hänger på väggen. Ställ en fråga till någon du inte har hört.",
        "en": "Read what hangs on the wall. Ask a question of somebody you have not heard.",
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
        id="frame",
        title={"sv": "Träff 1: Ramen och rösterna (halvdag på plats)", "en": "Meeting 1: The frame and the voices (half a day on site)"},
        aim={
            "sv": "Varje kommun har en ram på en sida, sju namn att tala med och två samtal bokade.",
            "en": "Every municipality has a frame on one page, seven names to talk with and two conversations booked.",
        },
        activities=(
            _do(15, {"sv": "Landa: vilket beslut väntar?", "en": "Arrive: which decision is waiting?"},
                {"sv": "Säg syftet i en mening. Fråga varje kommun: vem ska besluta vad, vilken dag?", "en": "Say the aim in one sentence. Ask each municipality: who is to decide what, on which day?"},
                {"sv": "Skriver svaret på ett ark och hänger upp det.", "en": "Writes the answer on a sheet and puts it up."},
                {"sv": "Ark, tejp, tuschpennor", "en": "Sheets, tape, markers"}),
            _do(30, {"sv": "Från lösning till behov", "en": "From solution to need"},
                {"sv": "Läs fallet om hemtjänstens bilar högt. Häng upp ett tomt ark som heter ”parkeringen”.", "en": "Read the case of the home care cars aloud. Put up an empty sheet called “the car park”."},
                {"sv": "Gör övningen i lektion 1, steg 1–4, två och två. Lösningar skrivs på parkeringen.", "en": "Does the exercise of lesson 1, steps 1–4, in pairs. Solutions go to the car park."}),
            _do(35, {"sv": "Byt ram", "en": "Swap frames"},
                {"sv": "Ge varje kommun en annan kommuns ram. Fråga: vem får skulden i den här frågan? Vilka saknas?", "en": "Give each municipality another's frame. Ask: who gets the blame in this question? Who is missing?"},
                {"sv": "Läser, skriver två frågor på ramen, lämnar tillbaka. Ändrar sin egen.", "en": "Reads, writes two questions on the frame, hands it back. Changes their own."},
                {"sv": "Ramarna utskrivna, en sida var", "en": "The frames printed, one page each"}),
            PAUSE,
            _do(30, {"sv": "Korset", "en": "The cross"},
                {"sv": "Rita korset. Godta bara namn. Stanna vid det tredje fältet: vem av dem kan ni träffa i veckan?", "en": "Draw the cross. Accept only names. Stop at the third field: whom of them can you meet this week?"},
                {"sv": "Skriver namn på lappar, placerar dem, flyttar.", "en": "Writes names on notes, places them, moves them."},
                {"sv": "Lappar i två färger", "en": "Notes in two colours"}),
            _do(55, {"sv": "Samtalet, tre varv", "en": "The conversation, three rounds"},
                {"sv": "Håll tiden: 12 minuter samtal, 4 återkoppling, 2 byte. Rätta inte, men fråga efteråt: var kom exemplet?", "en": "Keep time: 12 minutes of conversation, 4 of feedback, 2 to change. Do not correct, but ask afterwards: where did the example come?"},
                {"sv": "En frågar, en svarar om något verkligt, en räknar hur ofta den som frågar säger vad hen själv tycker.", "en": "One asks, one answers about something real, one counts how often the asker says what they think themselves."},
                {"sv": "De fem frågorna på kort", "en": "The five questions on cards"}),
            SHORT_BREAK,
            _do(20, {"sv": "Sju namn", "en": "Seven names"},
                {"sv": "Läs upp listan: mitten, kanterna, undantaget, nej-sägaren, grannen. Fråga efter undantaget två gånger.", "en": "Read out the list: the middle, the edges, the exception, the one who says no, the neighbour. Ask for the exception twice."},
                {"sv": "Väljer sju. Bokar två samtal, nu, på telefonen.", "en": "Chooses seven. Books two conversations, now, by phone."}),
            _do(10, {"sv": "Löftet", "en": "The promise"},
                {"sv": "Fråga: vad lovar ni dem som svarar, och när får de veta vad ni hörde?", "en": "Ask: what do you promise those who answer, and when will they know what you heard?"},
                {"sv": "Skriver en mening och ett datum, läser för en annan kommun.", "en": "Writes a sentence and a date, reads it to another municipality."}),
        ),
    ),
    Meeting(
        id="profile",
        title={"sv": "Träff 2: Läs profilen (på skärm)", "en": "Meeting 2: Read the profile (on screen)"},
        aim={
            "sv": "Varje kommun har läst sin profil i fyra varv och valt högst två delar att stärka.",
            "en": "Every municipality has read its profile in four rounds and chosen at most two parts to strengthen.",
        },
        activities=(
            _do(10, {"sv": "Det som förvånade i samtalen", "en": "What surprised in the conversations"},
                {"sv": "Dela in i par från olika kommuner direkt.", "en": "Put people from different municipalities in pairs at once."},
                {"sv": "Berättar en sak som hen inte hade väntat sig att få höra.", "en": "Tells one thing they had not expected to hear."}),
            _do(10, {"sv": "Läs tyst", "en": "Read in silence"},
                {"sv": "Visa varje kommun dess egen profil i ett eget rum. Säg inget om den.", "en": "Show each municipality its own profile in a room of its own. Say nothing about it."},
                {"sv": "Läser i fyra varv, skriver en sak som förvånar.", "en": "Reads in four rounds, writes one thing that surprises."},
                {"sv": "Profilen som bild och som tabell, bara grupper med minst tre svar", "en": "The profile as a picture and as a table, only groups with at least three answers"}),
            _do(20, {"sv": "Förvåningarna", "en": "The surprises"},
                {"sv": "Låt alla läsa upp. Inga kommentarer. Chefen sist.", "en": "Let everybody read theirs out. No comments. The manager last."},
                {"sv": "Läser, lyssnar, stryker under det som återkommer.", "en": "Reads, listens, underlines what comes back."}),
            _do(35, {"sv": "Två delar, exempel", "en": "Two parts, examples"},
                {"sv": "Välj de två största skillnaderna. Fråga: vad kan någon ha sett som svarat lågt? Sedan: högt?", "en": "Choose the two largest differences. Ask: what may somebody have seen who answered low? Then: high?"},
                {"sv": "Ger exempel från det senaste halvåret. Letar efter en berättelse där båda är sanna.", "en": "Gives examples from the past six months. Looks for a story in which both are true."}),
            _do(10, {"sv": "Paus utan skärm", "en": "Break without a screen"},
                {"sv": "Stäng kameran själv först.", "en": "Turn your own camera off first."},
                {"sv": "Reser sig.", "en": "Stands up."}),
            _do(20, {"sv": "Välj två", "en": "Choose two"},
                {"sv": "Ställ de tre frågorna: stoppar den oss, är nästa steg möjligt, drar den andra med sig?", "en": "Put the three questions: does it stop us, is the next step possible, does it pull others along?"},
                {"sv": "Röstar ensamma, jämför, väljer högst två.", "en": "Votes alone, compares, chooses two at most."}),
            _do(20, {"sv": "Fynd eller inte?", "en": "A finding or not?"},
                {"sv": "Visa sex meningar ur gruppens eget material, utan namn. Vänta på allas svar.", "en": "Show six sentences from the group's own material, without names. Wait for everybody's answer."},
                {"sv": "Säger iakttagelse, klagomål, lösning, tema eller fynd. Skriver om en till ett fynd.", "en": "Says observation, complaint, solution, theme or finding. Rewrites one into a finding."},
                {"sv": "Sex meningar på bilder", "en": "Six sentences on slides"}),
            _do(10, {"sv": "Vad jag själv gör annorlunda", "en": "What I do differently myself"},
                {"sv": "Be var och en skriva en mening, också du.", "en": "Ask everybody to write one sentence, yourself too."},
                {"sv": "Skriver, läser för en kollega, bestämmer när.", "en": "Writes, reads it to a colleague, settles when."}),
        ),
    ),
    Meeting(
        id="plan",
        title={"sv": "Träff 3: Fynd, sortering, plan (heldag på plats)", "en": "Meeting 3: Findings, sorting, plan (a full day on site)"},
        aim={
            "sv": "Varje kommun har fynd som klarat en granskning, en sortering, två sidor plan och en liten seger med datum.",
            "en": "Every municipality has findings that stood up to a review, a sorting, two pages of plan and a small win with a date.",
        },
        activities=(
            _do(20, {"sv": "Fynden på väggen", "en": "The findings on the wall"},
                {"sv": "Låt alla gå runt under tystnad. Fråga: vilket fynd skulle kunna vara vårt?", "en": "Let everybody walk round in silence. Ask: which finding could be ours?"},
                {"sv": "Läser, sätter ett märke vid ett fynd från en annan kommun.", "en": "Reads, puts a mark on one finding of another municipality."},
                {"sv": "Varje fynd på ett eget ark", "en": "Each finding on a sheet of its own"}),
            _do(45, {"sv": "Fäll fyndet", "en": "Bring the finding down"},
                {"sv": "Byt fynd mellan kommunerna. Uppgift: en annan förklaring på tio minuter, tre gånger.", "en": "Swap findings between municipalities. Task: another explanation in ten minutes, three times."},
                {"sv": "Letar, skriver på raden Emot, lämnar tillbaka. Ägaren ändrar fynd eller bokstav.", "en": "Looks, writes on the line Against, hands it back. The owner changes the finding or the letter."}),
            PAUSE,
            _do(70, {"sv": "Sortera", "en": "Sort"},
                {"sv": "Rita fyra rutor på golvet. Räkna ned till röstningen. Stoppa efter fyra minuter. Den som valt högst ruta talar först.", "en": "Draw four boxes on the floor. Count down to the vote. Stop after four minutes. Whoever chose the highest box speaks first."},
                {"sv": "Röstar med fingrar, delar det blandade, lägger arken i rutorna.", "en": "Votes with fingers, divides what is mixed, lays the sheets in the boxes."},
                {"sv": "Tejp på golvet", "en": "Tape on the floor"}),
            _do(60, {"sv": "Lunch, och ett telefonsamtal", "en": "Lunch, and a phone call"},
                {"sv": "Be varje kommun att lämna över ett fynd ur ruta 1 före efterrätten.", "en": "Ask each municipality to hand over one finding of box 1 before dessert."},
                {"sv": "Äter. Någon ringer.", "en": "Eats. Somebody phones."}),
            _do(60, {"sv": "Den strategiska sidan", "en": "The strategic page"},
                {"sv": "Börja med rutan ”vi avstår från”. Gå runt och fråga: vem blir besviken?", "en": "Begin with the box “we refrain from”. Walk round and ask: who will be disappointed?"},
                {"sv": "Skriver sex rutor. Drar linjer från mål till fynd.", "en": "Writes six boxes. Draws lines from goals to findings."},
                {"sv": "Sidan i stort format", "en": "The page in a large format"}),
            _do(30, {"sv": "Guiden", "en": "The guide"},
                {"sv": "Visa tabellen ur lektion 9. Godta högst två insatser, och var och en bara med sitt om, så, eftersom.", "en": "Show the table of lesson 9. Accept two services at most, and each only with its if, then, because."},
                {"sv": "Väljer, skriver meningarna, prövar dem på en annan kommun.", "en": "Chooses, writes the sentences, tries them on another municipality."}),
            PAUSE,
            _do(45, {"sv": "Läs varandra", "en": "Read each other"},
                {"sv": "Dela ut matrisen. En kommun läser en annans utkast: svagaste raden, och en fråga till den.", "en": "Hand out the rubric. One municipality reads another's draft: the weakest row, and a question about it."},
                {"sv": "Läser, säger, lyssnar, ändrar.", "en": "Reads, speaks, listens, changes."},
                {"sv": "Utkasten och matrisen på papper", "en": "The drafts and the rubric on paper"}),
            _do(30, {"sv": "Två minuter till ledningen", "en": "Two minutes for top management"},
                {"sv": "Ta tid. Spela ekonomichef och ställ tre frågor. Beslutet ska komma i första meningen.", "en": "Keep time. Play the finance manager and ask three questions. The decision is to come in the first sentence."},
                {"sv": "Läser sidan högt, svarar, stryker.", "en": "Reads the page aloud, answers, strikes."}),
            _do(15, {"sv": "Den första lilla segern", "en": "The first small win"},
                {"sv": "Fråga varje kommun: vem gör vad före fredag, och vem märker det?", "en": "Ask each municipality: who does what before Friday, and who will notice?"},
                {"sv": "Säger det högt, skriver det, bokar de tre uppföljningsmötena.", "en": "Says it aloud, writes it, books the three follow-up meetings."}),
        ),
    ),
)  # fmt: skip

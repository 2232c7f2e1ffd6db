"""The course as a trainer gives it: half a day on site, a meeting on screen and half a day on site, by the minute."""

from __future__ import annotations

from coursekit import Activity, Meeting, Text


def _do(minutes: int, title: Text, trainer: Text, group: Text, needs: Text | None = None) -> Activity:
    return Activity(minutes=minutes, title=title, trainer=trainer, group=group, needs=needs or {})


MEETINGS: tuple[Meeting, ...] = (
    Meeting(
        id="name",
        title={"sv": "Träff 1: Ringa in tillsammans (halvdag på plats)", "en": "Meeting 1: Name it together (half a day on site)"},
        aim={
            "sv": "Varje utmaning har en mening som rymmer parterna, en karta med tomma platser och tre samtal att ha.",
            "en": "Each challenge has a sentence that holds the parties, a map with empty places, and three conversations to have.",
        },
        activities=(
            _do(20, {"sv": "Vad har du sett?", "en": "What have you seen?"},
                {"sv": "Gå till platsen om den är nära, annars en bild. Ingen presentationsrunda. Fråga: ”Vad har du själv sett?”", "en": "Go to the place if it is near, otherwise a picture. No round of introductions. Ask: “What have you seen yourself?”"},
                {"sv": "Berättar en minut var, med egna ögon.", "en": "Tells for a minute each, with their own eyes."}),
            _do(25, {"sv": "Rätt i rutan, fel emellan", "en": "Right in the box, wrong between"},
                {"sv": "Läs fallet Lillån högt. Be dem rita sina rutor. Fråga bara: ”Vad blir fel mellan dem?”", "en": "Read the Lillån case aloud. Ask them to draw their boxes. Only ask: “What goes wrong between them?”"},
                {"sv": "Ritar rutor, skriver mellan dem, väljer steg på stegen.", "en": "Draws boxes, writes between them, chooses a step of the ladder."},
                {"sv": "Stora papper, pennor", "en": "Large sheets, pens"}),
            _do(45, {"sv": "Meningen", "en": "The sentence"},
                {"sv": "”Problemet är att ...” Tyst, en lapp var. Sätt upp utan att sortera. Säg: ”Alla är sanna. Vilken mening rymmer dem?” Vänta.", "en": "“The problem is that ...” In silence, one note each. Put them up unsorted. Say: “All are true. Which sentence holds them?” Wait."},
                {"sv": "Skriver, läser, skriver om, skriver under med datum.", "en": "Writes, reads, rewrites, signs with a date."},
                {"sv": "Lappar, en lång vägg", "en": "Notes, a long wall"}),
            _do(15, {"sv": "Paus med promenad", "en": "Break with a walk"},
                {"sv": "Para ihop dem som aldrig har talats vid.", "en": "Pair those who have never spoken."},
                {"sv": "Frågar: ”Hur mäts ni?”", "en": "Asks: “How are you measured?”"}),
            _do(40, {"sv": "Kartan", "en": "The map"},
                {"sv": "Rita ringarna. Kräv namn på personer. Ställ fram en tom stol.", "en": "Draw the rings. Demand names of people. Put out an empty chair."},
                {"sv": "Placerar, märker M, R, B, sätter frågetecken efter det ingen hört.", "en": "Places, marks P, L, U, puts a question mark after what nobody has heard."},
                {"sv": "En tom stol med skylt", "en": "An empty chair with a sign"}),
            _do(25, {"sv": "Fråga fram intresset", "en": "Ask for the interest"},
                {"sv": "Visa ett samtal med en frivillig: ”Vad blir möjligt för dig om ...?” Låt gruppen skriva frågorna.", "en": "Show a conversation with a volunteer: “What becomes possible for you if ...?” Let the group write down the questions."},
                {"sv": "Övar i par, byter.", "en": "Practises in pairs, swaps."}),
            _do(15, {"sv": "Tre samtal", "en": "Three conversations"},
                {"sv": "Be om namn, datum och frågan, skrivna. Lämna över ledningen av rundan till en deltagare.", "en": "Ask for name, date and question in writing. Hand the lead of the round to a participant."},
                {"sv": "Skriver tre samtal per utmaning, läser upp.", "en": "Writes three conversations per challenge, reads out."}),
        ),
    ),
    Meeting(
        id="footing",
        title={"sv": "Träff 2: Mandat, fickor och regler (på skärm)", "en": "Meeting 2: Mandate, pockets and rules (on screen)"},
        aim={
            "sv": "Varje utmaning har minst två mandatkort, en fickkarta som juristen har sett och ett första litet åtagande.",
            "en": "Each challenge has at least two mandate cards, a map of pockets that the lawyer has seen, and a first small commitment.",
        },
        activities=(
            _do(15, {"sv": "Vad hörde du?", "en": "What did you hear?"},
                {"sv": "Par direkt. Fråga: ”Vilket intresse hade du gissat fel?”", "en": "Pairs at once. Ask: “Which interest had you guessed wrongly?”"},
                {"sv": "Berättar ett intresse som överraskade, ändrar kartan.", "en": "Tells of an interest that surprised, changes the map."},
                {"sv": "Kartan i delat dokument", "en": "The map in a shared document"}),
            _do(25, {"sv": "Mandatkortet", "en": "The mandate card"},
                {"sv": "Läs fallet om godset i Granåsa. Stanna vid de tomma korten. Fråga: ”Vad står i din punkt 5?”", "en": "Read the freight case from Granåsa. Stop at the empty cards. Ask: “What does your point 5 say?”"},
                {"sv": "Fyller i, läser punkt 2 och 5 för en annan part.", "en": "Fills it in, reads points 2 and 5 to another party."}),
            _do(30, {"sv": "Fickkartan", "en": "The map of pockets"},
                {"sv": "Lägg jurist och ekonom i grupprummen från början. Ställ frågan ”hur kan vi?”, inte ”får vi?”.", "en": "Put lawyer and economist into the breakout rooms from the start. Ask “how can we?”, not “may we?”."},
                {"sv": "Fyller i raderna, ringar in den sneda, föreslår ett byte.", "en": "Fills in the rows, circles the lopsided one, proposes a swap."},
                {"sv": "Jurist och ekonom; tabell i delat dokument", "en": "Lawyer and economist; a table in a shared document"}),
            _do(10, {"sv": "Paus utan skärm", "en": "Break without a screen"},
                {"sv": "Stäng kameran själv först.", "en": "Turn your own camera off first."},
                {"sv": "Reser sig.", "en": "Stands up."}),
            _do(25, {"sv": "Åtta frågor", "en": "Eight questions"},
                {"sv": "Läs Ostroms principer en i taget. Grönt, gult, rött i chatten, alla samtidigt. Tala bara om oenighet.", "en": "Read Ostrom's principles one at a time. Green, yellow, red in the chat, all at once. Talk only about disagreement."},
                {"sv": "Svarar, väljer en röd, skriver påföljdstrappan.", "en": "Answers, chooses a red one, writes the consequences in steps."}),
            _do(15, {"sv": "Sex veckor", "en": "Six weeks"},
                {"sv": "Fråga två gånger: ”Hur gör ni det hälften så stort?” Kräv minst två parter.", "en": "Ask twice: “How do you make it half as large?” Demand at least two parties."},
                {"sv": "Skriver ett första åtagande med namn och datum, läser upp själv.", "en": "Writes a first commitment with names and dates, reads it out themselves."}),
        ),
    ),
    Meeting(
        id="carry",
        title={"sv": "Träff 3: Genomföra och våga vara oense (halvdag på plats)", "en": "Meeting 3: Carry out and dare to disagree (half a day on site)"},
        aim={
            "sv": "Varje utmaning har gått igenom sitt åtagande, skrivit det man är oense om och bestämt hur samverkan ska sluta.",
            "en": "Each challenge has reviewed its commitment, written what it disagrees on, and decided how the collaboration is to end.",
        },
        activities=(
            _do(35, {"sv": "Genomgången", "en": "The review"},
                {"sv": "Fyra frågor: Vad såg vi? Vad hade vi tur med? Vad ändrar vi? Vad slutar vi med? Börja inte med vad som gick bra.", "en": "Four questions: What did we see? What were we lucky with? What do we change? What do we stop doing? Do not begin with what went well."},
                {"sv": "Skriver ensam, läser upp, skriver en lärdom per utmaning.", "en": "Writes alone, reads out, writes one learning per challenge."}),
            _do(40, {"sv": "Fönstret i rummet intill", "en": "The window in the next room"},
                {"sv": "Berätta om biblioteket. Ta en verklig oenighet. Låt var och en återge den andres behov tills hen säger ”ja, så är det”.", "en": "Tell the story of the library. Take a real disagreement. Let each repeat the other's need until they say “yes, that is it”."},
                {"sv": "Skriver krav och behov, återger, letar tre fönster.", "en": "Writes demands and needs, repeats, looks for three windows."}),
            _do(20, {"sv": "Den osagda makten", "en": "The unsaid power"},
                {"sv": "Läs de fem spåren. Börja med din egen makt i rummet. Fråga sedan den starkaste parten först.", "en": "Read the five traces. Begin with your own power in the room. Then ask the strongest party first."},
                {"sv": "Skriver en mening, läser den som vill.", "en": "Writes a sentence; whoever wants to reads it."}),
            _do(15, {"sv": "Paus", "en": "Break"},
                {"sv": "Var kvar i rummet. Någon behöver prata.", "en": "Stay in the room. Somebody needs to talk."},
                {"sv": "Rör på sig.", "en": "Moves about."}),
            _do(50, {"sv": "Visa och bedöm", "en": "Show and judge"},
                {"sv": "Tio minuter per utmaning. Läs matrisen rad för rad med en deltagare från en annan organisation. Säg först vad ni såg.", "en": "Ten minutes per challenge. Read the rubric row by row with a participant from another organisation. First say what you saw."},
                {"sv": "Visar, lyssnar, väljer en rad att stärka.", "en": "Shows, listens, chooses one row to strengthen."},
                {"sv": "Matrisen, ett blad per utmaning", "en": "The rubric, one sheet per challenge"}),
            _do(20, {"sv": "Så ska det sluta", "en": "How it is to end"},
                {"sv": "Klar, övergår eller stannar? Kräv datum. Fråga: ”Vem kan detta om en av er slutar?”", "en": "Finished, passes over or stops? Demand a date. Ask: “Who knows this if one of you leaves?”"},
                {"sv": "Skriver slut, datum och andra person per part.", "en": "Writes ending, date and a second person per party."}),
            _do(10, {"sv": "Tacka", "en": "Say thank you"},
                {"sv": "Be var och en tacka någon som inte är här, skriftligt, nu.", "en": "Ask each to thank somebody who is not here, in writing, now."},
                {"sv": "Skriver och skickar.", "en": "Writes and sends."}),
        ),
    ),
)  # fmt: skip

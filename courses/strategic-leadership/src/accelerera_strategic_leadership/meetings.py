"""The course as a trainer gives it to a management group: three half-days, minute by minute."""

from __future__ import annotations

from coursekit import Activity, Meeting, Text


def _do(minutes: int, title: Text, trainer: Text, group: Text, needs: Text | None = None) -> Activity:
    return Activity(minutes=minutes, title=title, trainer=trainer, group=group, needs=needs or {})


BREAK = _do(
    15,
    {"sv": "Paus utan telefon", "en": "Break without a phone"},
    {"sv": "Säg när ni börjar igen, och börja då.", "en": "Say when you begin again, and begin then."},
    {"sv": "Går en sväng, gärna två och två.", "en": "Takes a short walk, preferably in pairs."},
)

MEETINGS: tuple[Meeting, ...] = (
    Meeting(
        id="choose",
        title={"sv": "Träff 1: Vad bara vi kan göra (halvdag på plats)", "en": "Meeting 1: What only we can do (half a day on site)"},
        aim={
            "sv": "Gruppen har en diagnos, en vägledande princip och två saker som avslutas.",
            "en": "The group has a diagnosis, a guiding policy and two things that are ended.",
        },
        activities=(
            _do(15, {"sv": "Frågan som kommer tillbaka", "en": "The question that comes back"},
                {"sv": "Ingen presentationsrunda. Be var och en skriva tre frågor som varit uppe minst tre gånger.", "en": "No round of introductions. Ask each to write three questions that have been up at least three times."},
                {"sv": "Skriver i tystnad, sätter upp lapparna.", "en": "Writes in silence, puts the notes up."},
                {"sv": "Lappar, pennor, en lång vägg", "en": "Notes, pens, a long wall"}),
            _do(30, {"sv": "Fallet Falkvik", "en": "The Falkvik case"},
                {"sv": "Läs fallet i lektion 1 högt. Fråga: ”Vad kunde Maj inte göra?” Vänta.", "en": "Read the case of lesson 1 aloud. Ask: “What could Maj not do?” Wait."},
                {"sv": "Svarar i par, väljer en egen fråga, märker åtgärderna T eller A.", "en": "Answers in pairs, chooses a question of their own, marks the measures T or A."},
                {"sv": "Fallet på papper", "en": "The case on paper"}),
            _do(25, {"sv": "Avstå från", "en": "Give up"},
                {"sv": "Be om meningen från övningen. Den högsta chefen läser sist. Kommentera inte.", "en": "Ask for the sentence of the exercise. The chief executive reads last. Do not comment."},
                {"sv": "Skriver en mening, läser den högt.", "en": "Writes one sentence, reads it aloud."}),
            BREAK,
            _do(35, {"sv": "Diagnosen", "en": "The diagnosis"},
                {"sv": "Visa kärnans tre delar. Låt lotsen lägga fram tre fynd ur behovsanalysen.", "en": "Show the three parts of the kernel. Let the guide present three findings of the needs analysis."},
                {"sv": "Skriver var sin diagnos, jämför, väljer en med datum.", "en": "Each writes a diagnosis, compares, chooses one with a date."},
                {"sv": "Fynd ur behovsanalysen, en sida", "en": "Findings of the needs analysis, one page"}),
            _do(30, {"sv": "Vänd på meningen", "en": "Turn the sentence round"},
                {"sv": "Läs varje princip baklänges. Stryk den vars motsats är dum.", "en": "Read each policy in reverse. Cross out any whose opposite is silly."},
                {"sv": "Skriver om tills något får väja.", "en": "Rewrites until something gives way."}),
            _do(20, {"sv": "Det vi avslutar", "en": "What we end"},
                {"sv": "Fråga: ”Vem tackar, när, inför vilka?”", "en": "Ask: “Who says thank you, when, in front of whom?”"},
                {"sv": "Väljer två saker, med namn och datum.", "en": "Chooses two things, with names and dates."}),
            _do(10, {"sv": "Före fredag", "en": "Before Friday"},
                {"sv": "Fråga var och en: ”Vad gör du själv, före fredag?” Godta inga uppdrag till staben.", "en": "Ask each: “What do you do yourself, before Friday?” Accept no tasks for the staff."},
                {"sv": "Skriver, läser för grannen.", "en": "Writes, reads to a neighbour."}),
        ),
    ),
    Meeting(
        id="buy",
        title={"sv": "Träff 2: Besluta och köpa (halvdag på plats)", "en": "Meeting 2: Deciding and buying (half a day on site)"},
        aim={
            "sv": "Ett verkligt köp har fått funktionskrav och ett öppet sätt att bära risken; ett verkligt beslut har prövats i förväg.",
            "en": "A real purchase has functional requirements and an open way to carry the risk; a real decision has been tried in advance.",
        },
        activities=(
            _do(15, {"sv": "Vad gjorde du själv?", "en": "What did you do yourself?"},
                {"sv": "En mening var. Den högsta chefen sist. Beröm inte, fråga ”vad hände då?”", "en": "One sentence each. The chief executive last. Do not praise, ask “what happened then?”"},
                {"sv": "Berättar, lyssnar.", "en": "Tells, listens."}),
            _do(20, {"sv": "Väggen", "en": "The wall"},
                {"sv": "Rita de fyra rutorna från lektion 3. Tyst placering i fem minuter.", "en": "Draw the four boxes of lesson 3. Silent placing for five minutes."},
                {"sv": "Sätter upp insatser, ringar in oenighet, letar tomrum.", "en": "Puts up efforts, circles disagreement, looks for empty space."},
                {"sv": "Insatser på lappar, skrivna i förväg", "en": "Efforts on notes, written in advance"}),
            _do(35, {"sv": "Förhandsobduktion", "en": "Premortem"},
                {"sv": "Läs upp beslutet. ”Det är om två år och det blev ett misslyckande. Varför?” Tre minuter tystnad.", "en": "Read the decision. “It is two years from now and it was a failure. Why?” Three minutes of silence."},
                {"sv": "Skriver, läser varvet runt, ändrar förslaget, sätter stoppvillkor.", "en": "Writes, reads round the table, changes the proposal, sets a stop condition."}),
            BREAK,
            _do(50, {"sv": "Från pryl till verkan", "en": "From gadget to effect"},
                {"sv": "Sätt ihop bord med verksamhet, upphandling, ekonomi och en chef. Läs fallet Granåsa. Gå mellan borden.", "en": "Make tables of department, procurement, finance and one manager. Read the Granåsa case. Walk between tables."},
                {"sv": "Skriver om ett verkligt krav, väljer steg i trappan, skriver frågor till marknaden.", "en": "Rewrites a real requirement, chooses a step of the staircase, writes questions to the market."},
                {"sv": "Kravlistan från ett kommande köp; upphandlare, verksamhet och ekonomi på plats", "en": "The requirements of a coming purchase; procurement, departments and finance present"}),
            _do(25, {"sv": "Tre rader till nämnden", "en": "Three lines to the committee"},
                {"sv": "Be varje chef skriva risken öppet. Låt upphandlaren svara: ”Vågar jag nu?”", "en": "Ask each manager to write the risk openly. Let the procurement officer answer: “Do I dare now?”"},
                {"sv": "Skriver, läser för upphandlaren, skriver om.", "en": "Writes, reads to the procurement officer, rewrites."}),
            _do(20, {"sv": "Röd lampa", "en": "Red light"},
                {"sv": "Spela upp: någon sätter en röd lampa. Stanna efter chefens första mening. Gör om.", "en": "Act it out: somebody sets a red light. Stop after the manager's first sentence. Do it again."},
                {"sv": "Prövar repliker, säger hur svaret kändes.", "en": "Tries lines, says how the answer felt."}),
        ),
    ),
    Meeting(
        id="revise",
        title={"sv": "Träff 3: Den första omprövningen (halvdag på plats)", "en": "Meeting 3: The first revision (half a day on site)"},
        aim={
            "sv": "Planen är omprövad på riktigt, något är avslutat, och var och en har ett beteende att öva på.",
            "en": "The plan has really been revised, something has been ended, and each has a behaviour to practise.",
        },
        activities=(
            _do(30, {"sv": "Se efter", "en": "Check"},
                {"sv": "Ett antagande i taget. Stoppa varje omdöme: ”Vad såg du?”", "en": "One assumption at a time. Stop every verdict: “What did you see?”"},
                {"sv": "Läser upp siffror och besök, jämför med det de trodde.", "en": "Reads out figures and visits, compares with what they believed."},
                {"sv": "Planen från lektion 8, förstorad", "en": "The plan of lesson 8, enlarged"}),
            _do(30, {"sv": "Förstå", "en": "Understand"},
                {"sv": "Fråga: ”Vilket antagande bär inte? Håller diagnosen?” Vänta dubbelt så länge som känns bra.", "en": "Ask: “Which assumption does not carry? Does the diagnosis hold?” Wait twice as long as is comfortable."},
                {"sv": "Skriver ensam, jämför i par, enas om en mening.", "en": "Writes alone, compares in pairs, agrees on one sentence."}),
            BREAK,
            _do(40, {"sv": "Ompröva", "en": "Revise"},
                {"sv": "Håll fast vid fyra ord: behåll, ändra, avsluta, lägg till. Lägger de till, fråga vad som avslutas.", "en": "Hold on to four words: keep, change, end, add. If they add, ask what is ended."},
                {"sv": "Går igenom steg för steg, skriver namn och datum.", "en": "Goes through it step by step, writes names and dates."}),
            _do(20, {"sv": "Berätta", "en": "Tell"},
                {"sv": "Kräv tre meningar och att de skickas före lunch.", "en": "Demand three sentences, and that they are sent before lunch."},
                {"sv": "Skriver och skickar till dem som berörs.", "en": "Writes and sends to those concerned."}),
            _do(25, {"sv": "Bedömningen", "en": "The judgement"},
                {"sv": "Läs matrisen rad för rad tillsammans med den andra kommunens ledare. Säg först vad ni såg.", "en": "Read the rubric row by row with the other municipality's leader. First say what you saw."},
                {"sv": "Lyssnar, frågar, väljer en rad att stärka.", "en": "Listens, asks, chooses one row to strengthen."},
                {"sv": "Matrisen, ett blad per plan", "en": "The rubric, one sheet per plan"}),
            _do(20, {"sv": "När ... då ...", "en": "When ... then ..."},
                {"sv": "Visa ditt eget. Godta bara beteenden som syns.", "en": "Show your own. Accept only behaviours that show."},
                {"sv": "Skriver, läser för en kollega, bokar kvarten om sex veckor.", "en": "Writes, reads to a colleague, books the quarter of an hour in six weeks."}),
        ),
    ),
)  # fmt: skip

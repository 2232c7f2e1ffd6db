"""The demonstration: a made-up consortium, its municipalities and people, with a past and a present."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, time, timedelta

from flask import current_app
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.accounts import invitations
from app.accounts import service as accounts
from app.accounts.models import Person
from app.assessments import assigning
from app.clock import STOCKHOLM, local_date
from app.declarations import training as declarations
from app.deliveries import bookings, planning
from app.demo import factories as make
from app.journeys import service as journeys
from app.licensing import figures, income, licences, market, pricing, publishers
from app.licensing.signing import new_key
from app.organisations.models import Organisation
from app.organisations.service import create_organisation
from app.royalties import closing, sums
from app.royalties import plans as royalties
from app.rules.settlement import month_of
from app.rules.terms import Price, write
from app.schemes import service as schemes

Progress = Callable[[str], None]

FIRST = "needs-and-current-state"  # the course of module 1
LICENSED = "collaboration-capability"  # the course of module 4

# The lessons of the course of module 2, as its package names them.
LESSONS = (
    "01-the-role",
    "02-how-adults-learn",
    "03-the-coaching-conversation",
    "04-wicked-and-tame",
    "05-the-innovation-system",
    "06-design-a-session",
    "07-lead-a-group",
    "08-small-experiments",
)


class NotHere(Exception):
    """Demonstration data is refused: in production, or where there is data already."""


@dataclass(slots=True)
class World:
    """Who and what the demonstration is about."""

    session: Session
    now: datetime
    places: dict[str, Organisation]
    people: dict[str, Person]

    def ago(self, days: int, hour: int = 9) -> datetime:
        """That many days back, at a full hour in Stockholm."""
        day = local_date(self.now) - timedelta(days=days)
        return datetime.combine(day, time(hour), STOCKHOLM).astimezone(self.now.tzinfo)


def is_empty(session: Session) -> bool:
    """Whether nobody has used the service yet."""
    return session.scalars(select(Organisation.id).limit(1)).first() is None


def _people(world: World) -> None:
    session, long_ago = world.session, world.ago(810)
    world.places["consortium"] = make.consortium(session, now=long_ago)
    world.places["partner"] = create_organisation(
        session, name="Broar Exempel AB", kind="partner", by=None, now=long_ago
    )
    for name in ("Falkviks kommun", "Granåsa kommun", "Sundmåla kommun"):
        world.places[name.split()[0]] = make.municipality(session, name, now=long_ago)
    home, falkvik = world.places["consortium"], world.places["Falkviks"]
    granasa, sundmala = world.places["Granåsa"], world.places["Sundmåla"]
    everyone = [
        ("Ada Demolin", home, ("administrator",)),
        ("Love Exempel", home, ()),
        ("Cleo Fiktiv", home, ("certifier",)),
        ("Egil Provberg", home, ("examiner",)),
        ("Cajsa Låtsas", home, ()),
        ("Tilde Påhitt", falkvik, ()),
        ("Leo Exempelsson", falkvik, ("lead",)),
        ("Petra Fiktivsson", world.places["partner"], ("partner",)),
    ]
    for name, place, roles in everyone:
        world.people[name.split()[0]] = make.person(
            session, name, organisation=place, roles=roles, demonstration=True, now=long_ago
        )
    for name, place, roles in [
        ("Ruben Provberg", home, ("certifier",)),
        ("Saga Fiktiv", home, ("examiner",)),
        ("Mårten Låtsas", home, ()),
        ("Nils Påhitt", falkvik, ()),
        ("Olga Demolin", falkvik, ()),
        ("Pelle Exempel", granasa, ()),
        ("Rut Låtsas", granasa, ()),
        ("Sten Provberg", sundmala, ()),
        ("Åsa Fiktiv", sundmala, ()),
    ]:
        world.people[name.split()[0]] = make.person(
            session, name, organisation=place, roles=roles, now=long_ago
        )
    ada = world.people["Ada"].id
    love = world.people["Love"].id
    for place in (falkvik, granasa):
        accounts.grant_role(session, person=love, role="guide", organisation=place.id, by=ada, now=long_ago)
        journeys.assign_guide(session, organisation=place.id, guide=love, by=ada, now=long_ago)


def _invited(world: World) -> None:
    """Two who have yet to answer the guide."""
    session, places, love = world.session, world.places, world.people["Love"]
    for days, name, place in ((6, "Berit Påhitt", "Granåsa"), (2, "Kalle Fiktiv", "Falkviks")):
        invitations.invite(
            session,
            email=f"{name.split()[0].lower()}.inbjuden@example.org",
            name=name,
            organisation=places[place].id,
            by=love.id,
            now=world.ago(days),
        )


def _founders(world: World) -> None:
    people, session = world.people, world.session
    coach = ("participant", "pollinator", "certified-coach")
    make.founder(session, people["Cajsa"], coach, by=people["Cleo"], now=world.ago(600))
    make.founder(session, people["Mårten"], (*coach, "lead-trainer"), by=people["Ruben"], now=world.ago(590))


def _become_participant(world: World, who: Person, *, days: int) -> None:
    """The way to the first certificate, ending ``days`` ago with everything met."""
    session, trainer = world.session, world.people["Cajsa"]
    make.candidacy(session, who, "participant", now=world.ago(days + 60))
    for lesson in range(1, 5):
        make.training(session, who, at=world.ago(days + 50 - lesson), minutes=90, unit=LESSONS[lesson - 1])
    for meeting in (30, 20):
        make.attended(
            session, who, at=world.ago(days + meeting), minutes=180, of_minutes=180, trainer=trainer
        )
    make.quiz(session, who, "self-check", 90, at=world.ago(days + 1))


def _on_their_way(world: World) -> None:
    session, people, places = world.session, world.people, world.places
    tilde = people["Tilde"]
    _become_participant(world, tilde, days=160)
    participant = make.learners.find_open(
        session, owner=places["consortium"].id, person=tilde.id, scheme="participant"
    )
    if participant is not None:
        make.certificate(session, participant, by=people["Ruben"], now=world.ago(155))
    make.candidacy(session, tilde, "pollinator", now=world.ago(150))
    for week, client in enumerate(("Granåsa", "Sundmåla", "Granåsa", "Falkviks", "Granåsa", "Sundmåla")):
        make.coached(session, tilde, places[client], at=world.ago(120 - 14 * week, 13), minutes=150)
    make.observed(session, tilde, people["Saga"], at=world.ago(45, 14))
    make.logged(session, tilde, places["Granåsa"], at=world.ago(2, 13), minutes=90)
    plan = make.handed_in(session, tilde, "pollinator", "plan-portfolio", now=world.ago(3))
    assigning.assign(session, plan, people["Egil"].id, by=people["Cleo"].id, now=world.ago(2))
    for week in range(3):
        make.mentored(session, tilde, people["Mårten"], at=world.ago(110 - 28 * week, 10), minutes=60)
    make.led(session, tilde, places["Granåsa"], at=world.ago(60, 13), co=True)
    for lesson in range(5, 9):
        make.training(session, tilde, at=world.ago(100 - lesson), minutes=90, unit=LESSONS[lesson - 1])
    make.candidacy(session, people["Nils"], "participant", now=world.ago(40))
    make.studied(session, people["Nils"], FIRST, lessons=1, since=world.ago(36))
    make.studied(session, people["Leo"], FIRST, lessons=4, since=world.ago(9))
    make.training(session, people["Nils"], at=world.ago(30), minutes=90, unit=LESSONS[0])
    make.candidacy(session, people["Cajsa"], "lead-trainer", now=world.ago(200))
    for round_ in range(4):
        where = places["Granåsa" if round_ % 2 else "Sundmåla"]
        delivery = make.led(session, people["Cajsa"], where, at=world.ago(180 - 30 * round_, 9))
        for guest in range(8):
            value = 5 if guest % 3 else 4
            make.rated(
                session, people["Cajsa"], delivery, value, at=world.ago(179 - 30 * round_, 12 + guest % 4)
            )
    for month in range(9):
        make.coached(
            session, people["Cajsa"], places["Sundmåla"], at=world.ago(30 + 20 * month, 14), minutes=240
        )


def _further_training(world: World) -> None:
    """What Cajsa has learnt towards her renewal: one thing accepted, one waiting to be judged."""
    session, cajsa, cleo = world.session, world.people["Cajsa"], world.people["Cleo"]
    taken = make.declared(
        session, cajsa, "Konferens om lärande i offentlig sektor", at=world.ago(90), credits=6
    )
    declarations.accept(session, taken, credits=6, category="core", by=cleo.id, now=world.ago(85))
    make.declared(session, cajsa, "Etik i handledning", at=world.ago(4), credits=3, category="ethics")


def _ready(world: World) -> None:
    """People whom a certifier can decide on today."""
    for days, name in ((12, "Olga"), (8, "Pelle"), (5, "Rut")):
        _become_participant(world, world.people[name], days=days)


def _sessions(world: World) -> None:
    session, people, places = world.session, world.people, world.places
    cajsa = people["Cajsa"]
    title = {"sv": "Att handleda och coacha förändring", "en": "Supervising and coaching change"}
    for days, place, booked in (
        (6, "Falkviks", ("Nils", "Olga")),
        (20, "Granåsa", ("Pelle", "Rut", "Tilde")),
    ):
        day = local_date(world.now) + timedelta(days=days)
        starts = datetime.combine(day, time(9), STOCKHOLM).astimezone(world.now.tzinfo)
        plan = planning.Plan(
            course=make.COURSE,
            title=title,
            starts=starts,
            ends=starts + timedelta(hours=3),
            zone="Europe/Stockholm",
            minutes=180,
            capacity=16,
            place=f"{places[place].name}, kommunhuset",
        )
        delivery = planning.plan_session(
            session, plan, trainer=cajsa.id, municipality=places[place].id, by=cajsa.id, now=world.now
        )
        planning.open_session(session, delivery, by=cajsa.id, now=world.now)
        for name in booked:
            bookings.book(session, delivery, person=people[name].id, by=people[name].id, now=world.now)


def _licences(world: World) -> None:
    """The course of module 4 needs the partner's licence: each municipality has one, and Falkvik's first is used up.
    The key that signed them is thrown away."""
    session, places, partner = world.session, world.places, world.places["partner"]
    private, public = new_key()
    made, petra = world.ago(100), world.people["Petra"].id
    publishers.name_publisher(
        session, LICENSED, publisher=partner.id, by=world.people["Ada"].id, now=world.ago(101)
    )
    publishers.add_key(session, public, publisher=partner.id, by=petra, now=made)
    for place, seats, ends in (
        ("Falkviks", 3, 60),
        ("Falkviks", 40, 400),
        ("Granåsa", 40, 400),
        ("Sundmåla", 40, 400),
    ):
        terms = make.seats_for(
            LICENSED,
            publisher=partner,
            licensee=places[place],
            seats=seats,
            starts=local_date(world.ago(95)),
            ends=local_date(world.now) + timedelta(days=ends),
        )
        make.licence(session, private, terms, by=petra, now=world.ago(95))
    royalties.make(
        session,
        publisher=partner.id,
        course=LICENSED,
        starts=local_date(world.ago(95)),
        ends=None,
        authors=[royalties.Author(1500, person=world.people["Love"].id)],
        trainers=[500, 250, 0],
        reason="Avtal med upphovspersonen",
        by=petra,
        now=world.ago(95),
    )
    for name, days in (("Nils", 50), ("Olga", 40)):
        make.studied(session, world.people[name], LICENSED, lessons=1, since=world.ago(days))
    for days, guests in ((35, ("Nils", "Olga", "Pelle", "Rut")), (14, ("Olga", "Nils", "Sten", "Åsa"))):
        make.held(
            session,
            LICENSED,
            {"sv": "Samverkan i mellanrummen", "en": "Collaboration in the spaces between"},
            trainer=world.people["Cajsa"],
            municipality=places["Falkviks"],
            ratings={world.people[name]: 5 - place % 2 for place, name in enumerate(guests)},
            at=world.ago(days, 13),
        )
    closing.close_all(session, now=world.now)


def _market(world: World) -> None:
    """The partner's price, an offer that Falkvik has yet to answer, and a wish for more that the partner has."""
    session, leo, petra = world.session, world.people["Leo"].id, world.people["Petra"].id
    partner, falkvik = world.places["partner"], world.places["Falkviks"]
    price = Price(model="tiered", currency="SEK", tiers=((50, 120_000), (None, 95_000)), vat=2500)
    pricing.set_price(
        session, LICENSED, price, kind="seats", publisher=partner.id, by=petra, now=world.ago(90)
    )
    today = local_date(world.now)
    held = licences.listed(session, licensees=frozenset({falkvik.id}))
    for days, message, more_of in (
        (6, "Vi vill att hela förvaltningen går kursen.", None),
        (1, "Platserna tar snart slut. Vi behöver fler.", held[0].id),
    ):
        asked = market.ask(
            session,
            LICENSED,
            licensee=falkvik.id,
            kind="seats",
            amount=60,
            starts=today + timedelta(days=30),
            message=message,
            form=f"{days}",
            more_of=more_of,
            by=leo,
            now=world.ago(days),
        )
        if more_of is None:
            terms = make.seats_for(
                LICENSED,
                publisher=partner,
                licensee=falkvik,
                seats=60,
                starts=asked.starts,
                ends=asked.starts + timedelta(days=364),
            )
            market.offer(
                session,
                asked,
                write(terms),
                message="Priset gäller om ni bestämmer er före månadens slut.",
                by=petra,
                now=world.ago(4),
            )


def _income(world: World) -> None:
    """What the nightly job would have added up."""
    world.session.flush()
    figures.keep_days(world.session, today=local_date(world.now))
    for month in income.due(world.session, world.now):
        found = income.sums(world.session, month)
        income.keep(world.session, month, found, now=world.now)
    this = month_of(local_date(world.now))
    sums.keep(world.session, *sums.add_up(world.session, this), this=this, now=world.now)


def _publish(world: World) -> None:
    schemes.publish_from_files(world.session, by=None, now=world.ago(800))


STAGES: tuple[tuple[str, Callable[[World], None]], ...] = (
    ("organisations, people and their roles", _people),
    ("certification schemes", _publish),
    ("founders", _founders),
    ("people on their way", _on_their_way),
    ("people who are ready", _ready),
    ("further training", _further_training),
    ("licences", _licences),
    ("the market", _market),
    ("sessions to come", _sessions),
    ("invitations without an answer", _invited),
    ("income", _income),  # the last: it empties the session
)
"""What the demonstration is made of, in order; each with what it is called while it is made."""


def seed(session: Session, *, now: datetime, say: Progress = lambda _text: None) -> World:
    """Fill an empty service with the demonstration. Raises :class:`NotHere`. ``say`` hears of each stage when it
    is done."""
    if current_app.config["MODE"] == "production":
        raise NotHere("Demonstration data cannot exist in production.")
    if not is_empty(session):
        raise NotHere("There is data here already. Demonstration data goes into an empty service only.")
    world = World(session, now, {}, {})
    for name, make_it in STAGES:
        make_it(world)
        say(name)
    return world

"""Every route x every role: what the policy says is what happens, and nothing is left out."""

import uuid

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.routing import Rule

from app import access, clock
from app.access import POLICY, ROLES, permission_of
from app.demo import factories as make
from app.schemes import service as schemes

# Routes that no permission guards, each with its reason.
EXEMPT: dict[str, str] = {}

# Permitted routes that still answer 403, since they check more than the role; each with its reason.
STRICTER = {"accounts.choose_role": "a role that the person does not hold cannot be chosen"}

ASKERS = (None, *ROLES)


def routes(app: Flask) -> list[Rule]:
    return [rule for rule in app.url_map.iter_rules() if rule.endpoint not in EXEMPT]


def address(rule: Rule) -> str:
    """The route's address with ids that belong to nobody."""
    values: dict[str, object] = {}
    for name, converter in rule._converters.items():
        kind = type(converter).__name__
        values[name] = {
            "UUIDConverter": uuid.uuid4(),
            "IntegerConverter": 1,
            "AnyConverter": next(iter(getattr(converter, "items", ["x"])), "x"),
        }.get(kind, "nothing-of-that-name")
    with_values = rule.build(values, append_unknown=False)
    assert with_values is not None, rule
    return str(with_values[1])


def method(rule: Rule) -> str:
    return (
        "GET"
        if "GET" in (rule.methods or ())
        else sorted((rule.methods or {"POST"}) - {"OPTIONS", "HEAD"})[0]
    )


@pytest.fixture
def world(session) -> dict[str, uuid.UUID]:
    """One person for each role, in a service with schemes."""
    now = clock.now()  # requests ask the real clock whether a role is held
    home = make.consortium(session, now=now)
    schemes.publish_from_files(session, by=None, now=now)
    people = {}
    for role in ROLES:
        roles = () if role == "member" else (role,)
        who = make.person(
            session, f"Rolf {role.title()}", organisation=home, roles=roles, demonstration=True, now=now
        )
        people[role] = who.id
    session.commit()
    return people


def enter(app: Flask, person: uuid.UUID | None) -> FlaskClient:
    client = app.test_client()
    if person is not None:
        assert client.post("/sign-in/as", data={"person": str(person)}).status_code == 303
    return client


def test_every_route_names_a_permission(app):
    unnamed = [rule.endpoint for rule in routes(app) if permission_of(app, rule.endpoint) not in POLICY]
    assert unnamed == []


def test_every_permission_guards_a_route(app):
    used = {permission_of(app, rule.endpoint) for rule in routes(app)}
    # asked inside views, never in front of one
    asked_within = {"municipality.lead", "partner.read", "record.manage"}
    assert set(POLICY) - used - asked_within == set()


def test_every_endpoint_of_a_library_that_is_listed_exists(app):
    listed = set(access.ENDPOINTS) - {"static"}
    assert listed - {rule.endpoint for rule in app.url_map.iter_rules()} == set()


def test_only_those_whom_the_policy_names_pass_the_gate(app, world):
    wrong = []
    for role in ASKERS:
        client = enter(app, world.get(role or ""))
        for rule in routes(app):
            verb, path = method(rule), address(rule)
            answer = client.open(path, method=verb)
            if verb != "GET":  # it may have signed out
                client = enter(app, world.get(role or ""))
            sent_away = answer.status_code in (401,) or (
                answer.status_code == 302 and answer.headers["Location"].startswith("/sign-in?next=")
            )
            named = POLICY[permission_of(app, rule.endpoint) or ""]
            roles = set(named.roles)
            if named.public:
                right = not sent_away or rule.endpoint == "xapi.speak"
            elif role is None:
                right = sent_away
            elif role in roles or "member" in roles:
                right = not sent_away and (answer.status_code != 403 or rule.endpoint in STRICTER)
            else:
                right = answer.status_code == 403
            if not right or answer.status_code >= 500:
                wrong.append(f"{role}: {verb} {path} ({rule.endpoint}) answered {answer.status_code}")
    assert not wrong, "\n".join(wrong)


def test_an_unknown_id_answers_404_and_never_says_whose_it_is(app, world):
    """Addresses with ids of nobody: the same answer for everybody who passes the gate."""
    client = enter(app, world["administrator"])
    bodies = set()
    for rule in routes(app):
        if "GET" not in (rule.methods or ()) or "UUIDConverter" not in {
            type(one).__name__ for one in rule._converters.values()
        }:
            continue
        answer = client.get(address(rule))
        if answer.status_code != 403:
            assert answer.status_code == 404, f"{rule} answered {answer.status_code}"
            bodies.add(answer.get_data(as_text=True).split("<main", 1)[-1])
    assert len(bodies) == 1

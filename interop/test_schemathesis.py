"""Requests made from the OpenAPI document by schemathesis, for every operation in it: whatever comes
back is documented, down to the last property, and never a failure of ours.

What is sent is the same in every run. What the document says of bodies is narrower than what the
server takes (clients write numbers as texts, and the other way around), so that a body against it
need not be refused; the answer has to be a documented one all the same.
"""

import functools
import json
import os
import uuid
from collections import Counter

import hypothesis
import pytest
import requests
import schemathesis
from challonge import Api
from grants import CALLBACK, Client, signed_in
from harness import ROOT
from hypothesis import strategies
from schemathesis import GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.core.failures import FailureGroup
from schemathesis.specs.openapi import checks

# Longer runs by hand: how many times as many requests.
TIMES = int(os.environ.get("TILTYARD_SCHEMATHESIS", "1"))

# How many requests are generated for an operation, and how many probe the bounds of its parameters
# and its body; and for one that another address repeats (`x-same-as`).
GENERATED = {"sqlite": (15, 5), "postgresql": (5, 1)}
PROBES = {"sqlite": (20, 4), "postgresql": (5, 1)}

# What an application may ask for on Challonge.
FOR_TOURNAMENTS = (
    "tournaments:read tournaments:write matches:read matches:write participants:read "
    "participants:write"
)
FOR_A_PERSON = f"me {FOR_TOURNAMENTS} communities:manage"


@schemathesis.check
def body_only_where_documented(_, response, case):
    """What has a body is described by a schema; what is said to have none has none. Of methods that
    an address does not take the document speaks once, at its top."""
    if response.status_code == 405:
        return
    answers = case.operation.definition.raw["responses"]
    documented = answers.get(str(response.status_code), answers.get("default", {}))
    if response.content and not documented.get("content"):
        raise AssertionError(f"{response.status_code} is documented without a body")


CHECKS = [
    not_a_server_error,
    body_only_where_documented,
    checks.status_code_conformance,
    checks.content_type_conformance,
    checks.response_headers_conformance,
    checks.response_schema_conformance,
    checks.allow_header_conformance,
]


def closed(document):
    """The document with its objects closed: an undocumented property is an error, too."""
    composed = set()

    def note(value):
        if isinstance(value, dict):
            for part in value.get("allOf", []):
                composed.add(part.get("$ref"))
                part["x-composed"] = True
            for inner in value.values():
                note(inner)
        elif isinstance(value, list):
            for inner in value:
                note(inner)

    def close(value, name=None):
        if isinstance(value, dict):
            composes = value.pop("x-composed", False) or name in composed
            if "properties" in value and "additionalProperties" not in value and not composes:
                value["additionalProperties"] = False
            for inner in value.values():
                close(inner)
        elif isinstance(value, list):
            for inner in value:
                close(inner)

    note(document)
    for name, schema in document["components"]["schemas"].items():
        close(schema, f"#/components/schemas/{name}")
    return document


class World:
    """Somebody who organizes, what there is to name in paths, and who calls."""

    def __init__(self, server):
        self.server = server
        self.made = {}
        self.person = server.new_person()
        self.other = server.new_person()
        key = server.new_key(self.person)
        self.api = Api(server.url, requests.Session(), {"Authorization": key})
        self.community = self.new_community()
        client = Client(server.url, server.new_application(self.person, "challonge", CALLBACK))
        code, verifier = client.code(signed_in(server, self.person), FOR_A_PERSON)
        token = client.exchange(code, verifier).json()["access_token"]

        def own(scope):
            answer = client.post("/oauth/token", grant_type="client_credentials", scope=scope)
            return f"Bearer {answer.json()['access_token']}"

        self.callers = [
            {"Authorization": key, "Authorization-Type": "v1"},
            {"Authorization": key},
            {"Authorization": f"Bearer {token}", "Authorization-Type": "v2"},
            {"Authorization": f"Bearer {token}"},
            {"Authorization": own(FOR_TOURNAMENTS)},
            {"Authorization": own("application:manage")},
            {"Authorization": server.new_key(self.other)},
            {"Authorization": "tly_pk_nonsense"},
            {},
        ]

    def new_community(self):
        permalink = f"c{uuid.uuid4().hex[:10]}"
        self.server.cli(
            "community", "create", "--name", "Interop", "--permalink", permalink,
            "--owner", self.person["username"],
        )  # fmt: skip
        return permalink

    def places(self, method, path):
        """What the path's names can stand for: tournaments in every state, and what is not there.
        Those who only read share theirs."""
        kind = "{tournament}" in path, method == "get" or method
        if kind not in self.made or method != "get":
            self.made[kind] = self.make_places(path)
        return list(self.made[kind])

    def make_places(self, path):
        if "{tournament}" not in path:
            # One of its own: it may be given away or deleted.
            names = {"community": self.new_community(), "id": str(self.person["id"])}
            return [names, {name: "0" for name in names}]
        kinds = ["single elimination", "double elimination", "round robin", "swiss"]
        found = []
        for number, kind in enumerate(kinds):
            within = f"communities/{self.community}/" if number % 2 else ""
            made = self.api.call(
                "POST", f"{within}tournaments", "tournaments", 201,
                name=f"Schemathesis {number}", tournament_type=kind,
            )  # fmt: skip
            tournament = made["data"]["id"]
            self.api.call(
                "POST", f"tournaments/{tournament}/participants/bulk_add", "Participants", 200,
                participants=[{"name": f"Seed {seed}"} for seed in range(1, 5)],
            )  # fmt: skip
            if number > 0:
                self.api.change_state(tournament, "start")
            for match in [] if number < 2 else self.api.matches(tournament)[: 1 + number]:
                self.api.report(tournament, match, number % 2)
            participants = list(self.api.participants(tournament))
            names = {
                "tournament": tournament if number % 2 else made["data"]["attributes"]["url"],
                "community": self.community,
                "participant": str(participants[number]),
                "players": participants[:2],
                "match": "1",
            }
            for match in self.api.matches(tournament)[:2]:
                players = [one or 1 for one in match["players"]]
                found.append(names | {"match": str(match["id"]), "players": players})
            found.append(names)
        found.append({"tournament": "0", "community": "0", "participant": "0", "match": "0"})
        return found


@pytest.fixture(scope="module")
def world(server):
    return World(server)


DOCUMENT = json.loads((ROOT / "docs/openapi.json").read_text())
SCHEMA = schemathesis.openapi.from_dict(
    closed(json.loads(json.dumps(DOCUMENT))),
    config=schemathesis.Config.from_dict({"generation": {"with-security-parameters": False}}),
)
OPERATIONS = [
    (method, path)
    for path, item in DOCUMENT["paths"].items()
    for method in ("get", "put", "post", "delete", "patch")
    # A stream of events does not end; the server's own tests follow it.
    if method in item and "text/event-stream" not in json.dumps(item[method]["responses"])
]


def share(count):
    """Of so many requests an operation's share of what all may take."""
    own = [1 for method, path in OPERATIONS if "x-same-as" not in DOCUMENT["paths"][path][method]]
    return max(1, round(TIMES * count * min(1, 60 / len(own))))


@functools.cache
def probes(method, path):
    """Requests at the bounds of what the document allows, and beyond."""
    operation = SCHEMA[path][method.upper()]
    generation = SCHEMA.config.generation_for(operation=operation, phase="coverage")
    modes = list(GenerationMode)
    return list(
        SCHEMA.iter_coverage_cases(
            operation, generation_modes=modes, generation_config=generation
        )
    )


def plausible(value, players):
    """The body with participants of the match where a participant is named."""
    if isinstance(value, dict):
        named = {"participant_id": players.pop(0)} if players and "participant_id" in value else {}
        return {name: plausible(inner, players) for name, inner in value.items()} | named
    if isinstance(value, list):
        return [plausible(inner, players) for inner in value]
    return value


def spread(items, count):
    """As many of the items, from all over."""
    return items if len(items) <= count else [items[i * len(items) // count] for i in range(count)]


def test_the_document_is_the_one_that_is_served(server):
    served = requests.get(server.url + "/openapi.json").json()
    assert served["paths"] == DOCUMENT["paths"]
    assert served["components"]["schemas"] == DOCUMENT["components"]["schemas"]


@pytest.mark.parametrize(("method", "path"), OPERATIONS)
def test_every_answer_is_as_documented(server, world, method, path):
    operation = SCHEMA[path][method.upper()]
    engine = "postgresql" if server.database else "sqlite"
    again = "x-same-as" in operation.definition.raw
    places = world.places(method, path)
    session = requests.Session()
    wrong = {}
    met = Counter()

    def ask(case, place, caller):
        if place is not None:
            known = {name: place[name] for name in case.path_parameters or {} if name in place}
            case.path_parameters = {**(case.path_parameters or {}), **known}
            case.body = plausible(case.body, list(place.get("players", [])))
        answer = case.call(
            server.url, session, {**(case.headers or {}), **caller},
            allow_redirects=False, timeout=30,
        )  # fmt: skip
        met[answer.status_code] += 1
        try:
            case.validate_response(answer, checks=CHECKS)
        except FailureGroup as group:
            for failure in group.exceptions:
                wrong.setdefault((failure.title, answer.status_code), str(group))

    drawn = strategies.tuples(
        strategies.one_of(
            operation.as_strategy(generation_mode=GenerationMode.POSITIVE),
            operation.as_strategy(generation_mode=GenerationMode.NEGATIVE),
        ),
        strategies.sampled_from([*places, None]),
        strategies.sampled_from(world.callers[:4] * 2 + world.callers),
    )

    @hypothesis.seed(2027)
    @hypothesis.settings(
        max_examples=share(GENERATED[engine][again]),
        phases=[hypothesis.Phase.generate],
        database=None,
        deadline=None,
        suppress_health_check=list(hypothesis.HealthCheck),
    )
    @hypothesis.given(drawn)
    def generated(drawn):
        ask(*drawn)

    generated()
    places.append(None)
    chosen = spread(probes(method, path), share(PROBES[engine][again]))
    for number, case in enumerate(chosen):
        caller = world.callers[number % 4 if number % 6 else (number // 6) % len(world.callers)]
        ask(case, places[number % len(places)], caller)
    assert not wrong, "\n\n".join([f"answers: {dict(met)}", *wrong.values()])

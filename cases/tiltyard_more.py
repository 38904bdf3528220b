"""What the sections G to T need to know of Tiltyard: hooks on people, its pages and forms, the
routes of its own API."""

import os
import shlex
import subprocess
import sys

JSON_API = "application/vnd.api+json"


def tournament(**attributes):
    """The document that makes or changes a tournament."""
    attributes = {"name": "Case", "tournament_type": "single elimination"} | attributes
    return {"data": {"type": "Tournaments", "attributes": attributes}}


def participant(name):
    return {"data": {"type": "Participants", "attributes": {"name": name}}}


def state(name, kind="TournamentState"):
    return {"data": {"type": kind, "attributes": {"state": name}}}


ONE = "/v2.1/tournaments/{id}.json"
IN_ONE = "/v2.1/tournaments/{id}"

# Every route that writes, with something that it could take.
ROUTES = [
    {"method": "POST", "path": "/v2.1/tournaments.json", "document": tournament()},
    {"method": "PUT", "path": ONE, "document": tournament(name="Changed")},
    {
        "method": "POST",
        "path": f"{IN_ONE}/participants.json",
        "document": participant("Eve"),
    },
    {
        "method": "POST",
        "path": f"{IN_ONE}/participants/bulk_add.json",
        "document": {
            "data": {
                "type": "Participants",
                "attributes": {"participants": [{"name": "Kay"}, {"name": "Bors"}]},
            }
        },
    },
    {
        "method": "PUT",
        "path": f"{IN_ONE}/participants/{{part}}.json",
        "document": participant("Mel"),
    },
    {"method": "PUT", "path": f"{IN_ONE}/participants/randomize.json"},
    {"method": "DELETE", "path": f"{IN_ONE}/participants/{{part}}.json"},
    {"method": "DELETE", "path": f"{IN_ONE}/participants/clear.json"},
    {
        "method": "PUT",
        "path": f"{IN_ONE}/matches/{{part}}.json",
        "document": {"data": {"type": "Match", "attributes": {"match": []}}},
    },
    {
        "method": "PUT",
        "path": f"{IN_ONE}/matches/{{part}}/change_state.json",
        "document": state("reopen", "MatchState"),
    },
    {"method": "PUT", "path": f"{IN_ONE}/change_state.json", "document": state("start")},
    {"method": "DELETE", "path": ONE, "ends": True},
]

READING = [
    {"method": "GET", "path": "/v2.1/tournaments.json"},
    {"method": "GET", "path": ONE},
    {"method": "GET", "path": f"{IN_ONE}/participants.json"},
    {"method": "GET", "path": f"{IN_ONE}/participants/{{part}}.json"},
    {"method": "GET", "path": f"{IN_ONE}/matches.json"},
    {"method": "GET", "path": f"{IN_ONE}/matches/{{part}}.json"},
]

KINDS = ("tournaments", "matches", "participants")

RESOURCE = {
    "content_type": JSON_API,
    "all_reads": " ".join(f"{kind}:read" for kind in KINDS),
    "all_writes": " ".join(f"{kind}:write" for kind in KINDS),
    "create": {
        "path": "/v2.1/tournaments.json",
        "document": tournament(),
        "id": ["data", "id"],
    },
    "create_private": {
        "path": "/v2.1/tournaments.json",
        "document": tournament(private=True),
        "id": ["data", "id"],
    },
    "routes": ROUTES,
    "reading": READING,
    "list": ["data"],
    "list_id": "id",
    "one": ONE,
    # Everything that was made through an application, for itself.
    "own": {
        "scope": "application:manage",
        "path": "/v2.1/application/tournaments.json",
        "list": ["data"],
        "id": "id",
        "one": "/v2.1/application/tournaments/{id}.json",
        "change": {
            "method": "PUT",
            "path": "/v2.1/application/tournaments/{id}.json",
            "document": tournament(name="Changed"),
        },
    },
}

# What pages say.
WORDS = {
    "read": "See your tournaments, private ones too",
    "write": "Create, change and delete your tournaments",
    "reads": "Read only",
    "writes": "Make changes",
    "lasts": "Until you disconnect it on your account page",
    "before": "you gave before",
    "used": "already used",
    "risky": "risky",
    "grant_used": "Tokens in the last 30 days",
    "key_made": "made ",
    "key_unused": "never used",
    "key_ends": "stops ",
}

PAGES = {
    "home": "/",
    "login": "/login",
    "signup": "/signup",
    "account": "/account",
    "applications": "/apps",
    "application": "/apps/{client_id}",
    "new_application": "/apps/new",
    "nothing": "/no-such-page-at-all",
}

ACTIONS = {
    "sign_out": {"page": "/account", "action": "/logout"},
    "end_session": {"page": "/account", "action": "/account/sessions/*/end"},
    "end_other_sessions": {"page": "/account", "action": "/account/sessions/end-others"},
    "change_password": {
        "page": "/account",
        "action": "/account/password",
        "fields": {"current_password": "{old}", "new_password": "{new}"},
    },
    "make_key": {
        "page": "/account",
        "action": "/account/keys",
        "fields": {"name": "{name}", "scope": "{scope}", "expires": "{days}"},
    },
    "delete_key": {"page": "/account", "action": "/account/keys/*/delete"},
    "sign_up": {
        "page": "/signup",
        "action": "/signup",
        "fields": {"username": "{username}", "email": "{email}", "password": "{password}"},
    },
    "create_application": {
        "page": "/apps/new",
        "action": "/apps/new",
        "fields": {"name": "{name}", "preset": "standard", "redirect_uris": "{redirect_uri}"},
    },
    "change_application": {
        "page": "/apps/{client_id}",
        "action": "/apps/{client_id}",
        "fields": {"name": "{name}"},
    },
    "rotate_secret": {"page": "/apps/{client_id}", "action": "/apps/{client_id}/rotate"},
    "delete_application": {
        "page": "/apps/{client_id}",
        "action": "/apps/{client_id}/delete",
        "fields": {"confirm": "yes"},
    },
}


def hooks(program, where):
    """What the operator does to people and keys."""
    create = shlex.join([sys.executable, os.path.abspath(__file__)])
    user = f"{program} user"
    return {
        "create_person": f"{create} {program} {where}",
        "lock_person": f'{user} lock "$USERNAME" {where}',
        "unlock_person": f'{user} unlock "$USERNAME" {where}',
        "set_password": 'printf %s "$PASSWORD" | '
        f'{user} set-password "$USERNAME" --password-stdin {where}',
        "delete_person": f'{user} delete --yes "$USERNAME" {where}',
        "create_key": f'{program} api-key create --owner "$USERNAME" --name "$NAME" {where}',
    }


def more(described, program, where):
    """The file with everything that sections G to T ask of it."""
    described["resource"] |= RESOURCE
    described["pages"] = PAGES
    described["secret_pattern"] = r"tly_cs_\w+"
    described["actions"] |= ACTIONS
    described["hooks"] |= hooks(program, where)
    described["stated"] |= {
        "refresh_grace_seconds": None,
        "key_publication_seconds": 600,
        "implicit_seconds": 3_600,
        "revoked_access_token_ends_grant": False,
        "wrong_user_codes": 5,
        "wrong_user_codes_of_an_address": 16,
    }
    issuer = described["issuer"]
    described["resources"] = [f"{issuer}/{path}" for path in ("v2.1", "v1", "api")]
    described["words"] = WORDS
    described["key"] = {
        "headers": {"Authorization": "{key}", "Authorization-Type": "v1"},
        "path": "/v2.1/tournaments.json",
        "person": "/v2.1/me.json",
        "pattern": r"tly_pk_\w+",
        "beside": "X-Api-Key",
        "address": "from 127.0.0.1",
        "query": ["api_key", "access_token"],
        "no_query": [
            "/v2.1/tournaments.json",
            "/v2.1/me.json",
            "/account/v2/me/info",
            "/api/user",
            "/users/10000001",
        ],
    }
    described["application_key"] = {
        "role": "toornament",
        "member": "api_key",
        "headers": {"X-Api-Key": "{key}"},
        "path": "/v2.1/tournaments.json",
    }
    return described


def main():
    """The hook `create_person`: `tiltyard_more.py BINARY OPTION…`, the rest in variables."""
    binary, *options = sys.argv[1:]
    command = [binary, "user", "create", "--username", os.environ["USERNAME"]]
    command += ["--email", os.environ["EMAIL"], "--password-stdin", *options]
    return subprocess.run(command, input=os.environ["PASSWORD"], text=True).returncode


if __name__ == "__main__":
    sys.exit(main())

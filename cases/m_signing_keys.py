"""M: the keys that the server signs with."""

import re

from cases.case import case, require, skip
from cases.flow import Flow, granted
from cases.forge import decoded, header
from cases.inside import dies, lives

# What of a key must not be published (RFC 7518 §6).
PRIVATE = {"d", "p", "q", "dp", "dq", "qi", "oth", "k"}


def key_set(world):
    answer = world.wire.get(world.endpoint("jwks_uri"))
    require(answer.status == 200, f"{answer}")
    return answer


def kids(world):
    return [key["kid"] for key in key_set(world).json()["keys"]]


def signed(world, flow):
    """A new access token and the key that signed it."""
    tokens = flow.tokens()
    if tokens["access_token"].count(".") != 2:
        skip("access tokens are no JWT")
    return tokens, header(tokens["access_token"])["kid"]


@case("M01")
def members(world):
    """The key set has public members only; every key says kid, alg and use."""
    answer = key_set(world)
    require(answer.kind in ("application/json", "application/jwk-set+json"), f"it is {answer.kind}")
    keys = answer.json()["keys"]
    require(keys, "there is no key")
    for key in keys:
        shown = PRIVATE & key.keys()
        require(not shown, f"private members are published: {sorted(shown)}")
        for name in ("kty", "kid", "alg"):
            require(isinstance(key.get(name), str) and key[name], f"no {name}: {sorted(key)}")
        require(key.get("use") == "sig", f"use is {key.get('use')!r}")
        require(key["kty"] in ("EC", "RSA", "OKP"), f"kty is {key['kty']!r}")
        if key["kty"] == "EC":
            size = {"P-256": 32, "P-384": 48, "P-521": 66}[key["crv"]]
            for name in ("x", "y"):
                require(len(decoded(key[name])) == size, f"{name} is too short")
        if key["kty"] == "RSA":
            require(len(decoded(key["n"])) >= 256, "the RSA key is too short")
    names = [key["kid"] for key in keys]
    require(len(set(names)) == len(names), "two keys have one kid")


@case("M02")
def rotation(world):
    """A new key is published before it signs, and the old one stays as long as tokens of it live."""
    flow = Flow(world)
    tokens, signer = signed(world, flow)
    before = kids(world)
    world.operate("rotate_keys")
    world.eventually(lambda: set(kids(world)) - set(before), "no new key is published")
    require(signer in kids(world), "the old key is gone from the key set")
    later, now = signed(world, flow)
    require(now in before, "a key signs that was published only just now")
    lives(world, tokens["access_token"], "the keys were rotated")
    lives(world, later["access_token"], "it is new")
    granted(flow.refresh(tokens["refresh_token"]))


@case("M03")
def caching(world):
    """The key set may be cached for less than the time that a key is published before it signs."""
    lead = world.stated("key_publication_seconds")
    found = key_set(world).header("cache-control", "")
    age = re.search(r"max-age=(\d+)", found)
    if age is None:
        require("no-store" in found or "no-cache" in found, f"Cache-Control is {found!r}")
        return
    require(int(age[1]) < lead, f"cached for {age[1]} s, published {lead} s before")
    stale = re.search(r"stale-\w[\w-]*=(\d+)", found)
    if stale is not None:
        require(int(age[1]) + int(stale[1]) < lead, f"with what is stale: {found!r}")


@case("M04")
def emergency(world):
    """After an emergency rotation tokens of the old key are refused at once and the key set is
    without it; refreshing gives tokens that work."""
    flow = Flow(world)
    tokens, signer = signed(world, flow)
    lives(world, tokens["access_token"], "it is new")
    world.operate("rotate_keys_emergency")
    world.eventually(lambda: signer not in kids(world), "the old key is still published")
    dies(world, tokens["access_token"], "although its key was given up")
    later, now = signed(world, flow)
    require(now != signer, "the old key still signs")
    require(now in kids(world), "the key that signs is not published")
    lives(world, later["access_token"], "it is new")
    renewed = granted(flow.refresh(tokens["refresh_token"]))
    lives(world, renewed["access_token"], "a refresh after the rotation gave it")

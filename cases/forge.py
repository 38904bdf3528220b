"""Makes JWTs that a server must not believe: any header, any claims, any key.

ECDSA on P-256 in plain Python, with a key of the test's own. Slow, and not safe against anybody who
can measure it: for tests only.
"""

import base64
import hashlib
import hmac
import json
import secrets

P = 2**256 - 2**224 + 2**192 + 2**96 - 1
N = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551
G = (
    0x6B17D1F2E12C4247F8BCE6E563A440F277037D812DEB33A0F4A13945D898C296,
    0x4FE342E2FE1A7F9B8EE7EB4A7C0F9E162BCE33576B315ECECBB6406837BF51F5,
)


def added(one, other):
    """The sum of two points; None is the neutral one."""
    if one is None or other is None:
        return one or other
    if one[0] == other[0]:
        if (one[1] + other[1]) % P == 0:
            return None
        slope = (3 * one[0] * one[0] - 3) * pow(2 * one[1], -1, P) % P
    else:
        slope = (other[1] - one[1]) * pow(other[0] - one[0], -1, P) % P
    x = (slope * slope - one[0] - other[0]) % P
    return x, (slope * (one[0] - x) - one[1]) % P


def times(number, point):
    """A point added to itself so many times."""
    found = None
    while number:
        if number & 1:
            found = added(found, point)
        point, number = added(point, point), number >> 1
    return found


def encoded(data):
    if isinstance(data, (dict, list)):
        data = json.dumps(data, separators=(",", ":"))
    data = data.encode() if isinstance(data, str) else data
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def decoded(text):
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


def header(token):
    """The header of a JWT."""
    return json.loads(decoded(token.split(".")[0]))


class Key:
    """A key of the test's own."""

    def __init__(self):
        self.private = secrets.randbelow(N - 1) + 1
        self.public = times(self.private, G)

    def jwk(self, **more):
        x, y = (encoded(number.to_bytes(32, "big")) for number in self.public)
        return {"kty": "EC", "crv": "P-256", "x": x, "y": y} | more

    def signature(self, data):
        """The signature of ES256 (RFC 7518 §3.4): r and s, 32 bytes each."""
        digest = int.from_bytes(hashlib.sha256(data).digest(), "big")
        while True:
            number = secrets.randbelow(N - 1) + 1
            r = times(number, G)[0] % N
            s = pow(number, -1, N) * (digest + r * self.private) % N
            if r and s:
                return r.to_bytes(32, "big") + s.to_bytes(32, "big")

    def sign(self, head, claims):
        """A JWT; `claims` is a dictionary or the very text."""
        start = f"{encoded(head)}.{encoded(claims)}"
        return f"{start}.{encoded(self.signature(start.encode()))}"


def signed_hs256(head, claims, secret):
    """A JWT signed with HS256."""
    start = f"{encoded(head)}.{encoded(claims)}"
    return f"{start}.{encoded(hmac.new(secret, start.encode(), 'sha256').digest())}"


def public_texts(jwk):
    """The ways in which a public key could be taken for the secret of an HMAC."""
    point = b"\x04" + decoded(jwk["x"]) + decoded(jwk["y"])
    start = bytes.fromhex("3059301306072a8648ce3d020106082a8648ce3d030107034200")
    der = start + point
    lines = base64.encodebytes(der).decode().replace("\n", "")
    body = "\n".join(lines[at : at + 64] for at in range(0, len(lines), 64))
    pem = f"-----BEGIN PUBLIC KEY-----\n{body}\n-----END PUBLIC KEY-----"
    return [
        der,
        point,
        pem.encode(),
        pem.encode() + b"\n",
        json.dumps(jwk).encode(),
        json.dumps(jwk, separators=(",", ":")).encode(),
        b"",
    ]

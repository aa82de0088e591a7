"""What the check of a token adds to a request: microseconds, beside other packages' checks.

Every contender answers the same GET through WSGI in this process, in turn, round by round. `new
token` stands for a token that was not seen lately, so that its signature is checked; `seen token`
for one that a client sends again, as clients do.
"""

from __future__ import annotations

import itertools
import json
import logging
import math
import random
import time
from collections.abc import Callable, Iterator
from datetime import timedelta
from hashlib import sha256
from statistics import fmean, median, variance
from typing import Any

import jwt as pyjwt
from flask import Flask, request
from flask_httpauth import HTTPTokenAuth
from flask_jwt_extended import JWTManager, create_access_token, jwt_required
from joserfc import jwt as joserfc_jwt
from joserfc.jwk import ECKey, OctKey, RSAKey
from joserfc.jwt import JWTClaimsRegistry

from ml_api_kit.decorators import ApiGuards, TokenChecker, hash_token, token_required
from ml_api_kit.decorators.tokens.hashed_tokens import find_hashed, parse_hashes
from ml_api_kit.decorators.tokens.signed_tokens import MAX_KEPT_TOKENS
from tests.bench.interleave import compare, format_comparisons, interleave
from tests.decorators.tokens.issuer import AUDIENCE, ISSUER, certificate, claims, rsa_key, sign
from tests.decorators.tokens.key_server import key_server

BARE = "bare view"
OURS = "token_required"
ROUNDS = 11
REQUESTS_PER_ROUND = 300
COMPARISONS_PER_BATCH = 2000
BATCHES = 200
ACCOUNT = "caller@project.iam.gserviceaccount.com"
SECRET = "a-secret-of-the-benchmark-that-is-long-enough"
ALGORITHMS = ("HS256", "RS256", "ES256")

Contender = Callable[[], float]
View = Callable[[], Any]


def answer() -> dict[str, bool]:
    return {"ok": True}


class Keys:
    """The keys of each algorithm, and tokens that they sign."""

    def __init__(self) -> None:
        self.signing = {
            "HS256": OctKey.import_key(SECRET),
            "RS256": RSAKey.generate_key(2048),
            "ES256": ECKey.generate_key("P-256"),
        }

    def token(self, algorithm: str, number: int = 0) -> str:
        now = int(time.time())
        said = {"iss": ISSUER, "aud": AUDIENCE, "sub": "client", "iat": now, "exp": now + 36_000}
        header = {"alg": algorithm}
        return joserfc_jwt.encode(header, {**said, "jti": str(number)}, self.signing[algorithm])

    def checking(self, algorithm: str) -> Any:
        """The key that PyJWT checks by."""
        key = self.signing[algorithm]
        return SECRET if isinstance(key, OctKey) else key.public_key

    def settings(self, algorithm: str) -> dict[str, str]:
        key = self.signing[algorithm]
        own = {"MLAPI_JWT_AUDIENCE": AUDIENCE, "MLAPI_JWT_ISSUER": ISSUER}
        if isinstance(key, OctKey):
            return {**own, "MLAPI_JWT_SECRET": SECRET}
        return {**own, "MLAPI_JWT_PUBLIC_KEY": key.as_pem(private=False).decode()}


def contenders(keys: Keys, certificates_url: str) -> dict[str, Contender]:
    plain = "a-token-of-the-benchmark"
    hashes = {"MLAPI_TOKEN_HASHES": [hash_token(plain), hash_token("another")]}
    ours: dict[str, Contender] = {f"{OURS}, hashes": guarded(hashes, [plain])}
    peers: dict[str, Contender] = {"Flask-HTTPAuth, hashes": httpauth(plain)}
    for algorithm in ALGORITHMS:
        settings, token = keys.settings(algorithm), keys.token(algorithm)
        fresh = [keys.token(algorithm, number) for number in range(MAX_KEPT_TOKENS + 50)]
        ours[f"{OURS}, {algorithm}, seen token"] = guarded(settings, [token])
        ours[f"{OURS}, {algorithm}, new token"] = guarded(settings, fresh)
        peers[f"PyJWT, {algorithm}"] = with_pyjwt(keys, algorithm, fresh)
        peers[f"flask-jwt-extended, {algorithm}"] = jwt_extended(keys, algorithm)
    google = {
        "MLAPI_GOOGLE_AUDIENCE": AUDIENCE,
        "MLAPI_GOOGLE_ACCOUNTS": ACCOUNT,
        "MLAPI_GOOGLE_CERTS_URL": certificates_url,
    }
    fresh = [google_token(number) for number in range(MAX_KEPT_TOKENS + 50)]
    ours[f"{OURS}, Google, seen token"] = guarded(google, fresh[:1])
    ours[f"{OURS}, Google, new token"] = guarded(google, fresh)
    bare = contender(Flask("bare"), answer, [plain])
    alone = guarded({}, [plain], view=answer)
    return {BARE: bare, "ApiGuards alone (request id)": alone, **ours, **peers}


def google_token(number: int) -> str:
    said = claims(
        iss="https://accounts.google.com", email=ACCOUNT, email_verified=True, sub=str(number)
    )
    return sign(said, rsa_key(), algorithm="RS256", kid="google")


def guarded(config: dict[str, Any], tokens: list[str], *, view: View | None = None) -> Contender:
    app = Flask("ours")
    app.config.update(config)
    return contender(app, view or token_required(answer), tokens, prepare=ApiGuards)


def httpauth(token: str) -> Contender:
    auth = HTTPTokenAuth("Bearer")
    known = {hash_token(token): "client", hash_token("another"): "other"}

    @auth.verify_token
    def verify(given: str) -> str | None:
        return known.get(hash_token(given))

    return contender(Flask("httpauth"), auth.login_required(answer), [token])


def with_pyjwt(keys: Keys, algorithm: str, tokens: list[str]) -> Contender:
    key = keys.checking(algorithm)

    def view() -> Any:
        token = request.headers["Authorization"].removeprefix("Bearer ")
        pyjwt.decode(token, key, algorithms=[algorithm], audience=AUDIENCE, issuer=ISSUER)
        return answer()

    return contender(Flask("pyjwt"), view, tokens)


def jwt_extended(keys: Keys, algorithm: str) -> Contender:
    app = Flask("extended")
    signing = keys.signing[algorithm]
    app.config.update(
        JWT_ALGORITHM=algorithm,
        JWT_DECODE_AUDIENCE=AUDIENCE,
        JWT_ENCODE_AUDIENCE=AUDIENCE,
        JWT_DECODE_ISSUER=ISSUER,
        JWT_ENCODE_ISSUER=ISSUER,
        JWT_ACCESS_TOKEN_EXPIRES=timedelta(hours=10),
        JWT_SECRET_KEY=SECRET,
        JWT_PUBLIC_KEY=keys.checking(algorithm),
        JWT_PRIVATE_KEY=SECRET if isinstance(signing, OctKey) else signing.private_key,
    )
    JWTManager(app)
    with app.app_context():
        token = create_access_token("client")
    return contender(app, jwt_required()(answer), [token])


def contender(
    app: Flask, view: View, tokens: list[str], *, prepare: Callable[[Flask], Any] | None = None
) -> Contender:
    app.logger.setLevel(logging.WARNING)
    app.add_url_rule("/", "view", view)
    if prepare is not None:
        prepare(app)
    environ = app.test_client().get("/nowhere").request.environ | {"PATH_INFO": "/"}
    for key in [key for key in environ if key.startswith(("ml_api_kit.", "werkzeug."))]:
        del environ[key]
    headers = itertools.cycle([f"Bearer {token}" for token in tokens])

    def start_response(status: str, headers: list[tuple[str, str]], exc_info: Any = None) -> Any:
        if not status.startswith("200"):
            raise SystemExit(f"{app.name} answered {status}")

    def round_us() -> float:
        start = time.process_time()
        for _ in range(REQUESTS_PER_ROUND):
            sent = {**environ, "HTTP_AUTHORIZATION": next(headers)}
            b"".join(app.wsgi_app(sent, start_response))
        return (time.process_time() - start) / REQUESTS_PER_ROUND * 1e6

    return round_us


def added_us(measured: dict[str, list[float]]) -> Iterator[str]:
    """A line per contender: what it adds to the bare view, the median of all rounds."""
    width = max(map(len, measured))
    for name, values in measured.items():
        pairs = zip(values, measured[BARE], strict=True)
        yield f"{name.ljust(width)}  {median(one - bare for one, bare in pairs):8.1f}"


def checks_alone(keys: Keys) -> dict[str, Contender]:
    """The checks by themselves, without a request around them."""
    plain = "a-token-of-the-benchmark"
    hashes = TokenChecker({"MLAPI_TOKEN_HASHES": [hash_token(plain), hash_token("another")]})
    checks: dict[str, Callable[[], Any]] = {
        "TokenChecker, hashes": lambda: hashes.check(f"Bearer {plain}")
    }
    for algorithm in ALGORITHMS:
        checks |= _checks_of(keys, algorithm)
    return {name: _repeated(check) for name, check in checks.items()}


def _checks_of(keys: Keys, algorithm: str) -> dict[str, Callable[[], Any]]:
    tokens = [keys.token(algorithm, number) for number in range(MAX_KEPT_TOKENS + 50)]
    ours, seen = TokenChecker(keys.settings(algorithm)), TokenChecker(keys.settings(algorithm))
    again = f"Bearer {tokens[0]}"
    fresh = itertools.cycle([f"Bearer {token}" for token in tokens])
    registry = JWTClaimsRegistry(
        aud={"essential": True, "value": AUDIENCE}, iss={"essential": True, "value": ISSUER}
    )
    key, others = keys.checking(algorithm), itertools.cycle(tokens)
    own, options = keys.signing[algorithm], {"audience": AUDIENCE, "issuer": ISSUER}

    def by_joserfc() -> None:
        said = joserfc_jwt.decode(next(others), own, algorithms=[algorithm]).claims
        registry.validate(said)

    return {
        f"TokenChecker, {algorithm}, seen token": lambda: seen.check(again),
        f"TokenChecker, {algorithm}, new token": lambda: ours.check(next(fresh)),
        f"joserfc, {algorithm}": by_joserfc,
        f"PyJWT, {algorithm}": lambda: pyjwt.decode(
            next(others), key, algorithms=[algorithm], **options
        ),
    }


def _repeated(check: Callable[[], Any]) -> Contender:
    def round_us() -> float:
        start = time.process_time()
        for _ in range(REQUESTS_PER_ROUND):
            check()
        return (time.process_time() - start) / REQUESTS_PER_ROUND * 1e6

    return round_us


def comparison_times() -> dict[str, list[float]]:
    """How long digests are compared, in nanoseconds, by how much of the digest is right.

    Of each, the slowest tenth is left out, in which the machine was busy with something else.
    """
    known = sha256(b"known").digest()
    hashes = parse_hashes([known.hex(), sha256(b"another").hexdigest()])
    digests = {
        "first byte wrong": bytes([known[0] ^ 1]) + known[1:],
        "last byte wrong": known[:-1] + bytes([known[-1] ^ 1]),
        "all bytes wrong": bytes(byte ^ 255 for byte in known),
    }

    def batch_ns(digest: bytes) -> float:
        start = time.process_time_ns()
        for _ in range(COMPARISONS_PER_BATCH):
            find_hashed(digest, hashes)
        return (time.process_time_ns() - start) / COMPARISONS_PER_BATCH

    # In an order drawn by lot: a machine that is busy slows whichever comes at that moment.
    order, times = random.Random(0), {name: list[float]() for name in digests}
    for _ in range(BATCHES):
        for name in order.sample([*digests], len(digests)):
            times[name].append(batch_ns(digests[name]))
    return {name: sorted(values)[: BATCHES * 9 // 10] for name, values in times.items()}


def welch_t(one: list[float], other: list[float]) -> float:
    """Welch's t of two samples; beyond 4.5 on either side, timing would tell them apart.

    >>> welch_t([1.0, 2.0, 3.0], [1.0, 2.0, 3.0])
    0.0
    """
    spread = math.sqrt(variance(one) / len(one) + variance(other) / len(other))
    return (fmean(one) - fmean(other)) / spread


def main() -> None:
    """Print every contender beside the bare view, then the times of comparison."""
    with key_server() as certificates:
        certificates.serve(json.dumps({"google": certificate(rsa_key())}))
        measured = interleave(contenders(Keys(), certificates.url), rounds=ROUNDS)
    print("One GET through WSGI in one process\n")
    print(format_comparisons(compare(measured, baseline=BARE), unit="µs"))
    print("\nAdded by the check of the token (µs)\n")
    print("\n".join(added_us(measured)))
    alone = interleave(checks_alone(Keys()), rounds=ROUNDS)
    print("\nThe check alone, without a request (µs)\n")
    print(format_comparisons(compare(alone, baseline="TokenChecker, hashes"), unit="µs"))
    times = comparison_times()
    print("\nComparing a digest with two known ones (ns), and Welch's t beside the first line\n")
    first = next(iter(times.values()))
    for name, values in times.items():
        print(f"{name:18}{median(values):8.1f}{welch_t(values, first):8.2f}")


if __name__ == "__main__":
    main()

"""`mlapi token`: bearer tokens for the APIs that ask for one."""

from __future__ import annotations

import os
import secrets
from pathlib import Path

import click

from ml_api_kit.cli.extras import require_extra
from ml_api_kit.errors import SettingsError

HASHES_VARIABLE = "MLAPI_TOKEN_HASHES"
TOKEN_VARIABLE = "API_TOKEN"
KEY_SET_VARIABLE = "MLAPI_JWT_KEY_SET_FILE"
MAX_LIFETIME_S = 366 * 86_400

_FILE = click.Path(dir_okay=False, path_type=Path)


@click.group()
def token() -> None:
    """Make bearer tokens for an API."""


@token.command()
@click.option(
    "--env-file",
    type=_FILE,
    help="Write the token and its hash to this file, for a machine that is client and API at once.",
)
def new(*, env_file: Path | None) -> None:
    """Print a new token, once, and the hash that an API knows it by.

    Give the token to a client, and the hash to the API. The token is kept nowhere, unless
    --env-file says where.
    """
    from ml_api_kit.decorators import hash_token  # imports Flask, which other commands need not

    made = secrets.token_urlsafe(32)
    hashed = hash_token(made)
    if env_file is not None:
        text = f"{TOKEN_VARIABLE}={made}\n{HASHES_VARIABLE}={hashed}\n"
        _write_private(env_file, text.encode(), name="--env-file")
        click.echo(f"Wrote a new token and its hash to {env_file}, which only you may read.")
        return
    click.echo(f"Token, for the client (shown only now):\n{made}\n")
    click.echo("Setting, for the API (several hashes stand apart by commas):")
    click.echo(f"{HASHES_VARIABLE}={hashed}")


@token.command()
@click.argument("private_key", type=_FILE)
@click.option(
    "--key-set",
    type=_FILE,
    required=True,
    help="The API's key set: the public key is added to this file, which is made if need be.",
)
@click.option(
    "--algorithm",
    type=click.Choice(["ES256", "RS256"]),
    default="ES256",
    show_default=True,
    help="What tokens are signed by.",
)
def key(*, private_key: Path, key_set: Path, algorithm: str) -> None:
    """Make a key pair for JWTs: PRIVATE_KEY signs, the key set checks.

    PRIVATE_KEY is a new file, which only you may read. For another key beside the first, as while
    keys are exchanged, run it again with another PRIVATE_KEY and the same key set.
    """
    require_extra("jwt", command="mlapi token key")
    from ml_api_kit.decorators.tokens.own_keys import new_private_key, with_public_key

    made = new_private_key(algorithm)
    try:
        before = key_set.read_bytes() if key_set.exists() else None
        after = with_public_key(before, made)
    except OSError as error:
        raise SettingsError("--key-set", str(key_set), _readable(error)) from error
    except ValueError as error:
        expected = f"a JSON Web Key Set, or a file that does not exist yet (this one {error})"
        raise SettingsError("--key-set", str(key_set), expected) from error
    _write_private(private_key, made, name="PRIVATE_KEY")
    _replace(key_set, after, name="--key-set")
    click.echo(f"Wrote the private key to {private_key}, which only you may read.")
    click.echo(f"Added its public key to {key_set}. Setting, for the API:")
    click.echo(f"{KEY_SET_VARIABLE}={key_set}")


@token.command()
@click.argument("private_key", type=_FILE)
@click.option(
    "--audience",
    required=True,
    envvar="MLAPI_JWT_AUDIENCE",
    show_envvar=True,
    help="The API that the token is for.",
)
@click.option(
    "--issuer",
    required=True,
    envvar="MLAPI_JWT_ISSUER",
    show_envvar=True,
    help="Who signs it.",
)
@click.option(
    "--type",
    "token_type",
    default="JWT",
    show_default=True,
    envvar="MLAPI_JWT_TYPE",
    show_envvar=True,
    help="What kind of token it is, such as at+jwt.",
)
@click.option("--subject", required=True, help="Who it is given to.")
@click.option("--scope", "scopes", multiple=True, help="What it is good for; may be repeated.")
@click.option(
    "--lifetime-s",
    type=click.IntRange(1, MAX_LIFETIME_S),
    default=3600,
    show_default=True,
    help="How long it is good, in seconds.",
)
def sign(
    *,
    private_key: Path,
    audience: str,
    issuer: str,
    token_type: str,
    subject: str,
    scopes: tuple[str, ...],
    lifetime_s: int,
) -> None:
    """Print a JWT, signed with PRIVATE_KEY, which `mlapi token key` makes."""
    require_extra("jwt", command="mlapi token sign")
    from ml_api_kit.decorators.tokens.own_keys import sign_claims

    said = {"iss": issuer, "aud": audience, "sub": subject, "jti": secrets.token_urlsafe(12)}
    if scopes:
        said["scope"] = " ".join(scopes)
    try:
        key_bytes = private_key.read_bytes()
        signed = sign_claims(said, key_bytes, lifetime_s=lifetime_s, token_type=token_type)
    except OSError as error:
        raise SettingsError("PRIVATE_KEY", str(private_key), _readable(error)) from error
    except ValueError as error:
        expected = f"a file that `mlapi token key` made (this one {error})"
        raise SettingsError("PRIVATE_KEY", str(private_key), expected) from error
    click.echo(signed)


def _write_private(path: Path, data: bytes, *, name: str) -> None:
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError as error:
        raise SettingsError(
            name, str(path), "a file that does not exist yet; this one was left as it is"
        ) from error
    except OSError as error:
        raise SettingsError(name, str(path), _writable(error)) from error
    with os.fdopen(descriptor, "wb") as file:
        file.write(data)


def _replace(path: Path, data: bytes, *, name: str) -> None:
    # Another process may be reading the key set: it finds the old one or the new one.
    beside = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    _write_private(beside, data, name=name)
    if path.exists():
        beside.chmod(path.stat().st_mode & 0o777)
    beside.replace(path)


def _readable(error: OSError) -> str:
    return f"a file that you may read ({error.strerror})"


def _writable(error: OSError) -> str:
    return f"a file in a folder you may write to ({error.strerror})"

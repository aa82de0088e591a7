"""`mlapi token`: bearer tokens for the APIs that ask for one."""

from __future__ import annotations

import secrets

import click


@click.group()
def token() -> None:
    """Make bearer tokens for an API."""


@token.command()
def new() -> None:
    """Print a new token, once, and the hash that an API knows it by.

    Give the token to a client, and the hash to the API. The token is kept nowhere.
    """
    from ml_api_kit.decorators import hash_token  # imports Flask, which other commands need not

    made = secrets.token_urlsafe(32)
    click.echo(f"Token, for the client (shown only now):\n{made}\n")
    click.echo("Setting, for the API (several hashes stand apart by commas):")
    click.echo(f"MLAPI_TOKEN_HASHES={hash_token(made)}")

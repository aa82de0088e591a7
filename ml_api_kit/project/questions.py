"""The questions that the scaffold asks, read from its `cookiecutter.json`."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from difflib import get_close_matches

from ml_api_kit.errors import ProjectError
from ml_api_kit.project.template_folder import template_folder


@dataclass(frozen=True, slots=True)
class Question:
    """One question: its key, its text, its default, and the choices where they are limited."""

    key: str
    text: str
    default: str
    choices: tuple[str, ...]


def read_questions() -> list[Question]:
    """The questions of the scaffold, in the order they are asked; the name is not among them.

    >>> [question.key for question in read_questions()]
    ['description', 'gcp_project', 'region', 'python_version']
    """
    variables = json.loads((template_folder() / "cookiecutter.json").read_text("utf-8"))
    texts = variables["__prompts__"]
    return [
        _question(key, texts[key], value)
        for key, value in variables.items()
        if key in texts and key != "project_name"
    ]


def check_answers(answers: Mapping[str, str]) -> None:
    """Pass when every answer is to a known question and among its choices.

    Raises ProjectError: when one is not, saying which would be.
    """
    questions = {question.key: question for question in read_questions()}
    for key, answer in answers.items():
        if key not in questions:
            raise ProjectError(f"There is no question {key!r}{_hint(key, list(questions))}")
        choices = questions[key].choices
        if choices and answer not in choices:
            raise ProjectError(f"{key}={answer} is not possible; choose {' or '.join(choices)}.")
        if not answer.strip():
            raise ProjectError(f"{key} is empty; leave it out for {questions[key].default!r}.")
        if any(character in answer for character in '"\\\n\r{}'):
            raise ProjectError(f"{key} may not hold quotes, backslashes, braces or line breaks.")


def _question(key: str, text: str, value: str | list[str]) -> Question:
    if isinstance(value, list):
        return Question(key, text, value[0], tuple(value))
    return Question(key, text, value, ())


def _hint(key: str, known: list[str]) -> str:
    close = get_close_matches(key, known, n=1)
    did_you_mean = f"; did you mean {close[0]!r}?" if close else "."
    return f"{did_you_mean} The questions are {', '.join(known)}."

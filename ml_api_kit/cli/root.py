"""The command `mlapi`: finds its commands, and says errors in one sentence."""

from __future__ import annotations

import errno
import os
import pkgutil
import signal
import sys
from importlib import import_module
from pathlib import Path
from types import FrameType
from typing import NoReturn

import click

import ml_api_kit
from ml_api_kit.cli import INTERRUPTED_EXIT_CODE
from ml_api_kit.errors import MlApiError

# What a file or device says that takes no more, and what is closed.
_FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EIO, errno.EBADF)
_NOT_COMMANDS = frozenset({"__main__", "extras", "root"})


class CommandFolder(click.Group):
    """A group whose commands are the modules beside this one.

    A module `load_test.py` holds the command `load-test`, in a variable of the module's name.
    """

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Names of the commands, sorted."""
        modules = {module.name for module in pkgutil.iter_modules([str(Path(__file__).parent)])}
        return sorted(name.replace("_", "-") for name in modules - _NOT_COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The command called `cmd_name`, or None where there is none."""
        if cmd_name not in self.list_commands(ctx):
            return None
        name = cmd_name.replace("-", "_")
        command: click.Command = getattr(import_module(f"ml_api_kit.cli.{name}"), name)
        return command


@click.group(
    cls=CommandFolder,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
    epilog="Shell completion: mlapi completion --help",
)
@click.version_option(ml_api_kit.__version__, prog_name="mlapi")
def mlapi() -> None:
    """Turn research code into a machine-learning API."""


def run_process() -> NoReturn:
    """Run `mlapi` with this process's arguments and signals, and exit with its status."""
    _open_closed_streams()
    signal.signal(signal.SIGTERM, _end_on_signal)
    if signal.getsignal(signal.SIGHUP) is signal.SIG_DFL:
        # Ignored by nohup, and stays so; else the terminal is gone, and what was started must go.
        signal.signal(signal.SIGHUP, _end_on_signal)
    sys.exit(_run())


def _open_closed_streams() -> None:
    """Open again what the shell closed (`>&-`), so that no other file gets its number.

    Writing to an output that is closed is an error then, where Python would drop what is written.
    """
    while (number := os.open(os.devnull, os.O_RDONLY)) <= 2:
        if number == 1:
            sys.stdout = os.fdopen(number, "w", closefd=False)
    os.close(number)


def _run() -> int:
    """The exit status of one command; every error has been said on standard error."""
    try:
        status = mlapi.main(prog_name="mlapi", standalone_mode=False)
    except click.ClickException as error:
        error.show()
        return error.exit_code
    except MlApiError as error:
        click.echo(f"Error: {error}", err=True)
        return error.exit_code
    except UnicodeEncodeError as error:
        missing = error.object[error.start]
        click.echo(
            f"Error: the output is in {error.encoding}, which lacks {missing!a}; set"
            " PYTHONIOENCODING=utf-8.",
            err=True,
        )
        return 1
    except OSError as error:
        if error.errno not in _FULL or error.filename is not None:
            raise
        click.echo(f"Error: the output cannot be written ({error.strerror}).", err=True)
        _drop_output()
        return 1
    except (click.Abort, KeyboardInterrupt):
        click.echo("\nInterrupted.", err=True)
        return INTERRUPTED_EXIT_CODE
    return status if isinstance(status, int) else 0


def _drop_output() -> None:
    """Let the end of the process not fail once more with what is left to write."""
    with Path(os.devnull).open("wb") as nowhere:
        os.dup2(nowhere.fileno(), sys.stdout.fileno())


def _end_on_signal(number: int, _frame: FrameType | None) -> NoReturn:
    """Unwind the stack, so that whatever a command holds open is cleaned up."""
    sys.exit(128 + number)

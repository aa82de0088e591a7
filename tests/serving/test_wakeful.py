"""A signal that another thread was given wakes nobody: the surest way to miss one."""

from __future__ import annotations

import subprocess
import sys

import pytest

CODE = """\
import os, signal, sys, threading, time
from ml_api_kit.serving.wakeful import keep_main_thread_wakeful

def send():
    time.sleep(0.2)
    signal.pthread_kill(threading.get_ident(), signal.SIGTERM)

stop = threading.Event()
signal.signal(signal.SIGTERM, lambda number, frame: stop.set())
keep_main_thread_wakeful()
if sys.argv[1] == "forked" and (child := os.fork()):
    sys.exit(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))
if sys.argv[1] == "forked":
    keep_main_thread_wakeful()
threading.Thread(target=send, daemon=True).start()
stop.wait()
print("heard")
"""


def printed(code: str, *arguments: str) -> str:
    """What a process of its own prints before it ends; an error where it never does."""
    command = [sys.executable, "-c", code, *arguments]
    return subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True, timeout=30).stdout


@pytest.mark.parametrize("way", ["awake", "forked"])
def test_signal_is_heard_by_a_thread_that_waits(way: str) -> None:
    assert printed(CODE, way) == "heard\n"


def test_process_that_was_forked_keeps_its_signals_to_itself() -> None:
    code = """\
import os, signal, sys
from ml_api_kit.serving.wakeful import keep_main_thread_wakeful
signal.signal(signal.SIGTERM, lambda number, frame: sys.exit("heard what its child was told"))
keep_main_thread_wakeful()
child = os.fork()
if not child:
    signal.signal(signal.SIGTERM, lambda number, frame: os._exit(7))
    os.kill(os.getpid(), signal.SIGTERM)
status = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
print(status, signal.set_wakeup_fd(-1) >= 0)
"""
    assert printed(code) == "7 True\n"

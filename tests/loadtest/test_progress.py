import io

from ml_api_kit.loadtest.progress import ProgressLine


class Terminal(io.StringIO):
    def isatty(self):
        return True


def test_progress_line_is_written_in_place_on_a_terminal(monkeypatch):
    monkeypatch.setenv("COLUMNS", "10")
    stream = Terminal()
    with ProgressLine(stream) as progress:
        progress.show("first")
        progress.show("second, too long for the terminal")
    assert stream.getvalue() == "\rfirst\x1b[K\rsecond, t\x1b[K\n"


def test_progress_line_leaves_out_what_comes_too_soon_elsewhere():
    stream = io.StringIO()
    with ProgressLine(stream, interval_s=60) as progress:
        for text in ("first", "second"):
            progress.show(text)
        progress.show("last", is_urgent=True)
    assert stream.getvalue() == "first\nlast\n"

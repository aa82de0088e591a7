from ml_api_kit.schemas import to_pointer


def test_pointer_of_the_whole_value_is_empty() -> None:
    assert to_pointer([]) == ""


def test_pointer_escapes_tilde_before_slash() -> None:
    assert to_pointer(["~1", "a/b", "", 0]) == "/~01/a~1b//0"


def test_pointer_ends_at_the_last_container_that_fits() -> None:
    assert to_pointer(["rows", 3, "x" * 1_000, "y"]) == "/rows/3"
    assert to_pointer(["x" * 255]) == "/" + "x" * 255
    assert to_pointer(["x" * 256]) == ""

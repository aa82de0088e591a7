from {{ cookiecutter.package_name }}.preprocessing import clean_answers, count_patterns


def test_clean_answers_keeps_the_last_answers_of_a_student() -> None:
    rows = [
        {"student_id": "ada", "item_1": 0},
        {"student_id": "bob", "item_1": 0},
        {"student_id": "ada", "item_1": 1},
    ]
    assert clean_answers(rows) == [rows[1], rows[2]]


def test_clean_answers_leaves_out_rows_that_name_nobody() -> None:
    assert clean_answers([{"student_id": None, "item_1": 1}]) == []


def test_clean_answers_of_nobody_is_nothing() -> None:
    assert clean_answers([]) == []


def test_count_patterns_counts_students_who_answered_alike() -> None:
    rows = [{"a": 1, "b": None}, {"a": 0, "b": 1}, {"a": 1, "b": None}]
    assert count_patterns(rows, items=("a", "b")) == {(1, None): 2, (0, 1): 1}

"""The small answers: new ids in either envelope, complaints by name, claims of a token."""

from __future__ import annotations

import base64
import json
from typing import Any

import pytest

from connectors.kit import answers


@pytest.mark.parametrize(
    ("answer", "ids"),
    [
        (
            {"candidate": {"id": 60218844002}, "application": {"id": 9}},
            {"candidate": "60218844002", "application": "9"},
        ),
        ({"candidate": {"id": 6}, "application": None}, {"candidate": "6"}),
        ({"id": 6, "first_name": "Mina"}, {"candidate": "6"}),
        ({"id": "0a-1b"}, {"candidate": "0a-1b"}),
        ({"message": "ok"}, {}),
        ({"id": None}, {}),
        ([], {}),
    ],
    ids=str,
)
def test_new_ids_are_found_in_both_envelopes(answer: Any, ids: dict[str, str]) -> None:
    assert answers.new_ids(json.dumps(answer).encode(), "candidate", ["application"]) == ids


@pytest.mark.parametrize("body", [b"", b"<html>", b'{"id": 1', b"null", b"[" * 100_000])
def test_an_unreadable_answer_has_no_ids(body: bytes) -> None:
    assert answers.new_ids(body, "candidate") == {}


def test_a_complaint_is_repeated_by_the_names_of_our_keys_only() -> None:
    body = b'{"errors": [{"email_addresses": "mina@example.com is taken"}, "title is too long"]}'
    assert answers.named({"title": 1, "email_addresses": 2, "company": 3}, body) == "email_addresses, title"


def test_ids_travel_as_numbers() -> None:
    sent = answers.numbers({"job_id": "4410020002", "job_ids": ["1", "2"], "source_id": None, "name": "7"})
    assert sent == {"job_id": 4410020002, "job_ids": [1, 2], "source_id": None, "name": "7"}


@pytest.mark.parametrize(
    ("text", "number"), [("150", 150), ("", None), ("1.5", None), (None, None), ("٣", None), ("-1", None)]
)
def test_whole_numbers_of_headers(text: object, number: int | None) -> None:
    assert answers.whole_number(text) == number


def test_claims_are_read_from_a_token_and_from_nothing_else() -> None:
    claims = base64.urlsafe_b64encode(json.dumps({"sub": "5"}).encode()).rstrip(b"=").decode()
    assert answers.jwt_claims(f"x.{claims}.y") == {"sub": "5"}
    for other in ("", "opaque", "a.b", "a.é.c", "a.!!!.c", "a.bm90IGpzb24.c"):
        assert answers.jwt_claims(other) == {}

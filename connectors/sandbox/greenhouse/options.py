"""What can be set on the Greenhouse stand-in: the disputed points as switches, and its rate limits."""

from __future__ import annotations

from connectors.sandbox.switches import Switch

LIMITS = {
    # As recorded of a live custom integration in May 2026: 150 requests in 30 s; tokens 60 in 60 s.
    "real": {"api": 150, "token": 60},
    # Out of the way of a demonstration, with the same headers.
    "fast": {"api": 100_000, "token": 10_000},
}
API_WINDOW, TOKEN_WINDOW = 30, 60

SWITCHES = (
    Switch("token_expiry", "expires_at", ("expires_at", "expires_in", "expires"), "how a token says when it ends"),
    Switch("token_seconds", 3600.0, (), "how long a token lives"),
    Switch("new_token_revokes", False, (False, True), "minting a token kills the earlier ones of the same subject"),
    Switch("missing_scopes", "", (), "scopes the credential lacks, separated by commas; all: none was ticked"),
    Switch("service_user_admin", True, (True, False), "the integration's own user is a Site Admin"),
    Switch("non_admin", "forbidden", ("forbidden", "empty"), "what lists tell a subject who is no Site Admin"),
    Switch("private_candidates", "visible", ("visible", "hidden", "stub"), "what the subject sees of them"),
    Switch("confidential_jobs", "visible", ("visible", "hidden"), "whether the subject is on their hiring teams"),
    Switch("private_fields", "visible", ("visible", "hidden"), "whether private custom fields are shown"),
    Switch("bracket_dates", "refused", ("refused", "accepted"), "updated_at[gte]= beside updated_at=gte|"),
    Switch("cursor_seconds", 3600.0, (), "how long a cursor lives"),
    Switch("list_lag", 0.0, (), "seconds until a new row shows in lists (asked for by ids it shows at once)"),
    Switch("shows_job_stage", True, (True, False), "applications have the keys that came in summer 2026"),
    Switch("create_envelope", "wrapped", ("wrapped", "bare"), "POST /candidates answers {candidate, application}"),
    Switch("auto_merge", False, (False, True), "a new candidate with a known e-mail is merged into the older one"),
    Switch("prospect_source", "accepted", ("accepted", "ignored", "refused"), "source_id on a new prospect"),
    Switch("second_application", "accepted", ("accepted", "refused"), "a second open application on the same job"),
    Switch("move_from", "job_stage", ("job_stage", "application_stage"), "the id space of move.from_stage_id"),
    Switch("unreject_details", "deleted", ("deleted", "cleared"), "what becomes of the rejection_details row"),
    Switch("child_bumps_parent", False, (False, True), "a note, tag or application moves the candidate's updated_at"),
    Switch("note_visibility_answer", "read", ("read", "write"), "the spelling in the answer to POST /notes"),
)

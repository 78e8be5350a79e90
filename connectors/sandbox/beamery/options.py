"""What can be set on the Beamery stand-in: the disputed points as switches, and its rate limits.

Beamery publishes no full reference; each switch is a point where its pages, its customers' code and its older API
disagree or are silent. The first choice is how the stand-in behaves unless it is told otherwise.
"""

from __future__ import annotations

from connectors.sandbox.switches import Switch

LIMITS = {
    # As documented: 40 requests a second for the whole company, 30 at the log-in (FACTS, section 4).
    "real": {"api": 40, "auth": 30},
    # Out of the way of a demonstration, with the same headers.
    "fast": {"api": 100_000, "auth": 10_000},
}

SWITCHES = (
    # Logging in
    Switch("logins", "both", ("both", "oauth", "basic"), "which log-ins the tenant's credential may use"),
    Switch("auth_token_key", "token", ("token", "access_token", "accessToken"), "the key GET /v1/auth answers with"),
    Switch("token_seconds", 86_400.0, (), "how long a token lives (expires_in)"),
    Switch("others_per_second", 0, (), "requests a second that other integrations of the company take of the limit"),
    # Reading
    Switch(
        "envelope", "frontier", ("frontier", "docs", "legacy"), "how a list is wrapped, and what its paging is called"
    ),
    Switch("times", "createdTime", ("createdTime", "createdAt"), "the names of a contact's own times"),
    Switch("time_precision", "milliseconds", ("milliseconds", "seconds"), "how fine times are, in rows and in filters"),
    Switch("contact_shape", "frontier", ("frontier", "legacy"), "e-mails and links as lists, or as {keys, values}"),
    Switch("vacancy_ids", "present", ("present", "title_only"), "whether a contact's vacancies carry ids"),
    Switch("sort_by_updated", "honoured", ("honoured", "ignored"), "sort_field=updatedAt; ignored means by creation"),
    Switch("deep_offset", 10_000, (), "the furthest row a list gives by offset; 0 for no end"),
    Switch("email_filter", "any", ("any", "primary", "partial", "case_sensitive"), "what ?email= finds"),
    Switch("search_lag", 0.0, (), "seconds until ?email= finds an address that was just written"),
    Switch("find_by_ats_id", False, (False, True), "?integration=<ats>&integration_id=<id> is understood"),
    Switch("archived_contacts", "listed", ("listed", "hidden"), "whether lists show archived contacts"),
    Switch("merged_id", "404", ("404", "301", "mergedInto"), "what GET says of a contact merged into another"),
    Switch("anonymised_contacts", "gone", ("gone", "stub"), "what is left to see of an anonymised contact"),
    Switch("hidden_fields", "", (), "keys and custom fields (display names) the role may not see, comma-separated"),
    Switch("custom_field_list", "shown", ("shown", "missing"), "whether GET /v1/custom-fields exists"),
    Switch("activities", False, (False, True), "whether GET /v1/contact/{id}/activities exists"),
    Switch("ats_kind", "greenhouse", (), "the name of the ATS under `integrations`"),
    # Writing
    Switch("create_dedupe", "merge", ("merge", "conflict", "duplicate"), "POST with a known e-mail or social link"),
    Switch("create_status", 200, (200, 201), "the status of a create"),
    Switch("patch_answer", "id", ("id", "full", "empty"), "what PATCH answers: the id, the contact, or 204"),
    Switch("customfields_patch", "merge", ("merge", "replace"), "a non-empty customFields array in a PATCH"),
    Switch("phones_patch", "add", ("add", "replace"), "phoneNumbers in a PATCH"),
    Switch("emails_patch", "replace", ("replace", "add"), "emails in a PATCH"),
    Switch("tags_patch", "replace", ("replace", "add"), "globalTags in a PATCH"),
    Switch("links_patch", "replace", ("replace", "add"), "links in a PATCH"),
    Switch("read_only_keys", "ignored", ("ignored", "refused"), "lists, vacancies, integrations and times in a write"),
    Switch("do_not_contact", "writable", ("writable", "read_only", "absent"), "the flag doNotContact over the API"),
    Switch("same_value_bumps", True, (True, False), "a PATCH that changes nothing moves the updated time"),
    Switch("delete", "archived_only", ("archived_only", "always", "refused"), "which contacts DELETE takes"),
    Switch("custom_field_create", "refused", ("refused", "allowed"), "POST /v1/custom-fields"),
    Switch("pool_create", "refused", ("refused", "allowed"), "POST /v1/pool"),
    Switch("tag_create", "refused", ("refused", "allowed"), "POST /v1/global-tags"),
    Switch(
        "pool_removal",
        "one",
        ("one", "body", "patch_lists", "all", "none"),
        "how people leave a pool: DELETE .../contacts/{id}, DELETE .../contacts with contactIds, PATCH of lists",
    ),
)

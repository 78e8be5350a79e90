"""The canonical field names: the one list that ownership, plan, base, ledger, reports and config speak.

Profile fields are shared by both systems and owned by config. Projections are ours: written by a policy, kept in
custom fields of a vendor, and never read as a user's opinion.
"""

from __future__ import annotations

from typing import Literal

# Shared profile fields. Scalars are str or None; sets are sorted tuples of str.
GIVEN_NAME = "given_name"
FAMILY_NAME = "family_name"
EMAILS = "emails"  # lower-cased addresses
PHONES = "phones"  # E.164 where readable, else digits as given
LINKS = "links"  # normalised URLs, LinkedIn as linkedin.com/in/<handle>
COMPANY = "company"
TITLE = "title"
LOCATION = "location"
TAGS = "tags"  # labels as written
PROFILE = (GIVEN_NAME, FAMILY_NAME, EMAILS, PHONES, LINKS, COMPANY, TITLE, LOCATION, TAGS)
SETS = frozenset({EMAILS, PHONES, LINKS, TAGS})

# Consent: True means outreach is forbidden. Greenhouse: not can_email. Beamery: doNotContact or the consent fields.
DO_NOT_CONTACT = "do_not_contact"
# The vendor's own mark alone, without a word about what the person consented to: a block by the company, which can be
# lifted again. Only where a vendor keeps both and its mapper offers it; elsewhere DO_NOT_CONTACT stands for it.
BLOCKED = "blocked"

# Projections into the ATS.
PERSON_ID = "person_id"
CRM_LINK = "crm_link"
FIRST_TOUCH_SOURCE = "first_touch_source"
FIRST_TOUCH_CAMPAIGN = "first_touch_campaign"
FIRST_TOUCH_AT = "first_touch_at"
ENGAGEMENT = "engagement"

# Projections into the CRM (PERSON_ID and the first touch too).
ATS_LINK = "ats_link"
ATS_STATUS = "ats_status"
ATS_STAGE = "ats_stage"
ATS_JOB = "ats_job"
LAST_OUTCOME = "last_outcome"
OUTCOME_REASON = "outcome_reason"
OUTCOME_DATE = "outcome_date"
MILESTONE_REACHED = "milestone_reached"

PROJECTIONS = (
    PERSON_ID, CRM_LINK, FIRST_TOUCH_SOURCE, FIRST_TOUCH_CAMPAIGN, FIRST_TOUCH_AT, ENGAGEMENT, ATS_LINK, ATS_STATUS,
    ATS_STAGE, ATS_JOB, LAST_OUTCOME, OUTCOME_REASON, OUTCOME_DATE, MILESTONE_REACHED,
)  # fmt: skip
DATES = frozenset({FIRST_TOUCH_AT, OUTCOME_DATE})

Owner = Literal["ats", "crm", "newest", "union", "none"]

"""The strong keys of a record, in their normal form, without those that are known to lie.

A key is an index entry and a reason to look closer, never a decision: who else carries it and what their names say
is weighed in `identity.decide`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from types import MappingProxyType

from identity.contract import Key
from mapping import fields
from mapping.model import Candidate

EMAIL, PHONE, LINKEDIN, GITHUB, CROSSREF = "email", "phone", "linkedin", "github", "crossref"

# Local parts that belong to a desk and not to a person: a company's, an agency's, or nobody's.
_DESKS = frozenset(
    (
        "admin", "administration", "agency", "application", "applications", "apply", "bewerbung", "bewerbungen",
        "candidate", "candidates", "career", "careers", "contact", "cv", "cvs", "enquiries", "help", "hiring", "hr",
        "humanresources", "info", "information", "inquiries", "job", "jobs", "karriere", "marketing", "office",
        "people", "personnel", "placement", "placements", "postmaster", "recruit", "recruiter", "recruiters",
        "recruiting", "recruitment", "resume", "resumes", "root", "rrhh", "sales", "service", "sourcing", "staff",
        "staffing", "support", "talent", "talents", "team", "webmaster",
    )
)  # fmt: skip
_NOBODY = frozenset(("anonymous", "na", "nobody", "noemail", "nomail", "none", "null", "unknown"))
_RELAYS = ("users.noreply.github.com", "reply.linkedin.com")
_GOOGLE = frozenset(("gmail.com", "googlemail.com"))
_GITHUB = re.compile(r"^github\.com/([a-z0-9](?:[a-z0-9-]{0,38}))$", re.IGNORECASE)
_NO_HANDLES = frozenset(("company", "feed", "in", "jobs", "login", "me", "profile", "search", "settings"))
_NO_SYSTEMS: Mapping[str, str] = MappingProxyType({})


def keys(candidate: Candidate, systems: Mapping[str, str] = _NO_SYSTEMS) -> tuple[Key, ...]:
    """The keys of a candidate, sorted. `systems` says which configured system a role or a vendor's kind means in a
    stored cross-reference, as {"ats": "greenhouse"}; a name that is not in it stands for itself.

    An anonymised record has no keys but its own reference: nothing of it may find anybody again.
    """
    own = Key(CROSSREF, f"{candidate.ref.system}/{candidate.ref.id}")
    if candidate.anonymised:
        return (own,)
    return tuple(sorted({own, *_crossrefs(candidate, systems), *_contacts(candidate)}))


def email_key(address: str) -> str | None:
    """An address as it is delivered: lower case, without a plus-tag, Google's without dots; None for a desk's or
    nobody's mailbox."""
    local, at, domain = address.strip().lower().rpartition("@")
    if not at or not local or "." not in domain or domain.endswith(_RELAYS):
        return None
    bare = local.split("+", 1)[0] or local
    if domain in _GOOGLE:
        bare, domain = bare.replace(".", ""), "gmail.com"
    return None if _is_desk(bare, domain) else f"{bare}@{domain}"


def phone_key(e164: str | None) -> str | None:
    """A number that can be somebody's; None where it is a placeholder (all one digit, or counting up)."""
    if not e164 or not e164.startswith("+") or len(e164) < 9:
        return None
    tail = e164[-7:]
    if len(set(tail)) == 1 or tail in "01234567890123456789":
        return None
    return e164


def _contacts(candidate: Candidate) -> Iterator[Key]:
    for email in candidate.emails:
        if normal := email_key(email.normal):
            yield Key(EMAIL, normal)
    for phone in candidate.phones:
        if number := phone_key(phone.e164):
            yield Key(PHONE, number)
    if (handle := candidate.linkedin) and handle.lower() not in _NO_HANDLES:
        yield Key(LINKEDIN, handle)
    for link in candidate.links:
        if account := _GITHUB.match(link):
            yield Key(GITHUB, account[1].lower())


def _crossrefs(candidate: Candidate, systems: Mapping[str, str]) -> Iterator[Key]:
    """Ids of the other side stored in this record, and the id of ours that we wrote into it."""
    for name, native in candidate.crossrefs:
        yield Key(CROSSREF, f"{systems.get(name.lower(), name)}/{native}")
    ours = candidate.values.get(fields.PERSON_ID)
    if isinstance(ours, str) and ours:
        yield Key(CROSSREF, f"person/{ours}")


def _is_desk(local: str, domain: str) -> bool:
    word = re.sub(r"[._\-\d]", "", local)
    if word in _DESKS or word.startswith(("noreply", "donotreply")):
        return True
    # none@none.com, test@test.com: somebody had to fill in the field.
    return word in _NOBODY or word == domain.split(".", 1)[0] == "test"

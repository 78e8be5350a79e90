"""What Greenhouse Harvest v3 means, and how canonical changes look there: the mapper of kind `greenhouse`.

The rows are in greenhouse_rows, one candidate's record in greenhouse_candidate and its applications in
greenhouse_applications, the bodies of writes in greenhouse_writes; this page keeps the reference tables.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from connectors.kit.contract import Ref, Row, WantedField, Write
from mapping import fields, greenhouse_writes, normalise
from mapping.contract import ConsentField, CustomField, MappingConfig, Unmapped, Unreadable, Unsupported
from mapping.custom import CustomFields, Definition, Option
from mapping.greenhouse_applications import Reason, Source, Tables, application, gather, pools, touchpoints
from mapping.greenhouse_candidate import candidate, custom_map
from mapping.greenhouse_rows import (
    CandidateRow,
    CustomFieldRow,
    GroupedRow,
    JobRow,
    JobStageRow,
    NamedRow,
    OptionRow,
    Timed,
    read,
)
from mapping.model import FLAG_EVIDENCE, Consent, Job, Pool, Profile, Value
from mapping.vendor import Words, profile_page

PROFILE_URL = "https://app.greenhouse.io/people/{id}"

DEFAULTS = (
    CustomField(key="tieline_person_id", field=fields.PERSON_ID),
    CustomField(key="tieline_crm_url", field=fields.CRM_LINK, type="url"),
    CustomField(key="tieline_first_touch_source", field=fields.FIRST_TOUCH_SOURCE),
    CustomField(key="tieline_first_touch_campaign", field=fields.FIRST_TOUCH_CAMPAIGN),
    CustomField(key="tieline_first_touch_at", field=fields.FIRST_TOUCH_AT, type="date"),
    CustomField(key="tieline_engagement", field=fields.ENGAGEMENT, type="long_text"),
)

# custom_fields[].value_type -> our kind of definition; every other type (currency, user, date_of_birth, *_hris, ...)
# is either not comparable or protected, and is never read.
_KINDS = {
    "short_text": "text",
    "long_text": "long_text",
    "url": "url",
    "date": "date",
    "yes_no": "boolean",
    "single_select": "select",
    "multi_select": "multi_select",
    "number": "number",
}


class Mapper:
    """The mapper of one Greenhouse account (see mapping.contract.Mapper)."""

    def __init__(self, system: str, config: MappingConfig) -> None:
        self.system = system
        self._config = config
        self._words = Words(config)
        self._custom = CustomFields(DEFAULTS, config)
        self._tables = Tables(self._words)
        self._jobs: dict[str, Job] = {}
        self._pools: dict[str, Pool] = {}
        self._definitions: list[CustomFieldRow] = []
        self._options: dict[str, list[Option]] = {}

    # --- reading ---

    def learn(self, object: str, rows: Sequence[Row]) -> None:
        """Replace one reference table. A row that cannot be read is left out: its quarantine has told of it."""
        table = [one for row in rows if (one := _readable(row))]
        match object:
            case "job":
                self._jobs = {one.id: self._job(one) for one in table if isinstance(one, JobRow)}
            case "pool":
                found = [one for one in table if isinstance(one, NamedRow) and one.active is not False]
                self._pools = {one.id: Pool(ref=Ref(self.system, "pool", one.id), name=one.name or "") for one in found}
            case "job_stage":
                self._learn_stages([one for one in table if isinstance(one, JobStageRow)])
            case "rejection_reason":
                self._learn_reasons([one for one in table if isinstance(one, GroupedRow)])
            case "source":
                self._learn_sources([one for one in table if isinstance(one, GroupedRow)])
            case "custom_field":
                self._definitions = [one for one in table if isinstance(one, CustomFieldRow)]
                self._define()
            case "custom_field_option":
                self._options = {}
                for one in table:
                    if isinstance(one, OptionRow) and (label := normalise.text(one.name)):
                        option = Option(one.id, label, one.active is not False)
                        self._options.setdefault(one.custom_field_id, []).append(option)
                self._define()

    def profile(self, candidate: Row, children: Sequence[Row]) -> Profile:
        """The candidate with everything that hangs on it. Raises `Unreadable`."""
        row = _candidate_row(candidate)
        hanging = gather(children)
        return Profile(
            candidate=_candidate(self.system, row, pools(hanging), self._custom, self._config.default_region),
            applications=tuple(application(self.system, one, hanging, self._tables) for one in hanging.applications),
            touchpoints=touchpoints(self.system, hanging, self._tables),
            consents=_consents(self.system, row, self._config.consent),
            markers=tuple(sorted(hanging.markers)),
        )

    def validate(self, row: Row) -> None:
        """Read the row in its model. Raises `Unreadable`."""
        read(row)

    # --- what there is ---

    def jobs(self) -> Mapping[str, Job]:
        """Jobs by native id; one that is missing here may be confidential and hidden from us."""
        return self._jobs

    def pools(self) -> Mapping[str, Pool]:
        """Prospect pools by native id."""
        return self._pools

    def sources(self) -> Mapping[str, str]:
        """Sources by native id; none can be created through the API."""
        return {id_: one.label for id_, one in self._tables.sources.items()}

    def writable(self) -> frozenset[str]:
        """The shared profile fields, consent, and each custom field that is there."""
        return greenhouse_writes.WRITABLE | self._custom.writable()

    def kept(self) -> Sequence[str]:
        """The name_keys whose values may be stored."""
        return self._custom.kept()

    def wanted(self) -> Sequence[WantedField]:
        """Candidate custom fields that Tieline writes."""
        return self._custom.wanted()

    def missing(self) -> Sequence[WantedField]:
        """Those of `wanted` that this account does not have, or has archived."""
        return self._custom.missing()

    def unmapped(self) -> Sequence[Unmapped]:
        """Stages, reasons and sources without a rule, and custom fields that cannot serve as configured."""
        return (*self._words.unmapped(), *self._custom.unmapped())

    def link(self, id: str) -> str | None:
        """The candidate's page in Greenhouse."""
        return profile_page(self._config.profile_url or PROFILE_URL, id)

    # --- writing ---

    def create_candidate(self, values: Mapping[str, Value], job: str | None, source: str | None, key: str) -> Write:
        """A candidate with a first application, or a prospect where there is no job."""
        return greenhouse_writes.create_candidate(values, job, source, key, self._custom)

    def update_candidate(self, id: str, fields: Mapping[str, tuple[Value, Value]], key: str) -> Write:
        """Only what changes, sets as what is added and what is removed. Raises `Unsupported`."""
        return greenhouse_writes.update_candidate(id, fields, key, self._custom)

    def create_application(self, candidate: str, job: str, source: str | None, key: str) -> Write:
        """An existing candidate on a job."""
        return greenhouse_writes.create_application(candidate, job, source, key)

    def set_source(self, application: str, source: str, key: str) -> Write:
        """Another source for an application."""
        return greenhouse_writes.set_source(application, source, key)

    def create_note(self, candidate: str, text: str, key: str) -> Write:
        """One private note."""
        return greenhouse_writes.create_note(candidate, text, key)

    def pool(self, candidate: str, pool: str, *, add: bool, key: str) -> Write:  # noqa: ARG002 - as the contract says
        """Prospect pools belong to prospect applications here: nobody is put in or taken out by itself."""
        raise Unsupported("Greenhouse has no call that puts a candidate into a pool or takes one out")

    # --- the reference tables ---

    def _job(self, one: JobRow) -> Job:
        return Job(
            ref=Ref(self.system, "job", one.id),
            title=normalise.text(one.name) or "",
            requisition=normalise.text(one.requisition_id),
            open=one.status == "open" and not one.is_template,
            confidential=bool(one.confidential),
        )

    def _learn_stages(self, table: Sequence[JobStageRow]) -> None:
        """Archived stages keep their labels, because history points at them; only active ones are worth a report."""
        self._words.forget("stage")
        self._tables.stages = {one.id: label for one in table if (label := normalise.text(one.name))}
        for one in table:
            self._words.milestone(self._tables.stages.get(one.id), report=one.active is not False)

    def _learn_reasons(self, table: Sequence[GroupedRow]) -> None:
        self._words.forget("reason")
        self._tables.reasons = {}
        for one in table:
            label, key = normalise.text(one.name), one.type.key if one.type else None
            self._tables.reasons[one.id] = Reason(label, self._words.reason_type(label, key, id=one.id))

    def _learn_sources(self, table: Sequence[GroupedRow]) -> None:
        self._words.forget("source")
        self._tables.sources = {}
        for one in table:
            if label := normalise.text(one.name):
                channel = self._words.channel(label, one.type.name if one.type else None)
                self._tables.sources[one.id] = Source(label, channel or "other")

    def _define(self) -> None:
        """Tell the custom fields what candidates have; the options may have come before the fields or after."""
        found = []
        for one in self._definitions:
            if one.field_type == "candidate" and one.name_key and one.active is not False:
                kind = "private" if one.private else _KINDS.get(one.value_type or "", "other")
                found.append(Definition(one.name_key, one.id, kind, tuple(self._options.get(one.id, ()))))
        self._custom.define(found)


_candidate = candidate


def _readable(row: Row) -> Timed | None:
    try:
        return read(row)
    except Unreadable:
        return None


def _candidate_row(row: Row) -> CandidateRow:
    one = read(row)
    if not isinstance(one, CandidateRow):
        raise Unreadable(f"{row.object}: is no candidate")
    return one


def _consents(system: str, row: CandidateRow, configured: Sequence[ConsentField]) -> tuple[Consent, ...]:
    """Statements only: can_email is true for everybody by default and grants nothing, an empty field says nothing."""
    found = []
    if row.can_email is False:
        found.append(Consent(state="withdrawn", system=system, evidence=FLAG_EVIDENCE))
    raw = custom_map(row) or {}
    for one in configured:
        said = normalise.truth(raw.get(one.field))
        if said is None:
            continue
        day = raw.get(one.date_field)
        at = normalise.moment(normalise.date(day)) if isinstance(day, str) else None
        state = "granted" if said else "withdrawn"
        found.append(Consent(purpose=one.purpose, state=state, at=at, system=system, evidence=one.field))
    return tuple(found)

"""The scene: who works there, jobs and vacancies, sources, reasons, pools, tags, campaigns, custom fields."""

from __future__ import annotations

from dataclasses import dataclass, field

from connectors.sandbox.invented.ats_records import (
    AtsField,
    AtsTag,
    AtsUser,
    Job,
    JobStage,
    PoolStage,
    ProspectPool,
    Reason,
    Referrer,
    Source,
)
from connectors.sandbox.invented.crm_records import (
    Campaign,
    CrmField,
    CrmPool,
    CrmUser,
    GlobalTag,
    Vacancy,
    VacancyStage,
)
from connectors.sandbox.invented.humans import Dice
from connectors.sandbox.invented.ids import FieldOption
from connectors.sandbox.invented.places import FIELDS, WORK

DAY = 86_400.0
HORIZON = 730 * DAY  # how far back the world remembers

USERS = (
    ("Rae", "Calloway"), ("Tomás", "Ibarra"), ("Ingrid", "Solheim"), ("Kwabena", "Osei"), ("Mei", "Tanaka"),
    ("Piotr", "Zawada"), ("Dana", "Whitfield"), ("Yusuf", "Demir"),
)  # fmt: skip

# Stage labels as five hiring teams wrote them, with the milestone each truly is.
STAGE_SETS: tuple[tuple[tuple[str, str], ...], ...] = (
    (("Application Review", "applied"), ("Recruiter Screen", "screened"), ("Technical Interview", "interviewed"),
     ("Onsite", "final"), ("Reference Check", "final"), ("Offer", "offer")),
    (("Application Review", "applied"), ("Phone Screen", "screened"), ("Take Home Test", "screened"),
     ("Technical Interview", "interviewed"), ("Final Round", "final"), ("Offer", "offer")),
    (("Application Review", "applied"), ("Recruiter Phone Screen", "screened"),
     ("Hiring Manager Interview", "interviewed"), ("Final Interview", "final"), ("Offer", "offer")),
    (("Application Review", "applied"), ("Recruiter Screen", "screened"), ("Panel Interview", "interviewed"),
     ("Final Round", "final"), ("Reference Check", "final"), ("Offer", "offer")),
)  # fmt: skip
ODD_STAGE = "Chemistry Check"  # nobody can know what it means: it has to be reported, not guessed

SOURCES = (
    ("Careers page", "Company marketing"), ("LinkedIn", "Third-party boards"), ("Indeed", "Third-party boards"),
    ("Glassdoor", "Third-party boards"), ("Referral", "Referral"), ("Beamery", "Prospecting"),
    ("LinkedIn (Prospecting)", "Prospecting"), ("Recruiting event", "Attend events"), ("University fair",
        "Attend events"),
    ("Agency: Harbor Talent", "Agencies"), ("Internal applicant", "Other"), ("Other", "Other"),
)  # fmt: skip
CAREERS, LINKEDIN, INDEED, GLASSDOOR, REFERRAL, CRM_SOURCE, PROSPECTING, EVENT, FAIR, AGENCY, INTERNAL, OTHER = range(
    12
)

REASONS = (
    ("Lacking skill(s)/qualification(s)", "WE_REJECTED_THEM", True), ("Other candidate hired",
        "WE_REJECTED_THEM", False),
    ("Position closed", "WE_REJECTED_THEM", False), ("Salary expectations too high", "WE_REJECTED_THEM", False),
    ("Accepted another offer", "THEY_REJECTED_US", True), ("Withdrew: compensation", "THEY_REJECTED_US", False),
    ("Withdrew: personal reasons", "THEY_REJECTED_US", False), ("Other", "NONE_SPECIFIED", True),
    ("Do not hire: security concern", "SECURITY_CONCERN", False),
)  # fmt: skip
COMPANY_REASONS, CANDIDATE_REASONS, NEUTRAL_REASON, BLOCKING_REASON = (0, 1, 2, 3), (4, 5, 6), 7, 8

POOLS = (
    ("Data community", "talent", True), ("Engineering nurture", "talent", True), ("Design nurture", "talent", True),
    ("Go-to-market nurture", "talent", True), ("Silver medalists", "talent", True), ("Alumni", "employee", False),
)  # fmt: skip
SILVER_POOL, ALUMNI_POOL = 4, 5
FIELD_POOL = {
    "Data": 0,
    "Engineering": 1,
    "Design": 2,
    "Product": 2,
    "Sales": 3,
    "People": 3,
    "Finance": 3,
    "Operations": 3,
}

TAGS = (
    "Talent community",
    "Open to remote",
    "Speaks German",
    "Conference speaker",
    "Silver medalist",
    "Relocation",
    "Python",
)
SILVER_TAG = 4
ATS_TAGS = ("Strong communicator", "Go", "Relocation", "Second look", "Bootcamp")

CAMPAIGNS = (
    ("Data Meetup Berlin", "event"), ("Women in Engineering Summit", "event"), ("Campus Day Northmoor", "event"),
    ("Talent community form", "form"), ("Open Source Newsletter form", "form"), ("Employee referral drive",
        "referral"),
    ("LinkedIn outreach: backend", "sourced"), ("LinkedIn outreach: design", "sourced"),
    ("Quarterly nurture: data", "email"), ("Quarterly nurture: engineering", "email"), ("We are hiring again",
        "email"),
)  # fmt: skip
NURTURES = (8, 9, 10)
# What a first touch in the CRM is, the label people know it by, and the campaigns it may belong to.
ORIGINS: dict[str, tuple[str, tuple[int, ...]]] = {
    "event": ("Recruiting event", (0, 1, 2)), "form": ("Talent community form", (3, 4)),
    "referral": ("Employee referral", (5,)), "sourced": ("LinkedIn (sourced)", (6, 7)),
}  # fmt: skip

VACANCY_STAGES: tuple[tuple[str, bool], ...] = (
    ("Prospect", True), ("Contacted", True), ("Interested", True), ("Applied", True), ("Interview", True),
        ("Offer", True),
    ("Accepted", False), ("Rejected by Company", False), ("Rejected by Candidate", False),
)  # fmt: skip
APPLIED, INTERVIEW, OFFER, ACCEPTED, REJECTED, WITHDRAWN = 3, 4, 5, 6, 7, 8
HANDOFF_STAGES = (0, 1, 2)


@dataclass(slots=True)
class Scene:
    """Everything that is there before the people come."""

    now: float
    jobs: list[Job] = field(default_factory=list)
    vacancies: list[Vacancy] = field(default_factory=list)
    vacancy_of: dict[int, Vacancy] = field(default_factory=dict)
    open_jobs: list[Job] = field(default_factory=list)
    ats_users: tuple[AtsUser, ...] = ()
    crm_users: tuple[CrmUser, ...] = ()

    @property
    def start(self) -> float:
        """Where memory begins."""
        return self.now - HORIZON


def scene(people: int, dice: Dice, now: float) -> Scene:
    """The scene for so many people: a job for about every 120 of them, never fewer than six."""
    made = Scene(now)
    made.ats_users = tuple(
        AtsUser(n, given, family, f"{family}.{n}@hiring.example.com".lower(), n < 3)
        for n, (given, family) in enumerate(USERS)
    )
    made.crm_users = tuple(
        CrmUser(n, given, family, f"{family}.{n}@hiring.example.com".lower()) for n, (given, family) in enumerate(USERS)
    )
    stages = 0
    for n in range(max(6, people // 120)):
        job = _job(n, stages, dice, made)
        stages += len(job.stages)
        made.jobs.append(job)
    made.open_jobs = [job for job in made.jobs if job.closed is None]
    _add_vacancies(made, dice)
    return made


def _job(n: int, first_stage: int, dice: Dice, scene: Scene) -> Job:
    """Every ninth job is confidential, every seventh closed, every eleventh has a label nobody knows."""
    department = FIELDS[n % len(FIELDS)]
    title = WORK[department][0][(n // len(FIELDS) + n) % 4]
    place = ("Remote", "London", "Berlin", "New York", "Austin")[n // 32 % 5]
    labels = list(STAGE_SETS[n % len(STAGE_SETS)])
    if n % 11 == 2:
        labels.insert(2, (ODD_STAGE, ""))
    opened = scene.start + dice.between(0, 60) * DAY
    closed = scene.now - dice.between(20, 90) * DAY if n % 7 == 4 else None
    return Job(
        n,
        f"{title}, {place}" if n >= 32 else title,
        f"REQ-{100 + n}" if n % 5 != 3 else None,
        department,
        place,
        n % 9 == 3,
        opened,
        closed,
        tuple(JobStage(first_stage + i, label, i, milestone) for i, (label, milestone) in enumerate(labels)),
    )


def _add_vacancies(scene: Scene, dice: Dice) -> None:
    """Most jobs have a vacancy that carries the ATS's id; some are tied by title alone, some by requisition alone;
    the last one stands for no job at all."""
    for job in scene.jobs:
        if job.n % 8 == 7:
            continue
        by_title, by_requisition = job.n % 6 == 1, job.n % 6 == 5 and job.requisition is not None
        title = f"{job.department}: {job.title} (evergreen)" if by_requisition else job.title
        vacancy = _vacancy(len(scene.vacancies), title, job, not (by_title or by_requisition), dice, scene)
        scene.vacancies.append(vacancy)
        scene.vacancy_of[job.n] = vacancy
    scene.vacancies.append(_vacancy(len(scene.vacancies), "Future leaders (no opening)", None, False, dice, scene))


def _vacancy(n: int, title: str, job: Job | None, linked: bool, dice: Dice, scene: Scene) -> Vacancy:
    created = (job.opened if job else scene.start) + dice.between(0, 3) * DAY
    stages = tuple(
        VacancyStage(n * len(VACANCY_STAGES) + i, name, i, "open" if is_open else "closed")
        for i, (name, is_open) in enumerate(VACANCY_STAGES)
    )
    return Vacancy(
        n, title, job.n if job else None, linked, job.requisition if job else None, job.place if job else "Remote",
        job is None or job.closed is None, stages, created, created,
    )  # fmt: skip


def prospect_pools() -> tuple[ProspectPool, ...]:
    """The ATS's own two pools."""
    return (
        ProspectPool(0, "Future engineers", (PoolStage(0, "New", 0), PoolStage(1, "In conversation", 1))),
        ProspectPool(1, "Keep warm", (PoolStage(2, "New", 0), PoolStage(3, "Revisit", 1))),
    )


def sources() -> tuple[Source, ...]:
    """The sources an application may carry."""
    return tuple(Source(n, name, strategy) for n, (name, strategy) in enumerate(SOURCES))


def reasons() -> tuple[Reason, ...]:
    """The rejection reasons, of all four types."""
    return tuple(Reason(n, name, key, default) for n, (name, key, default) in enumerate(REASONS))


def referrers() -> tuple[Referrer, ...]:
    """Who gets credit: five colleagues and an agency."""
    known = tuple(Referrer(n, f"{given} {family}", n) for n, (given, family) in enumerate(USERS[:5]))
    return (*known, Referrer(5, "Harbor Talent", None))


def pools(start: float) -> tuple[CrmPool, ...]:
    """The CRM's pools."""
    return tuple(CrmPool(n, name, kind, nurture, start) for n, (name, kind, nurture) in enumerate(POOLS))


def tags() -> tuple[GlobalTag, ...]:
    """The CRM's dictionary of tags."""
    return tuple(GlobalTag(n, name) for n, name in enumerate(TAGS))


def ats_tags() -> tuple[AtsTag, ...]:
    """The ATS's candidate tags."""
    return tuple(AtsTag(n, name) for n, name in enumerate(ATS_TAGS))


def campaigns() -> tuple[Campaign, ...]:
    """Campaigns, events and forms."""
    return tuple(Campaign(n, name, channel) for n, (name, channel) in enumerate(CAMPAIGNS))


_ATS_FIELDS = (  # name, name_key, value_type, private, options, ours
    ("Open to relocation", "relocation", "yes_no", False, (), False),
    ("Seniority band", "seniority_band", "single_select", False, ("Junior", "Mid", "Senior", "Staff"), False),
    ("Notice period", "notice_period", "short_text", False, (), False),
    ("Salary expectation", "salary_expectation", "short_text", True, (), False),
    ("Self-identification", "self_identification", "short_text", True, (), False),
    ("Tieline person", "tieline_person_id", "short_text", False, (), True),
    ("CRM link", "tieline_crm_url", "url", False, (), True),
    ("First touch source", "tieline_first_touch_source", "short_text", False, (), True),
    ("First touch campaign", "tieline_first_touch_campaign", "short_text", False, (), True),
    ("First touch date", "tieline_first_touch_at", "date", False, (), True),
    ("Engagement", "tieline_engagement", "long_text", False, (), True),
)  # fmt: skip
_CRM_FIELDS = (  # display name, type, options, folder, hidden, ours
    ("Sourcing consent", "single-select", ("Yes", "No"), "Compliance", False, False),
    ("Sourcing consent date", "date", (), "Compliance", False, False),
    ("Sourcing consent expiry", "date", (), "Compliance", False, False),
    ("Primary Area of Interest", "single-select", FIELDS, "Profile", False, False),
    ("Original source", "text", (), "Profile", False, False),
    ("Original campaign", "text", (), "Profile", False, False),
    ("Notice period", "text", (), "Profile", False, False),
    ("Diversity monitoring", "text", (), "Restricted", True, False),
    ("Tieline person", "text", (), "Tieline", False, True),
    ("ATS link", "text", (), "Tieline", False, True),
    ("ATS status", "single-select", ("Applied", "Prospect", "Hired", "Rejected", "Withdrawn"), "Tieline",
        False, True),
    ("ATS stage", "text", (), "Tieline", False, True),
    ("ATS job", "text", (), "Tieline", False, True),
    ("Last outcome", "single-select", ("Hired", "Rejected", "Withdrawn"), "Tieline", False, True),
    ("Outcome reason", "text", (), "Tieline", False, True),
    ("Outcome date", "date", (), "Tieline", False, True),
    ("Milestone reached", "single-select", ("Applied", "Screened", "Interviewed", "Final", "Offer", "Hired"),
        "Tieline",
     False, True),
    ("First touch source", "text", (), "Tieline", False, True),
    ("First touch campaign", "text", (), "Tieline", False, True),
    ("First touch date", "date", (), "Tieline", False, True),
)  # fmt: skip


def ats_fields() -> tuple[AtsField, ...]:
    """The ATS's custom fields on candidates."""
    made, option = [], 0
    for n, (name, key, kind, private, choices, ours) in enumerate(_ATS_FIELDS):
        options = tuple(FieldOption(option + i, choice) for i, choice in enumerate(choices))
        option += len(options)
        made.append(AtsField(n, name, key, kind, "candidate", private, options, ours))
    return tuple(made)


def crm_fields() -> tuple[CrmField, ...]:
    """The CRM's custom fields."""
    made, option = [], 0
    for n, (name, kind, choices, folder, hidden, ours) in enumerate(_CRM_FIELDS):
        options = tuple(FieldOption(option + i, choice) for i, choice in enumerate(choices))
        option += len(options)
        made.append(CrmField(n, name, kind, options, folder, hidden, ours))
    return tuple(made)

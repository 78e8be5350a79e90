"""What happens in the demo, act by act. People are chosen from Tieline's own views and act in the sandbox; what came
of it is read back from both vendors and held against the sandbox's truth."""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property
from typing import TYPE_CHECKING, Any

from rich.console import Console

from connectors.kit.contract import Ref, Severity
from mapping import fields
from mapping.model import Milestone, Outcome
from sync.cycle import Result
from sync.engine import Engine
from sync.policies.triggers import mapped_job
from sync.view import PersonView
from tieline import check
from tieline.demo_cast import Casting, only_open, pools
from tieline.plan_view import words
from tieline.reports.reading import Reading
from tieline.settings import Settings
from tieline.terminal import safe, table

if TYPE_CHECKING:
    from tieline.demo import Vendors

OVERWRITTEN_BY = "Careers page"


class Story:
    """The acts. `wrong` collects what did not come out as it should."""

    def __init__(self, out: Console, vendors: Vendors, settings: Settings, engine: Engine) -> None:
        self.out = out
        self.vendors = vendors
        self.settings = settings
        self.engine = engine
        self.wrong: list[str] = []
        self.cast: dict[str, str] = {}  # part -> person
        self.application: dict[str, str] = {}  # part -> the application that something happens to
        self.pools_before: tuple[str, ...] = ()

    @cached_property
    def reading(self) -> Reading:
        """The state as reports read it; made once, so that nobody is read twice who did not change."""
        return Reading(self.settings, self.engine.store)

    # ---- acts ----

    def prepare(self) -> None:
        """Check both systems as on a first day, and create what is missing."""
        findings = [one for system in self.engine.ctx.systems for one in check.system_findings(system, fix=True)]
        errors = [one for one in findings if one.severity is Severity.ERROR]
        self.wrong += [f"check: {one.subject} {one.message}" for one in errors]
        looks = sum(one.severity is Severity.WARNING for one in findings)
        self.out.print(f"   `tieline check --fix`: {len(errors)} to mend, {looks} to look at")

    def first_sync(self) -> None:
        """Import and tie together."""
        self.out.print("\n[bold]2  The first sync[/bold]")
        result = self._sync()
        self.out.print(
            f"   read {sum(result.pulled.values()):,} rows; {result.people:,} people, {result.linked:,} of them in "
            f"both systems, {result.review} pairs to review"
        )
        self.out.print(f"   {result.applied:,} writes applied, {result.failed} failed, in {result.seconds:.1f} s")

    def people_act(self) -> None:
        """Recruiters and candidates act on both sides; the next sync tells the other side."""
        self.out.print("\n[bold]3  People act, and the other side hears of it[/bold]")
        chosen = Casting(self.settings, (view for view, _ in self.reading.people()))
        self.cast = {part: view.person for part, view in chosen.parts.items()}
        acts: dict[str, Callable[[PersonView], None]] = {
            "handed off": self._put_on_vacancy,
            "applies": self._apply_alone,
            "rejected": self._reject_late,
            "hired": self._hire,
            "overwritten": self._overwrite,
        }
        for part, act in acts.items():
            if part in chosen.parts:
                act(chosen.parts[part])
            else:
                self.out.print(f"   nobody in this world fits the part {part!r}; more people would")
        self._sync()
        self._show_handed_off()
        self._show_applied()
        self._show_rejected()
        self._show_hired()
        self._show_overwritten()

    def people_think_again(self) -> None:
        """Both outcomes were a mistake: what was written is undone."""
        self.out.print("\n[bold]4  The outcomes are taken back[/bold]")
        for part, act in (("rejected", "unreject"), ("hired", "unhire")):
            if part in self.cast:
                self.vendors.act(self.settings.ats.kind, act, application=self.application[part])
        self._sync()
        views = self._now()
        rows = []
        if "rejected" in views:
            view = views["rejected"]
            tagged = self._tagged(view)
            self._expect(not tagged, "the silver tag is gone after the rejection was taken back")
            rows.append(
                ("un-rejected", _shown(view, fields.LAST_OUTCOME), _shown(view, fields.ATS_STATUS), _yes(tagged))
            )
        if "hired" in views:
            view = views["hired"]
            self._expect(pools(view) == self.pools_before, "the pools are those from before the hire")
            rows.append(
                (
                    "un-hired",
                    _shown(view, fields.LAST_OUTCOME),
                    _shown(view, fields.ATS_STATUS),
                    _yes(self._tagged(view)),
                )
            )
        self.out.print(table("", ("", "last outcome", "ATS status", "silver medalist"), rows))

    def quiet(self) -> None:
        """Once more, though nothing happened: nothing is planned, nothing is written, and both vendors agree."""
        self.out.print("\n[bold]5  Nothing happens[/bold]")
        before = self.vendors.writes()
        result = self._sync()
        writes = self.vendors.writes() - before
        self._expect(result.planned == 0 and writes == 0, "a sync after a quiet one plans and writes nothing")
        self.out.print(f"   {result.planned} changes planned, {writes} writes in the vendors' own logs")

    def judge(self) -> None:
        """Hold everything against the sandbox's truth."""
        self.out.print("\n[bold]6  Against the truth[/bold]")
        truth, store = self.vendors.truth(), self.engine.store
        doubled = sum(self._doubled(one) for one in truth["people"])
        asked = {ref.id for row in store.reviews() for ref in (row.a, row.b)}
        owed = [one for one in truth["handoffs"] if one["expected"]]
        waiting = sum(one["contact"] in asked for one in owed)  # nobody is created while a person may be known already
        arrived = sum(self._arrived(one) for one in owed if one["contact"] not in asked)
        self._expect(doubled == 0, f"nobody is created twice ({doubled} were)")
        lost = len(owed) - arrived - waiting
        self._expect(lost == 0, f"every contact on a vacancy arrives ({lost} did not)")
        self.out.print(
            f"   contacts on a vacancy: {arrived} of {len(owed)} arrived, {waiting} wait for a review; "
            f"duplicates: {doubled}"
        )
        self.out.print(f"   dead letters: {len(store.dead_letters())}, in quarantine: {len(store.quarantined())}")

    # ---- what people do ----

    def _put_on_vacancy(self, view: PersonView) -> None:
        crm, jobs = self.engine.ctx.crm.mapper.jobs(), self.engine.ctx.ats.mapper.jobs()
        handoff = self.settings.policies.handoff
        fitting = ((id, mapped_job(id, crm, jobs, handoff)) for id, vacancy in crm.items() if vacancy.open)
        vacancy = next(id for id, job in fitting if job is not None and job.open and not job.confidential)
        self.vendors.act(
            self.settings.crm.kind, "add_to_vacancy", contact=view.crm.ref.id if view.crm.ref else "", vacancy=vacancy
        )

    def _apply_alone(self, view: PersonView) -> None:
        job = next(one for one in self.engine.ctx.ats.mapper.jobs().values() if one.open and not one.confidential)
        values = view.crm.values
        emails = values[fields.EMAILS]
        self.vendors.act(
            self.settings.ats.kind,
            "apply",
            email=emails[0] if isinstance(emails, tuple) else "",
            job=job.ref.id,
            first_name=values.get(fields.GIVEN_NAME) or "-",
            last_name=values.get(fields.FAMILY_NAME) or "-",
            source=OVERWRITTEN_BY,
        )

    def _reject_late(self, view: PersonView) -> None:
        """Through every stage but the offer, then no."""
        kind, application = self.settings.ats.kind, only_open(view)
        self.application["rejected"] = application
        for _ in range(12):
            reached = self._milestone(application)
            if reached is not None and reached.rank >= Milestone.FINAL.rank:
                break
            self.vendors.act(kind, "advance", application=application)
            self.engine.pull()
        self.vendors.act(kind, "reject", application=application, reason=self._company_reason())

    def _hire(self, view: PersonView) -> None:
        self.application["hired"], self.pools_before = only_open(view), pools(view)
        self.vendors.act(self.settings.ats.kind, "hire", application=self.application["hired"])

    def _overwrite(self, view: PersonView) -> None:
        self.application["overwritten"] = only_open(view)
        self.vendors.act(
            self.settings.ats.kind, "set_source", application=self.application["overwritten"], source=OVERWRITTEN_BY
        )

    def _milestone(self, application: str) -> Milestone | None:
        for view, _ in self.reading.people([self.cast["rejected"]]):
            return next((one.milestone for one in view.ats.applications if one.ref.id == application), None)
        return None

    def _company_reason(self) -> str:
        """A reason of the company's own, as one of the world's closed applications carries it."""
        for view, _ in self.reading.people():
            for one in view.ats.applications:
                if one.outcome is Outcome.REJECTED and one.reason_type == "company" and one.reason:
                    return one.reason
        raise RuntimeError("the sandbox's world knows no reason of the company")

    # ---- what came of it ----

    def _show_handed_off(self) -> None:
        view = self._now().get("handed off")
        if view is None:
            return
        there = len(view.ats.applications)
        self._expect(there == 1 and not view.ats.others, "the contact on a vacancy has exactly one application")
        self._expect(len(view.ats.markers) == 1, "the contact on a vacancy has exactly one private note")
        source = view.ats.applications[0].source if there else None
        self._line("Handoff", f"put on a vacancy: arrived once, source {source}, {len(view.ats.markers)} private note")

    def _show_applied(self) -> None:
        view = self._now().get("applies")
        if view is None:
            return
        status = _shown(view, fields.ATS_STATUS)
        self._expect(status == "Applied", "who applied alone is shown as Applied in the CRM")
        self._expect(len(view.ats.markers) == 1, "who applied alone is enriched in the ATS")
        self._line(
            "Handoff", f"applied alone: CRM shows {status}, {_shown(view, fields.ATS_JOB)}; history noted in the ATS"
        )

    def _show_rejected(self) -> None:
        view = self._now().get("rejected")
        if view is None:
            return
        told = ", ".join(
            _shown(view, n) for n in (fields.LAST_OUTCOME, fields.OUTCOME_REASON, fields.MILESTONE_REACHED)
        )
        self._expect(_shown(view, fields.LAST_OUTCOME) == "Rejected", "the rejection is in the CRM")
        self._expect(self._tagged(view), "who was rejected after the final stage is tagged as a silver medalist")
        self._line("Disposition", f"rejected late: {told}; silver medalist: {_yes(self._tagged(view))}")

    def _show_hired(self) -> None:
        view = self._now().get("hired")
        if view is None:
            return
        self._expect(_shown(view, fields.LAST_OUTCOME) == "Hired", "the hire is in the CRM")
        left = len(self.pools_before) - len(pools(view))
        self._expect(not pools(view), "who was hired is in no nurture pool")
        self._line("Disposition", f"hired: CRM shows {_shown(view, fields.LAST_OUTCOME)}; left {left} nurture pools")

    def _show_overwritten(self) -> None:
        view = self._now().get("overwritten")
        if view is None:
            return
        one = next(a for a in view.ats.applications if a.ref.id == self.application["overwritten"])
        first = words(view.ats.values.get(fields.FIRST_TOUCH_SOURCE))
        self._expect(one.source != OVERWRITTEN_BY, "the overwritten source is mended")
        self._line("Attribution", f"source set to {OVERWRITTEN_BY}: mended to {one.source}; first touch stays {first}")

    # ---- small things ----

    def _sync(self) -> Result:
        result = self.engine.sync()
        if result.outcome != "done":
            self.wrong.append(f"a sync ended {result.outcome}: {'; '.join(result.sentences)}")
        return result

    def _now(self) -> dict[str, PersonView]:
        by_person = {view.person: view for view, _ in self.reading.people(sorted(self.cast.values()))}
        return {part: by_person[person] for part, person in self.cast.items() if person in by_person}

    def _tagged(self, view: PersonView) -> bool:
        tags = view.crm.values.get(fields.TAGS)
        return isinstance(tags, tuple) and self.settings.policies.disposition.silver_tag in tags

    def _line(self, job: str, text: str) -> None:
        self.out.print(f"   [bold]{job:12}[/bold] {safe(text)}")

    def _expect(self, true: bool, what: str) -> None:
        if not true:
            self.wrong.append(f"not so: {what}")

    def _doubled(self, person: dict[str, Any]) -> bool:
        """Whether we created somebody in the ATS who was there, or twice."""
        mine = {self.engine.store.person_of(Ref(self.settings.crm.name, "candidate", id)) for id in person["crm"]}
        created = {
            link.id
            for one in mine
            if one
            for link in self.engine.store.links(one)
            if link.system == self.settings.ats.name and link.id not in person["ats"] and link.rule == "created"
        }
        return len(created) > (0 if person["ats"] else 1)

    def _arrived(self, due: dict[str, Any]) -> bool:
        person = self.engine.store.person_of(Ref(self.settings.crm.name, "candidate", due["contact"]))
        if person is None:
            return False
        return any(one.job == due["job"] for view, _ in self.reading.people([person]) for one in view.ats.applications)


def _shown(view: PersonView, name: str) -> str:
    return words(view.crm.values.get(name))


def _yes(value: bool) -> str:
    return "yes" if value else "no"

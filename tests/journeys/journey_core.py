"""The core journey: the three jobs and their reversals in four rounds, on whatever the vendors are set to.

Three people: Handed is put on a vacancy, Applied applies alone, Gone withdraws. Every round ends with a second sync
that writes nothing.
"""

from __future__ import annotations

from typing import Any

from tests.journeys.journey_pair import Pair

OUTCOME = ("Last outcome", "Outcome reason", "Outcome date", "Milestone reached")
POOL, TAG, OWN = "Data community", "Conference speaker", "Notice period"
EMPLOYED = [{"organisationName": "Example Weavers", "role": "Loom Lead", "current": True}]


def core(pair: Pair, *, leaves_pools: bool = True, untags: bool = True, flag: bool = True) -> None:
    """Walk the whole way. `leaves_pools`: the tenant lets people be taken out of pools; `untags`: and tags be taken
    away; `flag`: it has the do-not-contact mark and lets it be written."""
    people = Cast(pair)
    people.arrive()
    people.outcomes(leaves_pools=leaves_pools)
    people.reversals(leaves_pools=leaves_pools, untags=untags)
    people.edits_and_withdrawal(flag=flag)
    if pair.endings == {"done"}:
        assert pair.engine.store.dead_letters() == []
    assert pair.vendors.state("ats", "mails") == people.mails


class Cast:
    """Who plays, and what each of them must look like after each round."""

    def __init__(self, pair: Pair) -> None:
        self.pair = pair
        self.job = pair.job()
        self.handed, self.applied, self.gone = pair.human(), pair.human(), pair.human()
        self.contacts = {
            who: pair.contact(
                who, met="Recruiting event", campaign="Data Meetup Berlin", experience=EMPLOYED,
                phoneNumbers=[f"+44207946010{n}"], links=[f"https://www.linkedin.com/in/core-example-{n}"],
            )
            for n, who in enumerate((self.handed, self.applied, self.gone))
        }  # fmt: skip
        for contact in self.contacts.values():
            pair.vendors.act("crm", "set_custom_field", contact=contact, field=OWN, value="Three months")
            pair.vendors.act("crm", "tag", contact=contact, tag=TAG)
            pair.vendors.act("crm", "add_to_pool", contact=contact, pool=POOL)
            pair.vendors.act("crm", "grant_consent", contact=contact)
        self.mails: list[Any] = []
        self.ids: dict[Any, int] = {}

    def shown(self, who: Any) -> dict[str, Any]:
        """What the CRM shows of somebody; their own values are there whatever we wrote."""
        contact = self.contacts[who]
        shown = self.pair.shown(contact)
        assert shown[OWN] == "Three months"
        assert shown["Original source"] == "Recruiting event"
        assert TAG in self.pair.tags(contact)
        return shown

    def arrive(self) -> None:
        pair = self.pair
        pair.sync()
        pair.vendors.act("crm", "add_to_vacancy", contact=self.contacts[self.handed], vacancy=pair.vacancy(self.job))
        for who in (self.applied, self.gone):
            pair.applies(who, self.job)
        pair.settle()
        for who in self.contacts:
            candidate = pair.candidate(who)
            [application] = pair.applications(candidate)
            self.ids[who] = application["id"]
            assert pair.source(application) == "Recruiting event"
            assert [one["visibility"] for one in pair.notes(candidate)] == ["privately_visible"]
            assert len(candidate["phone_numbers"]) == 1
            assert (candidate["company"], candidate["title"]) == ("Example Weavers", "Loom Lead")
            custom = pair.custom(candidate)
            assert custom["tieline_crm_url"].endswith(self.contacts[who])
            assert custom["tieline_first_touch_source"] == "Recruiting event"
            shown = self.shown(who)
            assert (shown["ATS status"], shown["ATS job"]) == ("Applied", self.job["name"])
            assert shown["ATS link"].endswith(str(candidate["id"]))
            assert shown["Tieline person"] == custom["tieline_person_id"]

    def outcomes(self, *, leaves_pools: bool) -> None:
        pair, act = self.pair, self.pair.vendors.act
        for _ in range(3):
            act("ats", "advance", application=self.ids[self.handed])
        self.mails = pair.vendors.state("ats", "mails")  # what the recruiter's own moves have sent
        act("ats", "reject", application=self.ids[self.handed], reason="Position closed")
        act("ats", "hire", application=self.ids[self.applied])
        pair.settle()
        rejected, hired = self.contacts[self.handed], self.contacts[self.applied]
        shown = self.shown(self.handed)
        assert (shown["Last outcome"], shown["Outcome reason"]) == ("Rejected", "Position closed")
        assert (shown["Milestone reached"], shown["ATS status"]) == ("Final", "Rejected")
        assert shown["Outcome date"]
        assert pair.tags(rejected) == {TAG, "Silver medalist"}
        assert pair.pools(rejected) == {POOL, "Silver medalists"}
        assert (self.shown(self.applied)["Last outcome"], pair.tags(hired)) == ("Hired", {TAG})
        assert pair.pools(hired) == (set() if leaves_pools else {POOL})

    def reversals(self, *, leaves_pools: bool, untags: bool) -> None:
        pair, act = self.pair, self.pair.vendors.act
        act("ats", "unreject", application=self.ids[self.handed])
        act("ats", "unhire", application=self.ids[self.applied])
        pair.settle()
        for who in (self.handed, self.applied):
            contact, shown = self.contacts[who], self.shown(who)
            assert not shown.keys() & set(OUTCOME)
            assert shown["ATS status"] == "Applied"
            assert pair.tags(contact) == ({TAG} if untags or who is self.applied else {TAG, "Silver medalist"})
        assert pair.pools(self.contacts[self.applied]) == {POOL}
        left = {POOL} if leaves_pools else {POOL, "Silver medalists"}
        assert pair.pools(self.contacts[self.handed]) == left

    def edits_and_withdrawal(self, *, flag: bool) -> None:
        pair, act = self.pair, self.pair.vendors.act
        more = pair.human().email
        handed, applied = pair.candidate(self.handed), pair.candidate(self.applied)
        act("ats", "edit", candidate=handed["id"], values={"last_name": "Renamed-There"})
        act("crm", "edit", contact=self.contacts[self.applied], values={"lastName": "Renamed-Here"})
        act("ats", "edit", candidate=applied["id"],
            values={"email_addresses": [*applied["email_addresses"], {"value": more, "type": "work"}]})  # fmt: skip
        act("crm", "withdraw_consent", contact=self.contacts[self.gone])
        pair.mark()
        pair.settle()
        assert pair.person(self.contacts[self.handed])["lastName"] == "Renamed-There"
        assert pair.candidate(applied["id"])["last_name"] == "Renamed-Here"
        addresses = {one["value"] for one in pair.person(self.contacts[self.applied])["emails"]}
        assert addresses == {self.applied.email, more}
        assert pair.candidate(self.gone)["can_email"] is False
        paths = [one["path"] for one in pair.written("ats")]
        assert paths[0].endswith(str(pair.candidate(self.gone)["id"]))
        assert len([path for path in paths if path.endswith(str(applied["id"]))]) == 1
        assert len([one for one in pair.written("crm") if one["path"].endswith(self.contacts[self.handed])]) == 1
        act("ats", "set_can_email", candidate=handed["id"], can_email=False)
        pair.settle()
        assert pair.shown(self.contacts[self.handed])["Sourcing consent"] == "No"
        if flag:
            assert pair.person(self.contacts[self.handed])["doNotContact"] is True

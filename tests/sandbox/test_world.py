"""The invented hiring world: consistent, the same for the same seed, and full of what real systems hold."""

import json
import re
import unicodedata
from collections import Counter, defaultdict
from datetime import UTC, datetime

import phonenumbers
import pytest

from connectors.sandbox.world import generate, native_id

NOW = datetime(2026, 11, 22, 9, 30, tzinfo=UTC)
OWN_HOSTS = re.compile(r"@(?:[a-z0-9-]+\.)*example\.(?:com|org|net)$", re.IGNORECASE)


@pytest.fixture(scope="module")
def world():
    return generate(700, seed=7, now=NOW)


@pytest.fixture(scope="module")
def small():
    """As few people as a quick try-out has."""
    return generate(60, seed=2, now=NOW)


def everybody(world):
    return [*world.candidates, *world.contacts]


def addresses(world):
    yield from (mail for one in world.candidates for mail, _ in one.emails)
    yield from (mail.value for one in world.contacts for mail in one.emails)


def numbers(world):
    return [phone for one in everybody(world) for phone, _ in one.phones]


# ---- determinism


def test_the_same_seed_gives_the_same_world():
    assert generate(80, 5, NOW) == generate(80, 5, NOW)


def test_another_seed_gives_other_people():
    one, other = generate(80, 5, NOW), generate(80, 6, NOW)
    assert {c.family for c in one.candidates} != {c.family for c in other.candidates}


@pytest.mark.parametrize("people", [0, 1, 6, 26])
def test_a_world_of_any_size_can_be_made(people):
    world = generate(people, 1, NOW)
    assert len(world.truth.people) == people
    assert len(world.jobs) >= 6


def test_ids_are_stable_unique_and_shaped_like_the_vendors():
    candidates = [native_id("candidate", n) for n in range(2000)]
    assert len(set(candidates)) == 2000
    assert [int(id) for id in candidates] == sorted(int(id) for id in candidates)
    assert all(int(id) > 2**32 and id.endswith("002") for id in candidates)
    assert re.fullmatch(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", native_id("contact", 3))
    assert re.fullmatch(r"[0-9a-f]{32}", native_id("global_tag", 3))
    assert re.fullmatch(r"[0-9a-f]{20}", native_id("crm_user", 3))


# ---- everybody is invented


def test_every_address_is_at_a_reserved_domain(world):
    users = [user.email for user in (*world.ats_users, *world.crm_users)]
    for address in [*addresses(world), *users]:
        assert OWN_HOSTS.search(address), address
    for one in world.candidates:
        assert all("example." in url for url, _ in one.websites)


def test_every_phone_number_is_from_a_range_kept_for_fiction(world):
    fictional = re.compile(
        r"\+1\d{3}55501\d\d|\+447700900\d{3}|\+442079460\d{3}|\+441632960\d{3}|\+441\d{2}4960\d{3}|\+493023125\d{3}"
        r"|\+496990009\d{3}|\+494066969\d{3}|\+498999998\d{3}|\+33(?:63998|19900|26191|35301|46571|53649)\d{4}"
        r"|\+61[2378](?:5550|7010)\d{4}"
    )
    found = numbers(world)
    assert len(found) > 300
    for phone in found:
        parsed = phonenumbers.parse(phone.replace("00", "+", 1) if phone.startswith("00") else phone, "US")
        assert fictional.fullmatch(phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.E164)), phone


def test_names_come_in_many_scripts(world):
    scripts = {
        unicodedata.name(letter).split()[0] for one in everybody(world) for letter in one.given if letter.isalpha()
    }
    assert {"LATIN", "CJK", "CYRILLIC", "ARABIC"} <= scripts
    folded = [one for one in everybody(world) if any(ord(letter) > 127 for letter in one.family)]
    assert len(folded) > 20


# ---- consistency


def test_people_are_in_one_system_or_both_in_the_wanted_shares():
    people = generate(3000, 1, NOW).truth.people
    both = sum(1 for one in people if one.ats and one.crm)
    only_ats = sum(1 for one in people if one.ats and not one.crm)
    assert 0.26 < both / 3000 < 0.34
    assert 0.31 < only_ats / 3000 < 0.39
    assert sum(1 for one in people if len(one.ats) > 1) > 20
    assert sum(1 for one in people if len(one.crm) > 1) > 20


def test_records_name_each_other_by_number(world):
    for kind in ("candidates", "applications", "notes", "eeo", "contacts", "activities", "jobs", "vacancies"):
        assert [one.n for one in getattr(world, kind)] == list(range(len(getattr(world, kind)))), kind
    stages = {stage.n: job.n for job in world.jobs for stage in job.stages}
    for one in world.applications:
        assert one.candidate < len(world.candidates)
        assert all(stages[visit.stage] == one.job for visit in one.visits)
    for contact in world.contacts:
        for place in contact.memberships:
            assert place.stage in {stage.n for stage in world.vacancies[place.vacancy].stages}


def test_ids_rise_with_time(world):
    for kind in ("candidates", "applications", "contacts"):
        times = [one.created for one in getattr(world, kind)]
        assert times == sorted(times), kind


def test_nothing_has_happened_after_now_or_in_the_wrong_order(world):
    for one in world.applications:
        assert one.created <= one.updated <= world.now
        times = [moment for visit in one.visits for moment in (visit.entered, visit.exited) if moment is not None]
        assert times == sorted(times)
        assert all(moment <= world.now for moment in times)
    for one in (*world.candidates, *world.contacts):
        assert one.created <= one.updated <= world.now


def test_an_application_says_one_thing_about_how_it_ended(world):
    for one in world.applications:
        rejected = one.status == "rejected"
        assert rejected == (one.rejected is not None) == (one.reason is not None) == (one.rejection is not None)
        assert (one.status == "hired") == (one.hired is not None)
        assert one.prospect == (one.job is None)
        still_there = [visit for visit in one.visits if visit.exited is None]
        assert len(still_there) == (1 if one.status == "in_process" and not one.prospect else 0)


def test_no_active_application_is_on_a_closed_job(world):
    closed = {job.n for job in world.jobs if job.closed is not None}
    assert closed
    assert all(one.status != "in_process" or one.job not in closed for one in world.applications if not one.prospect)


# ---- variety: what a sync must be able to meet, even in a small world


@pytest.mark.parametrize("seed", range(1, 9))
def test_even_a_small_world_has_every_outcome(seed):
    small = generate(60, seed, NOW)
    people = small.truth.people
    assert {"active", "prospect", "rejected", "withdrawn", "hired"} <= {one.outcome for one in people}
    assert any(one.silver_medalist for one in people)
    assert any(one.blocked for one in people)
    assert any(one.private for one in people)
    assert any(one.archived for one in people)
    assert any(one.overwritten for one in people)
    assert {"granted", "withdrawn", "unknown", "expired"} <= {one.consent for one in people}
    assert any(one.status == "converted" for one in small.applications)
    assert {reason.type_key for reason in small.reasons} == {
        "WE_REJECTED_THEM", "THEY_REJECTED_US", "NONE_SPECIFIED", "SECURITY_CONCERN",
    }  # fmt: skip


def test_even_a_small_world_has_confidential_and_closed_jobs_and_odd_vacancies(small):
    assert any(job.confidential for job in small.jobs)
    assert any(job.closed is not None for job in small.jobs)
    assert len({tuple(stage.name for stage in job.stages) for job in small.jobs}) > 2
    assert any(stage.milestone == "" for job in small.jobs for stage in job.stages)
    titles = {job.title for job in small.jobs}
    by_hand = [one for one in small.vacancies if not one.linked]
    assert any(one.job is None for one in by_hand)
    assert any(one.title in titles for one in by_hand)
    assert any(one.job is not None and one.title not in titles and one.requisition for one in by_hand)


def test_titles_that_tie_a_vacancy_belong_to_one_open_job():
    world = generate(5000, 3, NOW)
    open_titles = Counter(job.title for job in world.jobs if job.closed is None)
    for one in world.vacancies:
        if one.job is not None and not one.linked and one.open and one.title in open_titles:
            assert open_titles[one.title] == 1, one.title


def test_every_way_of_sharing_is_there_and_true(world):
    candidates = {native_id("candidate", one.n): one for one in world.candidates}
    contacts = {native_id("contact", one.n): one for one in world.contacts}
    seen = Counter()
    for person in world.truth.people:
        if person.shared != "email" or len(person.ats) > 1 or len(person.crm) > 1:
            seen[person.shared] += 1
            continue
        ats = {mail.lower() for mail, _ in candidates[person.ats[0]].emails}
        crm = {mail.value.lower() for mail in contacts[person.crm[0]].emails}
        assert ats & crm, person
        seen["email"] += 1
    assert {"email", "second_email", "plus_address", "linkedin", "phone", "name"} <= seen.keys()


def test_people_known_by_name_only_share_no_strong_key(world):
    candidates = {native_id("candidate", one.n): one for one in world.candidates}
    contacts = {native_id("contact", one.n): one for one in world.contacts}
    checked = 0
    for person in world.truth.people:
        if person.shared == "name" and len(person.ats) == len(person.crm) == 1:
            ats, crm = candidates[person.ats[0]], contacts[person.crm[0]]
            assert not {m.lower() for m, _ in ats.emails} & {m.value.lower() for m in crm.emails}
            assert not crm.phones
            assert not ats.social
            checked += 1
    assert checked


def test_strangers_share_only_what_a_trap_has_them_share(world):
    """No two people have an address or a number in common by accident."""
    person_of = defaultdict(set)
    for one in world.candidates:
        for mail, _ in one.emails:
            person_of[mail.lower()].add(one.person)
    for one in world.contacts:
        for mail in one.emails:
            person_of[mail.value.lower()].add(one.person)
    shared = {mail for mail, people in person_of.items() if len(people) > 1}
    assert shared <= {"candidates@harbor-talent.example.org"}


def test_the_traps_are_set(world):
    traps = world.truth.traps
    assert traps["namesakes"]
    assert traps["family_phone"]
    assert traps["switchboard"]
    assert traps["agency_mailbox"]
    assert traps["stale_ats_id"]
    ids = {native_id("candidate", one.n) for one in world.candidates}
    stale = [one for one in world.contacts if one.ats_id and one.ats_id not in ids]
    assert len(stale) == len(traps["stale_ats_id"])


def test_the_source_is_often_overwritten(world):
    overwritten = [one for one in world.truth.people if one.overwritten]
    assert len(overwritten) > 10
    careers = next(source.n for source in world.sources if source.name == "Careers page")
    by_person = defaultdict(set)
    for one in world.applications:
        by_person[world.candidates[one.candidate].person].add(one.source)
    for person in overwritten:
        assert person.first_touch.system == "crm"
        assert careers in by_person[int(person.person.removeprefix("person-"))]


def test_the_first_touch_is_before_everything_that_qualifies(world):
    created = {native_id("candidate", one.n): one.created for one in world.candidates}
    for person in world.truth.people:
        at = datetime.fromisoformat(person.first_touch.at).timestamp()
        assert all(at <= created[id] + 0.001 for id in person.ats)


def test_copies_of_one_person_differ(world):
    candidates = {native_id("candidate", one.n): one for one in world.candidates}
    contacts = {native_id("contact", one.n): one for one in world.contacts}
    pairs = [(candidates[p.ats[0]], contacts[p.crm[0]]) for p in world.truth.people if p.ats and p.crm]
    assert any(a.title and c.positions and a.title != c.positions[0].role for a, c in pairs)
    assert any(a.given != c.given for a, c in pairs)
    assert any(a.phones and not c.phones for a, c in pairs)
    assert any(c.linkedin and not a.social for a, c in pairs)


# ---- the truth


def test_the_truth_is_json_and_complete(world):
    plain = json.loads(world.truth.dumps())
    assert plain["counts"]["people"] == len(plain["people"]) == 700
    assert sorted(id for one in plain["people"] for id in one["ats"]) == sorted(
        native_id("candidate", one.n) for one in world.candidates
    )
    assert sorted(id for one in plain["people"] for id in one["crm"]) == sorted(
        native_id("contact", one.n) for one in world.contacts
    )


def test_expected_handoffs_are_for_open_mapped_jobs_and_visible_people(world):
    by_id = {native_id("job", job.n): job for job in world.jobs}
    people = {one.person: one for one in world.truth.people}
    expected = [one for one in world.truth.handoffs if one.expected]
    assert len(expected) > 20
    for one in expected:
        assert by_id[one.job].closed is None
        assert not by_id[one.job].confidential
        assert not people[one.person].private
        assert not people[one.person].archived
    assert {one.why for one in world.truth.handoffs if not one.expected} >= {
        "the vacancy stands for no job", "the job is confidential", "the contact is archived",
    }  # fmt: skip


def test_nobody_is_handed_over_to_a_job_they_applied_for(world):
    applied = {
        (world.candidates[one.candidate].person, native_id("job", one.job)) for one in world.applications if one.job
    }
    for one in world.truth.handoffs:
        assert (int(one.person.removeprefix("person-")), one.job) not in applied


def test_a_silver_medalist_reached_the_final_and_is_not_barred(world):
    for person in world.truth.people:
        if person.silver_medalist:
            assert person.milestone in ("final", "offer")
            assert (person.hired, person.blocked, person.outreach_forbidden) == (False, False, False)


def test_every_canary_is_unique_and_on_record(world):
    canaries = world.truth.canaries
    assert len(set(canaries)) == len(canaries) > 100
    text = repr((world.candidates, world.applications, world.notes, world.eeo, world.contacts))
    assert set(re.findall(r"CANARY-[A-Z]+-\d+", text)) == set(canaries)
    assert {canary.split("-")[1] for canary in canaries} == {"EEO", "PRIVATE", "NOTE"}


def test_canaries_sit_in_every_place_that_must_not_leak(world):
    private = {field.name_key for field in world.ats_fields if field.private}
    hidden = {field.name for field in world.crm_fields if field.hidden}
    assert any("CANARY" in str(one.custom.get(key)) for one in world.candidates for key in private)
    assert any("CANARY" in str(one.custom.get(name)) for one in world.contacts for name in hidden)
    assert any("CANARY" in str(answer) for one in world.applications for _, answer in one.answers)
    assert all("CANARY" in row.gender and "CANARY" in row.race for row in world.eeo)
    for note in world.notes:
        assert ("CANARY" in note.body) == (note.visibility != "publicly_visible")

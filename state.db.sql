-- The state of Tieline: what both systems said, who is who, what was decided, what was written.
-- This file is the authority for the embedded SQLite and is applied as it is; state/tables.py types the same rows
-- and a test holds the two equal. Times are ISO-8601 text in UTC; JSON is text. No protected data has a column.

CREATE TABLE meta (
  key   TEXT PRIMARY KEY,          -- schema_version, tenant:<system>, imported:<system>, policy_hash, ...
  value TEXT NOT NULL
) STRICT, WITHOUT ROWID;

-- One writer at a time. The fence rises with every holder; every commit of a run compares it.
CREATE TABLE lease (
  name    TEXT PRIMARY KEY,
  holder  TEXT NOT NULL,
  fence   INTEGER NOT NULL,
  expires REAL NOT NULL            -- seconds of the wall clock; the only place where our clock decides
) STRICT, WITHOUT ROWID;

-- The rate budget of one credential, shared by every process: one row a request that still counts.
CREATE TABLE budget (
  credential TEXT PRIMARY KEY,
  capacity   INTEGER NOT NULL CHECK (capacity > 0),
  seconds    REAL NOT NULL CHECK (seconds > 0),
  paused_until REAL NOT NULL DEFAULT 0
) STRICT, WITHOUT ROWID;

CREATE TABLE budget_slot (
  credential TEXT NOT NULL REFERENCES budget(credential),
  at         REAL NOT NULL,
  id         INTEGER PRIMARY KEY
) STRICT;
CREATE INDEX budget_slot_at ON budget_slot(credential, at);

-- How far a stream is read. The watermark is the newest vendor time seen in a completed window.
CREATE TABLE stream (
  system    TEXT NOT NULL,
  object    TEXT NOT NULL,
  watermark TEXT,
  newest    TEXT,                  -- newest vendor time met in the window being read; becomes the watermark
  completed TEXT,                  -- when the last window was completed
  swept     TEXT,                  -- when every id was last compared
  rows      INTEGER NOT NULL DEFAULT 0,
  PRIMARY KEY (system, object)
) STRICT, WITHOUT ROWID;

CREATE TRIGGER stream_watermark_only_rises BEFORE UPDATE OF watermark ON stream
WHEN OLD.watermark IS NOT NULL AND NEW.watermark IS NOT NULL AND NEW.watermark < OLD.watermark
BEGIN SELECT RAISE(ABORT, 'a watermark never moves back'); END;

CREATE TABLE record (
  system  TEXT NOT NULL,
  object  TEXT NOT NULL,
  id      TEXT NOT NULL,
  hash    BLOB NOT NULL,
  raw     BLOB,                    -- keyed fingerprint of the bytes that were cut to `hash`; NULL where not known
  payload TEXT NOT NULL,           -- canonical JSON, cut to the stream's allow-list; '' once erased
  owner   TEXT NOT NULL,           -- native id of the parent object, '' where there is none
  created TEXT NOT NULL,
  updated TEXT NOT NULL,
  seen    INTEGER NOT NULL,        -- number of the run that last changed it
  state   TEXT NOT NULL DEFAULT 'live' CHECK (state IN ('live', 'missing', 'deleted', 'erased', 'quarantined')),
  reason  TEXT,                    -- why quarantined
  PRIMARY KEY (system, object, id)
) STRICT;                          -- with rowids, unlike the others: payloads within the key's tree would be found slowly
CREATE INDEX record_owner ON record(system, object, owner) WHERE owner <> '';
CREATE INDEX record_state ON record(state) WHERE state <> 'live';

-- A candidate record whose profile must be looked at again by identity, and a person by the plan.
CREATE TABLE dirty_record (
  system TEXT NOT NULL,
  id     TEXT NOT NULL,            -- native id of the candidate
  PRIMARY KEY (system, id)
) STRICT, WITHOUT ROWID;

CREATE TABLE person (
  id          TEXT PRIMARY KEY,
  merged_into TEXT REFERENCES person(id) CHECK (merged_into <> id),
  created     TEXT NOT NULL,
  dirty       INTEGER NOT NULL DEFAULT 1 CHECK (dirty IN (0, 1)),
  due         TEXT                 -- when a policy wants to look again though nothing changed
) STRICT, WITHOUT ROWID;
CREATE INDEX person_dirty ON person(dirty) WHERE dirty = 1;
CREATE INDEX person_due ON person(due) WHERE due IS NOT NULL;
CREATE INDEX person_merged ON person(merged_into) WHERE merged_into IS NOT NULL;

CREATE TRIGGER person_is_for_ever BEFORE DELETE ON person
BEGIN SELECT RAISE(ABORT, 'a person is merged, never deleted'); END;

CREATE TABLE link (
  system   TEXT NOT NULL,
  id       TEXT NOT NULL,          -- native id of the candidate
  person   TEXT NOT NULL REFERENCES person(id),
  main     INTEGER NOT NULL DEFAULT 1 CHECK (main IN (0, 1)),  -- the record of this system that is written to
  rule     TEXT NOT NULL,
  score    REAL NOT NULL,
  evidence TEXT NOT NULL,          -- JSON list of {what, weight, text}
  by       TEXT NOT NULL,          -- rule, reviewer, vendor
  at       TEXT NOT NULL,
  PRIMARY KEY (system, id)
) STRICT, WITHOUT ROWID;
CREATE INDEX link_person ON link(person);
CREATE UNIQUE INDEX link_one_main ON link(person, system) WHERE main = 1;

CREATE TABLE identity_key (
  kind   TEXT NOT NULL,
  value  TEXT NOT NULL,
  system TEXT NOT NULL,
  id     TEXT NOT NULL,
  PRIMARY KEY (kind, value, system, id)
) STRICT, WITHOUT ROWID;
CREATE INDEX identity_key_record ON identity_key(system, id);

CREATE TABLE cannot_link (
  system_a TEXT NOT NULL,
  id_a     TEXT NOT NULL,
  system_b TEXT NOT NULL,
  id_b     TEXT NOT NULL,
  by       TEXT NOT NULL,
  at       TEXT NOT NULL,
  PRIMARY KEY (system_a, id_a, system_b, id_b),
  CHECK ((system_a, id_a) < (system_b, id_b))
) STRICT, WITHOUT ROWID;

CREATE INDEX cannot_link_other ON cannot_link(system_b, id_b);

CREATE TRIGGER cannot_link_is_for_ever BEFORE DELETE ON cannot_link
BEGIN SELECT RAISE(ABORT, 'cannot-link is kept for ever'); END;

CREATE TABLE review (
  id       INTEGER PRIMARY KEY,
  system_a TEXT NOT NULL,
  id_a     TEXT NOT NULL,
  system_b TEXT NOT NULL,
  id_b     TEXT NOT NULL,
  score    REAL NOT NULL,
  evidence TEXT NOT NULL,
  state    TEXT NOT NULL DEFAULT 'open' CHECK (state IN ('open', 'accepted', 'rejected', 'moot')),
  by       TEXT,
  at       TEXT NOT NULL,
  answered TEXT,
  UNIQUE (system_a, id_a, system_b, id_b),
  CHECK ((system_a, id_a) < (system_b, id_b))
) STRICT;

CREATE INDEX review_other ON review(system_b, id_b);

-- Base: the value a system held when both sides last agreed, as the vendor gave it back.
CREATE TABLE base (
  person TEXT NOT NULL REFERENCES person(id),
  system TEXT NOT NULL,
  field  TEXT NOT NULL,
  value  TEXT NOT NULL,            -- JSON
  at     TEXT NOT NULL,
  PRIMARY KEY (person, system, field)
) STRICT, WITHOUT ROWID;

-- The outbox. A change once tried is immutable; at most one open change per person and system.
CREATE TABLE change (
  id       INTEGER PRIMARY KEY,
  key      TEXT NOT NULL,          -- idempotency key: hash of person, system, verb and content
  run      INTEGER NOT NULL,
  person   TEXT NOT NULL REFERENCES person(id),
  system   TEXT NOT NULL,
  verb     TEXT NOT NULL,
  target   TEXT NOT NULL,          -- native id written to; '' when the person's record there is to be created first
  content  TEXT NOT NULL,          -- JSON of sync.changes.Change
  priority INTEGER NOT NULL,       -- 0 is sent before anything else of its cycle: withdrawals
  because  TEXT NOT NULL CHECK (because <> ''),
  state    TEXT NOT NULL DEFAULT 'open'
           CHECK (state IN ('open', 'sent', 'in_doubt', 'applied', 'done', 'dead', 'raced', 'cancelled')),
  tries    INTEGER NOT NULL DEFAULT 0,
  reason   TEXT,
  created_id TEXT,                 -- native id of what a create brought into being
  at       TEXT NOT NULL,
  sent_at  REAL,
  settled  TEXT
) STRICT;
CREATE INDEX change_waiting ON change(state, system) WHERE state IN ('open', 'sent', 'in_doubt', 'applied', 'dead');
CREATE INDEX change_person ON change(person, system);
CREATE UNIQUE INDEX change_one_under_way ON change(person, system) WHERE state IN ('sent', 'in_doubt', 'applied');

CREATE TRIGGER change_tried_is_immutable BEFORE UPDATE OF key, person, system, verb, content, because ON change
WHEN OLD.state <> 'open'
BEGIN SELECT RAISE(ABORT, 'a change once tried is immutable'); END;

CREATE TRIGGER change_is_kept BEFORE DELETE ON change
BEGIN SELECT RAISE(ABORT, 'every write keeps its reason on record'); END;

CREATE TRIGGER change_settled_is_final BEFORE UPDATE OF state ON change
WHEN OLD.state IN ('done', 'raced', 'cancelled') AND NEW.state <> OLD.state
BEGIN SELECT RAISE(ABORT, 'a settled change is final'); END;

-- The sent ledger: values we may have written. A value found at a vendor that is here is ours, no user's edit.
CREATE TABLE sent (
  person TEXT NOT NULL,
  system TEXT NOT NULL,
  field  TEXT NOT NULL,
  value  TEXT NOT NULL,            -- JSON
  change INTEGER NOT NULL REFERENCES change(id),
  PRIMARY KEY (person, system, field, value)
) STRICT, WITHOUT ROWID;

CREATE INDEX sent_change ON sent(change);

-- What a policy did and may have to undo: a tag set, a pool joined or left, and for which application.
CREATE TABLE effect (
  person TEXT NOT NULL REFERENCES person(id),
  system TEXT NOT NULL,
  kind   TEXT NOT NULL CHECK (kind IN ('tagged', 'pooled', 'unpooled', 'blocked', 'noted')),
  target TEXT NOT NULL,            -- tag label, pool id, note key
  cause  TEXT NOT NULL,            -- the application or policy it was done for
  change INTEGER NOT NULL REFERENCES change(id),
  at     TEXT NOT NULL,
  PRIMARY KEY (person, system, kind, target)
) STRICT, WITHOUT ROWID;

CREATE TABLE conflict (
  id     INTEGER PRIMARY KEY,
  run    INTEGER NOT NULL,
  person TEXT NOT NULL REFERENCES person(id),
  field  TEXT NOT NULL,
  kept   TEXT NOT NULL,            -- JSON of the value that won
  kept_from TEXT NOT NULL,         -- system
  lost   TEXT NOT NULL,            -- JSON of the value that lost: kept here for ever
  lost_from TEXT NOT NULL,
  rule   TEXT NOT NULL,
  at     TEXT NOT NULL,
  UNIQUE (person, field, kept, lost)
) STRICT;

-- First-touch attribution: an append-only ledger, and the earliest of it.
CREATE TABLE touchpoint (
  system TEXT NOT NULL,
  object TEXT NOT NULL,
  id     TEXT NOT NULL,
  candidate TEXT NOT NULL,         -- native id of the candidate record
  kind   TEXT NOT NULL,
  channel TEXT NOT NULL,
  at     TEXT NOT NULL,
  direction TEXT NOT NULL,
  source TEXT,
  campaign TEXT,
  qualifies INTEGER NOT NULL,
  PRIMARY KEY (system, object, id)
) STRICT, WITHOUT ROWID;
CREATE INDEX touchpoint_candidate ON touchpoint(system, candidate);

CREATE TRIGGER touchpoint_is_appended_only BEFORE DELETE ON touchpoint
BEGIN SELECT RAISE(ABORT, 'the ledger of touchpoints is append-only'); END;

CREATE TABLE first_touch (
  person TEXT PRIMARY KEY REFERENCES person(id),
  at     TEXT NOT NULL,
  channel TEXT NOT NULL,
  source TEXT,
  campaign TEXT,
  system TEXT NOT NULL,
  object TEXT NOT NULL,
  id     TEXT NOT NULL,
  frozen TEXT                      -- when a hire froze it
) STRICT, WITHOUT ROWID;

CREATE TRIGGER first_touch_only_moves_earlier BEFORE UPDATE OF at ON first_touch
WHEN NEW.at > OLD.at
BEGIN SELECT RAISE(ABORT, 'a first touch only ever moves earlier'); END;

CREATE TRIGGER first_touch_changes_only_with_an_earlier_time BEFORE UPDATE OF source, campaign, channel, id ON first_touch
WHEN NEW.at = OLD.at AND (NEW.system, NEW.object, NEW.id) <> (OLD.system, OLD.object, OLD.id)
BEGIN SELECT RAISE(ABORT, 'a first touch is amended only by an earlier one'); END;

CREATE TRIGGER first_touch_frozen_at_hire BEFORE UPDATE OF at, channel, source, campaign, system, object, id ON first_touch
WHEN OLD.frozen IS NOT NULL
BEGIN SELECT RAISE(ABORT, 'a first touch is frozen at hire'); END;

CREATE TRIGGER first_touch_is_for_ever BEFORE DELETE ON first_touch
BEGIN SELECT RAISE(ABORT, 'a first touch is kept for ever'); END;

-- What remains of an erased person: keyed hashes of identifiers, so that nobody brings them back.
CREATE TABLE tombstone (
  key_hash TEXT PRIMARY KEY,
  at       TEXT NOT NULL,
  reason   TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE run (
  id      INTEGER PRIMARY KEY,
  command TEXT NOT NULL,
  started TEXT NOT NULL,
  ended   TEXT,
  outcome TEXT,                    -- done, failed, partial, held
  stats   TEXT NOT NULL DEFAULT '{}',
  allowance TEXT                   -- why a large run was let through: first import, --yes
) STRICT;

-- The journal: what happened to a person, in order. Refs and field names, never values.
CREATE TABLE journal (
  id     INTEGER PRIMARY KEY,
  run    INTEGER NOT NULL,
  person TEXT,
  system TEXT,
  event  TEXT NOT NULL,
  detail TEXT NOT NULL DEFAULT '{}',
  at     TEXT NOT NULL
) STRICT;
CREATE INDEX journal_person ON journal(person, id);

-- What policies noticed and did not write: overwritten sources, unmapped words, things a vendor cannot do.
CREATE TABLE notice (
  kind    TEXT NOT NULL,
  subject TEXT NOT NULL,           -- person id, or vendor word
  system  TEXT NOT NULL,
  detail  TEXT NOT NULL,           -- one sentence, no personal values
  first_run INTEGER NOT NULL,
  last_run  INTEGER NOT NULL,
  at      TEXT NOT NULL,
  PRIMARY KEY (kind, subject, system, detail)
) STRICT, WITHOUT ROWID;

-- An attempt whose accepted steps are being taken back, and the steps that take them back.

-- SQLite cannot change a CHECK: the table is made anew, and with it the one that refers to it.
CREATE TABLE attempts_with_undoing (
  attempt_id TEXT PRIMARY KEY NOT NULL,
  merchant_id TEXT NOT NULL REFERENCES merchants (merchant_id),
  payout_id TEXT NOT NULL REFERENCES payouts (payout_id),
  number INTEGER NOT NULL,
  connector TEXT NOT NULL,
  state TEXT NOT NULL CHECK (state IN ('RUNNING', 'ACCEPTED', 'UNDOING', 'DEAD')),
  create_time INTEGER NOT NULL,
  end_time INTEGER,
  UNIQUE (payout_id, number)
) STRICT;
INSERT INTO attempts_with_undoing
  SELECT attempt_id, merchant_id, payout_id, number, connector, state, create_time, end_time
  FROM attempts;

CREATE TABLE attempt_steps_with_undoing (
  attempt_id TEXT NOT NULL REFERENCES attempts_with_undoing (attempt_id),
  ordinal INTEGER NOT NULL,
  name TEXT NOT NULL,
  processor_key TEXT NOT NULL UNIQUE,
  -- The step that this one takes back; null for one that does the payout's work.
  undoes INTEGER,
  outcome TEXT CHECK (outcome IN ('NOT_SENT', 'REJECTED', 'ACCEPTED', 'UNKNOWN')),
  tries INTEGER NOT NULL,
  error TEXT,
  start_time INTEGER,
  update_time INTEGER,
  PRIMARY KEY (attempt_id, ordinal),
  CHECK (undoes < ordinal)
) STRICT, WITHOUT ROWID;
INSERT INTO attempt_steps_with_undoing
  SELECT attempt_id, ordinal, name, processor_key, NULL, outcome, tries, error, start_time, update_time
  FROM attempt_steps;

DROP TABLE attempt_steps;
DROP TABLE attempts;
ALTER TABLE attempts_with_undoing RENAME TO attempts;
ALTER TABLE attempt_steps_with_undoing RENAME TO attempt_steps;
-- A new attempt is made only when the last is proven dead: the database holds us to it.
CREATE UNIQUE INDEX attempts_one_alive ON attempts (payout_id) WHERE state <> 'DEAD';
-- What is taken back is taken back once.
CREATE UNIQUE INDEX attempt_steps_undone_once ON attempt_steps (attempt_id, undoes)
  WHERE undoes IS NOT NULL;

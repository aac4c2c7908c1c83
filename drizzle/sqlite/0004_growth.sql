-- What a list, a claim and a record cost with a million payouts; docs/performance.md has the numbers.

-- Lists by status, currency and connector, in any combination: each combination of the three that a
-- merchant has is one range of this index, newest last. A list merges the ranges that its filter names
-- (src/repository/sqlite/newest-of.ts), so none walks past what it does not answer.
DROP INDEX payouts_by_status;
CREATE INDEX payouts_by_traits
  ON payouts (merchant_id, status, currency, connector, create_time, payout_id);
DROP INDEX payouts_by_recipient;
CREATE INDEX payouts_by_recipient_traits
  ON payouts (merchant_id, recipient_id, status, currency, connector, create_time, payout_id)
  WHERE recipient_id IS NOT NULL;

-- The same for lists with one trait; without a filter they merge all of its few values.
DROP INDEX recipients_by_create_time;
CREATE INDEX recipients_by_status ON recipients (merchant_id, status, create_time, recipient_id);
DROP INDEX links_by_create_time;
CREATE INDEX links_by_state ON links (merchant_id, state, create_time, link_id);
CREATE INDEX events_by_type ON events (merchant_id, type, create_time, position);
-- An object has few events, and UNIQUE (object_id, sequence) finds them.
DROP INDEX events_by_object;

-- A recipient's accounts as they are listed: those that were removed stay for payouts under way only.
DROP INDEX disburse_accounts_by_create_time;
CREATE INDEX disburse_accounts_by_create_time
  ON disburse_accounts (merchant_id, recipient_id, create_time, disburse_account_id)
  WHERE delete_time IS NULL;

-- For claims past a lane that is full, however much is due in it.
CREATE INDEX jobs_by_lane ON jobs (merchant_id, lane, claimable_at);

-- A record holds a whole answer. In a table that is its own index, rows past a quarter of a page go to
-- pages of their own: a record took 4 KiB where it has 1.3.
CREATE TABLE idempotency_records_with_rowid (
  merchant_id TEXT NOT NULL REFERENCES merchants (merchant_id),
  method TEXT NOT NULL,
  idempotency_key TEXT NOT NULL,
  fingerprint TEXT NOT NULL,
  subject_id TEXT NOT NULL,
  answer TEXT,
  create_time INTEGER NOT NULL,
  expire_time INTEGER,
  PRIMARY KEY (merchant_id, method, idempotency_key)
) STRICT;
INSERT INTO idempotency_records_with_rowid
  SELECT merchant_id, method, idempotency_key, fingerprint, subject_id, answer, create_time, expire_time
  FROM idempotency_records;
DROP TABLE idempotency_records;
ALTER TABLE idempotency_records_with_rowid RENAME TO idempotency_records;
CREATE INDEX idempotency_records_by_expire_time
  ON idempotency_records (expire_time) WHERE expire_time IS NOT NULL;

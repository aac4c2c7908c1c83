-- The first schema. Times are milliseconds since the epoch, amounts minor units, flags 0 or 1, JSON
-- is text. Secrets are ciphertexts of src/security/cipher.ts, bound to table, row, column and merchant.

CREATE TABLE merchants (
  merchant_id TEXT PRIMARY KEY NOT NULL,
  name TEXT NOT NULL,
  livemode INTEGER NOT NULL CHECK (livemode IN (0, 1)),
  create_time INTEGER NOT NULL
) STRICT;

CREATE TABLE api_keys (
  key_id TEXT PRIMARY KEY NOT NULL,
  merchant_id TEXT NOT NULL REFERENCES merchants (merchant_id),
  key_hash TEXT NOT NULL UNIQUE,
  hint TEXT NOT NULL,
  scopes TEXT NOT NULL,
  create_time INTEGER NOT NULL,
  expire_time INTEGER,
  revoke_time INTEGER
) STRICT;

CREATE TABLE recipients (
  recipient_id TEXT PRIMARY KEY NOT NULL,
  merchant_id TEXT NOT NULL REFERENCES merchants (merchant_id),
  merchant_recipient_id TEXT,
  status TEXT NOT NULL,
  person TEXT NOT NULL,
  person_secret BLOB NOT NULL,
  requirements TEXT NOT NULL,
  default_disburse_account_id TEXT,
  metadata TEXT NOT NULL,
  livemode INTEGER NOT NULL CHECK (livemode IN (0, 1)),
  create_time INTEGER NOT NULL,
  update_time INTEGER NOT NULL,
  version INTEGER NOT NULL,
  event_sequence INTEGER NOT NULL
) STRICT;
CREATE UNIQUE INDEX recipients_by_merchant_recipient_id
  ON recipients (merchant_id, merchant_recipient_id) WHERE merchant_recipient_id IS NOT NULL;
CREATE INDEX recipients_by_create_time ON recipients (merchant_id, create_time, recipient_id);

CREATE TABLE disburse_accounts (
  disburse_account_id TEXT PRIMARY KEY NOT NULL,
  merchant_id TEXT NOT NULL REFERENCES merchants (merchant_id),
  recipient_id TEXT NOT NULL REFERENCES recipients (recipient_id),
  status TEXT NOT NULL,
  payout_method TEXT NOT NULL,
  method_secret BLOB NOT NULL,
  fingerprint TEXT NOT NULL,
  livemode INTEGER NOT NULL CHECK (livemode IN (0, 1)),
  create_time INTEGER NOT NULL,
  update_time INTEGER NOT NULL,
  delete_time INTEGER,
  event_sequence INTEGER NOT NULL
) STRICT;
CREATE UNIQUE INDEX disburse_accounts_by_fingerprint
  ON disburse_accounts (merchant_id, recipient_id, fingerprint) WHERE delete_time IS NULL;
CREATE INDEX disburse_accounts_by_create_time
  ON disburse_accounts (merchant_id, recipient_id, create_time, disburse_account_id);

CREATE TABLE registrations (
  subject_id TEXT NOT NULL,
  connector TEXT NOT NULL,
  merchant_id TEXT NOT NULL REFERENCES merchants (merchant_id),
  processor_key TEXT NOT NULL UNIQUE,
  outcome TEXT CHECK (outcome IN ('NOT_SENT', 'REJECTED', 'ACCEPTED', 'UNKNOWN')),
  tries INTEGER NOT NULL,
  status TEXT NOT NULL,
  connector_id TEXT,
  requirements TEXT NOT NULL,
  error TEXT,
  create_time INTEGER NOT NULL,
  update_time INTEGER NOT NULL,
  PRIMARY KEY (subject_id, connector)
) STRICT, WITHOUT ROWID;

CREATE TABLE payouts (
  payout_id TEXT PRIMARY KEY NOT NULL,
  merchant_id TEXT NOT NULL REFERENCES merchants (merchant_id),
  merchant_payout_id TEXT,
  status TEXT NOT NULL,
  minor_amount INTEGER NOT NULL CHECK (minor_amount > 0 AND minor_amount <= 9007199254740991),
  currency TEXT NOT NULL,
  destination_currency TEXT NOT NULL,
  destination_minor_amount INTEGER
    CHECK (destination_minor_amount >= 0 AND destination_minor_amount <= 9007199254740991),
  connector TEXT NOT NULL,
  connector_references TEXT NOT NULL,
  connector_payout_id TEXT,
  recipient_id TEXT,
  disburse_account_id TEXT,
  payout_method TEXT,
  destination_secret BLOB,
  priority TEXT,
  fulfillment TEXT NOT NULL,
  description TEXT NOT NULL,
  metadata TEXT NOT NULL,
  quote TEXT,
  link_id TEXT,
  error TEXT,
  wait_reason TEXT,
  wait_since INTEGER,
  void_request TEXT,
  news_sequence INTEGER,
  stage_fingerprint TEXT,
  livemode INTEGER NOT NULL CHECK (livemode IN (0, 1)),
  create_time INTEGER NOT NULL,
  update_time INTEGER NOT NULL,
  version INTEGER NOT NULL,
  event_sequence INTEGER NOT NULL
) STRICT;
CREATE UNIQUE INDEX payouts_by_merchant_payout_id
  ON payouts (merchant_id, merchant_payout_id) WHERE merchant_payout_id IS NOT NULL;
CREATE INDEX payouts_by_create_time ON payouts (merchant_id, create_time, payout_id);
CREATE INDEX payouts_by_status ON payouts (merchant_id, status, create_time, payout_id);
CREATE INDEX payouts_by_recipient ON payouts (merchant_id, recipient_id, create_time, payout_id)
  WHERE recipient_id IS NOT NULL;

CREATE TABLE attempts (
  attempt_id TEXT PRIMARY KEY NOT NULL,
  merchant_id TEXT NOT NULL REFERENCES merchants (merchant_id),
  payout_id TEXT NOT NULL REFERENCES payouts (payout_id),
  number INTEGER NOT NULL,
  connector TEXT NOT NULL,
  state TEXT NOT NULL CHECK (state IN ('RUNNING', 'ACCEPTED', 'DEAD')),
  create_time INTEGER NOT NULL,
  end_time INTEGER,
  UNIQUE (payout_id, number)
) STRICT;
-- A new attempt is made only when the last is proven dead: the database holds us to it.
CREATE UNIQUE INDEX attempts_one_alive ON attempts (payout_id) WHERE state <> 'DEAD';

CREATE TABLE attempt_steps (
  attempt_id TEXT NOT NULL REFERENCES attempts (attempt_id),
  ordinal INTEGER NOT NULL,
  name TEXT NOT NULL,
  processor_key TEXT NOT NULL UNIQUE,
  outcome TEXT CHECK (outcome IN ('NOT_SENT', 'REJECTED', 'ACCEPTED', 'UNKNOWN')),
  tries INTEGER NOT NULL,
  error TEXT,
  start_time INTEGER,
  update_time INTEGER,
  PRIMARY KEY (attempt_id, ordinal)
) STRICT, WITHOUT ROWID;

CREATE TABLE links (
  link_id TEXT PRIMARY KEY NOT NULL,
  merchant_id TEXT NOT NULL REFERENCES merchants (merchant_id),
  payout_id TEXT NOT NULL UNIQUE REFERENCES payouts (payout_id),
  state TEXT NOT NULL CHECK (state IN ('ACTIVE', 'CLAIMED', 'EXPIRED', 'REVOKED')),
  token_hash TEXT NOT NULL UNIQUE,
  token_version INTEGER NOT NULL,
  allowed_methods TEXT NOT NULL,
  return_url TEXT NOT NULL,
  locale TEXT NOT NULL,
  claim_code_hash TEXT,
  hint_secret BLOB,
  livemode INTEGER NOT NULL CHECK (livemode IN (0, 1)),
  expire_time INTEGER NOT NULL,
  claim_time INTEGER,
  create_time INTEGER NOT NULL,
  update_time INTEGER NOT NULL,
  event_sequence INTEGER NOT NULL
) STRICT;
CREATE INDEX links_by_create_time ON links (merchant_id, create_time, link_id);

CREATE TABLE events (
  position INTEGER PRIMARY KEY AUTOINCREMENT,
  event_id TEXT NOT NULL UNIQUE,
  merchant_id TEXT NOT NULL REFERENCES merchants (merchant_id),
  type TEXT NOT NULL,
  object_id TEXT NOT NULL,
  sequence INTEGER NOT NULL,
  previous_status TEXT NOT NULL,
  resource TEXT NOT NULL,
  livemode INTEGER NOT NULL CHECK (livemode IN (0, 1)),
  create_time INTEGER NOT NULL,
  -- Each change of status writes exactly one event.
  UNIQUE (object_id, sequence)
) STRICT;
CREATE INDEX events_by_position ON events (merchant_id, position);
CREATE INDEX events_by_object ON events (merchant_id, object_id, position);

-- What people decided, and why. Rows are only ever added.
CREATE TABLE audit_entries (
  position INTEGER PRIMARY KEY AUTOINCREMENT,
  merchant_id TEXT NOT NULL REFERENCES merchants (merchant_id),
  actor TEXT NOT NULL,
  action TEXT NOT NULL,
  subject_id TEXT NOT NULL,
  reason TEXT NOT NULL,
  create_time INTEGER NOT NULL
) STRICT;
CREATE INDEX audit_entries_by_merchant ON audit_entries (merchant_id, position);
CREATE TRIGGER audit_entries_stay BEFORE UPDATE ON audit_entries
BEGIN
  SELECT RAISE (ABORT, 'audit entries are never changed');
END;
CREATE TRIGGER audit_entries_remain BEFORE DELETE ON audit_entries
BEGIN
  SELECT RAISE (ABORT, 'audit entries are never removed');
END;

CREATE TABLE jobs (
  kind TEXT NOT NULL,
  subject_id TEXT NOT NULL,
  merchant_id TEXT NOT NULL REFERENCES merchants (merchant_id),
  -- The connector that the work calls: a processor that hangs fills its own lane only.
  lane TEXT NOT NULL,
  run_at INTEGER NOT NULL,
  claimable_at INTEGER NOT NULL,
  tries INTEGER NOT NULL,
  lease_token TEXT,
  lease_until INTEGER,
  last_error TEXT,
  PRIMARY KEY (kind, subject_id),
  CHECK ((lease_token IS NULL) = (lease_until IS NULL))
) STRICT, WITHOUT ROWID;
CREATE INDEX jobs_by_claimable_at ON jobs (claimable_at);

CREATE TABLE idempotency_records (
  merchant_id TEXT NOT NULL REFERENCES merchants (merchant_id),
  method TEXT NOT NULL,
  idempotency_key TEXT NOT NULL,
  fingerprint TEXT NOT NULL,
  subject_id TEXT NOT NULL,
  answer TEXT,
  create_time INTEGER NOT NULL,
  expire_time INTEGER,
  PRIMARY KEY (merchant_id, method, idempotency_key)
) STRICT, WITHOUT ROWID;
CREATE INDEX idempotency_records_by_expire_time
  ON idempotency_records (expire_time) WHERE expire_time IS NOT NULL;

-- What processors send by themselves: one row an event, stored before the processor is answered.
CREATE TABLE inbox (
  inbox_id TEXT PRIMARY KEY NOT NULL,
  merchant_id TEXT NOT NULL REFERENCES merchants (merchant_id),
  connector_account_id TEXT NOT NULL,
  connector TEXT NOT NULL,
  -- The processor's own: the same event twice is one row.
  event_id TEXT NOT NULL,
  state TEXT NOT NULL CHECK (state IN ('NEW', 'WAITING', 'REVIEW', 'APPLIED', 'IGNORED')),
  -- What it says, encrypted; null once nobody needs it any more.
  content_secret BLOB,
  bytes INTEGER NOT NULL,
  tries INTEGER NOT NULL,
  -- When it can be claimed: when it wants to be tried, or the end of the lease of whoever is at it.
  next_time INTEGER,
  lease_token TEXT,
  receive_time INTEGER NOT NULL,
  UNIQUE (connector_account_id, event_id),
  CHECK ((state IN ('NEW', 'WAITING')) = (next_time IS NOT NULL)),
  CHECK ((state IN ('APPLIED', 'IGNORED')) = (content_secret IS NULL))
) STRICT;
CREATE INDEX inbox_by_next_time
  ON inbox (next_time, connector_account_id) WHERE next_time IS NOT NULL;
-- What an account takes up, and what gives way first.
CREATE INDEX inbox_by_account
  ON inbox (connector_account_id, state, inbox_id, bytes) WHERE content_secret IS NOT NULL;
CREATE INDEX inbox_by_receive_time ON inbox (state, receive_time);

-- The ids that processors have given payouts, by account: an event names a payout by such an id. Several
-- payouts may share one, such as that of their recipient.
CREATE TABLE connector_references (
  merchant_id TEXT NOT NULL REFERENCES merchants (merchant_id),
  connector_account_id TEXT NOT NULL,
  kind TEXT NOT NULL,
  reference_id TEXT NOT NULL,
  payout_id TEXT NOT NULL,
  PRIMARY KEY (merchant_id, connector_account_id, reference_id, kind, payout_id)
) STRICT, WITHOUT ROWID;
INSERT OR IGNORE INTO connector_references
  SELECT payouts.merchant_id, connector_account_id, reference.value ->> 'kind',
    reference.value ->> 'id', payout_id
  FROM payouts, json_each(payouts.connector_references) AS reference
  WHERE connector_account_id IS NOT NULL;

-- An event names a registration by the processor's id of it.
CREATE INDEX registrations_by_connector_id
  ON registrations (merchant_id, connector, connector_id) WHERE connector_id IS NOT NULL;

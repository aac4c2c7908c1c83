-- Where merchants want their events, and what became of each event there.
CREATE TABLE webhook_endpoints (
  endpoint_id TEXT PRIMARY KEY NOT NULL,
  merchant_id TEXT NOT NULL REFERENCES merchants (merchant_id),
  url TEXT NOT NULL,
  description TEXT NOT NULL,
  event_types TEXT NOT NULL,
  state TEXT NOT NULL CHECK (state IN ('ENABLED', 'DISABLED')),
  disabled_reason TEXT CHECK (disabled_reason IN ('BY_CALLER', 'GONE_410', 'FAILING')),
  failing_since INTEGER,
  -- What requests are signed with; null once it is removed.
  signing_secret BLOB,
  -- The newest event there was when it was made or enabled: what came before is not made into deliveries.
  after_position INTEGER NOT NULL,
  -- When something can be claimed for it; null while there is nothing, or it is disabled.
  due_at INTEGER,
  livemode INTEGER NOT NULL CHECK (livemode IN (0, 1)),
  create_time INTEGER NOT NULL,
  update_time INTEGER NOT NULL,
  -- Set when the merchant removed it; the row goes when its deliveries have gone.
  delete_time INTEGER,
  version INTEGER NOT NULL,
  event_sequence INTEGER NOT NULL,
  CHECK ((state = 'DISABLED') = (disabled_reason IS NOT NULL)),
  CHECK ((delete_time IS NULL) = (signing_secret IS NOT NULL))
) STRICT;
CREATE INDEX webhook_endpoints_by_merchant
  ON webhook_endpoints (merchant_id, create_time, endpoint_id) WHERE delete_time IS NULL;
CREATE INDEX webhook_endpoints_removed ON webhook_endpoints (delete_time)
  WHERE delete_time IS NOT NULL;
-- Two, so that those that fail are never walked past to reach the others.
CREATE INDEX webhook_endpoints_due ON webhook_endpoints (due_at)
  WHERE due_at IS NOT NULL AND failing_since IS NULL;
CREATE INDEX webhook_endpoints_due_failing ON webhook_endpoints (due_at)
  WHERE due_at IS NOT NULL AND failing_since IS NOT NULL;

CREATE TABLE webhook_deliveries (
  delivery_id TEXT PRIMARY KEY NOT NULL,
  merchant_id TEXT NOT NULL REFERENCES merchants (merchant_id),
  endpoint_id TEXT NOT NULL REFERENCES webhook_endpoints (endpoint_id),
  event_id TEXT NOT NULL,
  event_position INTEGER NOT NULL,
  event_type TEXT NOT NULL,
  state TEXT NOT NULL CHECK (state IN ('PENDING', 'DELIVERED', 'FAILED')),
  tries INTEGER NOT NULL,
  -- All that there ever were, of which the newest are kept.
  attempt_count INTEGER NOT NULL,
  -- When it was made, or asked for again.
  asked_time INTEGER NOT NULL,
  next_try_time INTEGER,
  -- next_try_time, or the end of the lease while it is leased; null when it has ended.
  claimable_at INTEGER,
  lease_token TEXT,
  lease_until INTEGER,
  livemode INTEGER NOT NULL CHECK (livemode IN (0, 1)),
  create_time INTEGER NOT NULL,
  update_time INTEGER NOT NULL,
  -- An event is made into one delivery for each endpoint, however often it is looked at.
  UNIQUE (endpoint_id, event_id),
  CHECK ((lease_token IS NULL) = (lease_until IS NULL)),
  CHECK ((state = 'PENDING') = (claimable_at IS NOT NULL)),
  CHECK ((state = 'PENDING') = (next_try_time IS NOT NULL))
) STRICT;
CREATE INDEX webhook_deliveries_claimable ON webhook_deliveries (endpoint_id, claimable_at)
  WHERE claimable_at IS NOT NULL;
CREATE INDEX webhook_deliveries_leased ON webhook_deliveries (endpoint_id, lease_until)
  WHERE lease_until IS NOT NULL;
CREATE INDEX webhook_deliveries_by_state
  ON webhook_deliveries (merchant_id, endpoint_id, state, create_time, delivery_id);
CREATE INDEX webhook_deliveries_by_asked_time ON webhook_deliveries (asked_time);
CREATE INDEX webhook_deliveries_pending ON webhook_deliveries (asked_time)
  WHERE claimable_at IS NOT NULL;

CREATE TABLE webhook_attempts (
  delivery_id TEXT NOT NULL REFERENCES webhook_deliveries (delivery_id),
  number INTEGER NOT NULL,
  merchant_id TEXT NOT NULL REFERENCES merchants (merchant_id),
  start_time INTEGER NOT NULL,
  duration_ms INTEGER NOT NULL,
  status_code INTEGER,
  failure TEXT,
  request_headers TEXT NOT NULL,
  answer TEXT NOT NULL,
  PRIMARY KEY (delivery_id, number)
) STRICT;

-- How far events have been made into deliveries: one row.
CREATE TABLE webhook_cursor (
  id INTEGER PRIMARY KEY NOT NULL CHECK (id = 1),
  position INTEGER NOT NULL
) STRICT;
INSERT INTO webhook_cursor (id, position) SELECT 1, coalesce(max(position), 0) FROM events;

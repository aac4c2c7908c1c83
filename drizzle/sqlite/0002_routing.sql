-- Which connector pays, and why. Rules are read and replaced as a whole, so they are one JSON text.

CREATE TABLE routing_rules (
  merchant_id TEXT PRIMARY KEY NOT NULL REFERENCES merchants (merchant_id),
  rules TEXT NOT NULL,
  version INTEGER NOT NULL,
  update_time INTEGER NOT NULL
) STRICT;

-- Null: stored before payouts were routed.
ALTER TABLE payouts ADD COLUMN routing TEXT;

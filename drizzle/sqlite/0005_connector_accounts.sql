-- How the service signs in at processors, for each merchant.
CREATE TABLE connector_accounts (
  connector_account_id TEXT PRIMARY KEY NOT NULL,
  merchant_id TEXT NOT NULL REFERENCES merchants (merchant_id),
  connector TEXT NOT NULL,
  name TEXT NOT NULL,
  settings TEXT NOT NULL,
  -- The names of the secret settings; what they are is encrypted.
  secrets TEXT NOT NULL,
  settings_secret BLOB NOT NULL,
  enabled INTEGER NOT NULL CHECK (enabled IN (0, 1)),
  from_environment INTEGER NOT NULL CHECK (from_environment IN (0, 1)),
  livemode INTEGER NOT NULL CHECK (livemode IN (0, 1)),
  create_time INTEGER NOT NULL,
  update_time INTEGER NOT NULL,
  version INTEGER NOT NULL
) STRICT;
CREATE INDEX connector_accounts_by_merchant
  ON connector_accounts (merchant_id, create_time, connector_account_id);

-- Null: the connector knows no accounts of merchants.
ALTER TABLE payouts ADD COLUMN connector_account_id TEXT;

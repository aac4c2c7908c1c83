-- Merchants that an operator makes, and keys that can be told apart.

-- Those that are there came with the service's own first key.
ALTER TABLE merchants ADD COLUMN operator INTEGER NOT NULL DEFAULT 1 CHECK (operator IN (0, 1));
CREATE INDEX merchants_by_create_time ON merchants (create_time, merchant_id);

ALTER TABLE api_keys ADD COLUMN name TEXT NOT NULL DEFAULT '';
CREATE INDEX api_keys_by_merchant ON api_keys (merchant_id, create_time, key_id);
CREATE INDEX api_keys_by_create_time ON api_keys (create_time, key_id);

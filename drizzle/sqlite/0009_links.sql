-- How a merchant is shown to recipients.
ALTER TABLE merchants ADD COLUMN logo_url TEXT;
ALTER TABLE merchants ADD COLUMN accent_color TEXT;
ALTER TABLE merchants ADD COLUMN version INTEGER NOT NULL DEFAULT 1;

-- A merchant's logo as it was fetched, apart from the row that every page reads.
CREATE TABLE merchant_logos (
  merchant_id TEXT PRIMARY KEY NOT NULL REFERENCES merchants (merchant_id),
  content_type TEXT NOT NULL CHECK (content_type IN ('image/png', 'image/jpeg', 'image/webp')),
  image BLOB NOT NULL,
  fetch_time INTEGER NOT NULL
) STRICT;

-- Who may frame a link's page.
ALTER TABLE links ADD COLUMN allowed_origins TEXT NOT NULL DEFAULT '[]';
-- Wrong claim codes since the link was made or sent anew.
ALTER TABLE links ADD COLUMN wrong_claim_codes INTEGER NOT NULL DEFAULT 0;
-- SHA-256 of what the browser that claimed the link was given.
ALTER TABLE links ADD COLUMN claim_secret_hash TEXT;

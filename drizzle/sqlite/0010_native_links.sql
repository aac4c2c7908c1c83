-- Whose page a link leads to. A processor's own has no token: token_hash is then no hash that a token could have.
ALTER TABLE links ADD COLUMN host TEXT NOT NULL DEFAULT 'SERVICE' CHECK (host IN ('SERVICE', 'PROCESSOR'));
-- The address of a processor's own link, sealed. That of ours is derived.
ALTER TABLE links ADD COLUMN url_secret BLOB;

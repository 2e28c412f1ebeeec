-- What an embedding model made of texts, so that a corpus is embedded once. Rows with large blobs stand better in a table with a rowid.

CREATE TABLE embeddings (
  model               TEXT    NOT NULL,
  text_digest         TEXT    NOT NULL,
  vector              BLOB    NOT NULL,
  embedded_at_unix_ns INTEGER NOT NULL,
  PRIMARY KEY (model, text_digest)
) STRICT;

-- Measured runs: each load stage as it took place, and what telemetry read meanwhile.

CREATE TABLE stages (
  run_id              TEXT    NOT NULL REFERENCES runs,
  position            INTEGER NOT NULL,
  load                TEXT    NOT NULL,
  mode                TEXT    NOT NULL,
  concurrency         INTEGER NOT NULL,
  rate                REAL    NOT NULL,
  shape               REAL    NOT NULL,
  requests            INTEGER NOT NULL,
  duration_ns         INTEGER NOT NULL,
  ramp_ns             INTEGER NOT NULL,
  drain_ns            INTEGER NOT NULL,
  warmup              INTEGER NOT NULL,
  turns               INTEGER NOT NULL,
  think_ns            INTEGER NOT NULL,
  seed                INTEGER NOT NULL,
  input_tokens        INTEGER NOT NULL,
  output_tokens       INTEGER NOT NULL,
  shared_prefix       REAL    NOT NULL,
  started_at_unix_ns  INTEGER,
  ended_at_unix_ns    INTEGER,
  steady_from_unix_ns INTEGER,
  steady_to_unix_ns   INTEGER,
  client_cpu_ns       INTEGER NOT NULL,
  client_cores        INTEGER NOT NULL,
  clock_step_ns       INTEGER NOT NULL,
  scheduled           INTEGER NOT NULL,
  sent                INTEGER NOT NULL,
  abandoned           INTEGER NOT NULL,
  connect_us          TEXT    NOT NULL,
  tls_us              TEXT    NOT NULL,
  stopped             TEXT    NOT NULL,
  notes               TEXT    NOT NULL,
  PRIMARY KEY (run_id, position),
  UNIQUE (run_id, load)
) STRICT, WITHOUT ROWID;

-- A series is named once: an exporter's labels are longer than its readings.
CREATE TABLE series (
  series_no INTEGER PRIMARY KEY,
  run_id    TEXT    NOT NULL REFERENCES runs,
  source    TEXT    NOT NULL,
  metric    TEXT    NOT NULL,
  labels    TEXT    NOT NULL,
  unit      TEXT    NOT NULL,
  UNIQUE (run_id, source, metric, labels, unit)
) STRICT;

CREATE TABLE samples (
  series_no    INTEGER NOT NULL REFERENCES series,
  time_unix_ns INTEGER NOT NULL,
  value        REAL    NOT NULL,
  PRIMARY KEY (series_no, time_unix_ns)
) STRICT, WITHOUT ROWID;

CREATE VIEW v_samples AS
SELECT s.run_id, s.source, s.metric, s.labels, s.unit, m.time_unix_ns, m.value
FROM samples m JOIN series s USING (series_no);

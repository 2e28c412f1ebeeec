-- The results file, schema 1. docs/SCHEMA.md describes every column and view.
-- Units stand in the names: _ns nanoseconds, _us microseconds, _ms milliseconds, _unix_ns nanoseconds since 1970-01-01 UTC.
-- Lists are JSON arrays. An empty string means "none" unless a column allows NULL.

CREATE TABLE runs (
  run_id              TEXT    NOT NULL PRIMARY KEY,
  plan_digest         TEXT    NOT NULL,
  tool_version        TEXT    NOT NULL,
  target_name         TEXT    NOT NULL,
  target_base_url     TEXT    NOT NULL,
  target_model        TEXT    NOT NULL,
  target_built_in     INTEGER NOT NULL CHECK (target_built_in IN (0, 1)),
  accelerator_count   INTEGER NOT NULL,
  accelerator_unit    TEXT    NOT NULL,
  accelerator_model   TEXT    NOT NULL,
  suite_name          TEXT    NOT NULL,
  suite_title         TEXT    NOT NULL,
  suite_version       TEXT    NOT NULL,
  suite_digest        TEXT    NOT NULL,
  suite_license       TEXT    NOT NULL,
  suite_as_of         TEXT,
  suite_languages     TEXT    NOT NULL CHECK (json_valid(suite_languages)),
  prompt_digest       TEXT    NOT NULL,
  arms                TEXT    NOT NULL CHECK (json_valid(arms)),
  repeats             INTEGER NOT NULL,
  planned_trials      INTEGER NOT NULL,
  k                   INTEGER NOT NULL,
  seed                INTEGER NOT NULL,
  temperature         REAL    NOT NULL,
  max_tokens          INTEGER NOT NULL,
  timeout_ns          INTEGER NOT NULL,
  concurrency         INTEGER NOT NULL,
  item_limit          INTEGER NOT NULL,
  started_at_unix_ns  INTEGER NOT NULL,
  finished_at_unix_ns INTEGER,
  elapsed_ns          INTEGER NOT NULL
) STRICT;

CREATE TABLE items (
  item_no          INTEGER PRIMARY KEY,
  suite_digest     TEXT    NOT NULL,
  item_id          TEXT    NOT NULL,
  question         TEXT    NOT NULL,
  language         TEXT    NOT NULL,
  domain           TEXT    NOT NULL,
  skill            TEXT    NOT NULL,
  source           TEXT    NOT NULL,
  answer_kind      TEXT    NOT NULL,
  answer_text      TEXT    NOT NULL,
  answer_aliases   TEXT    NOT NULL CHECK (json_valid(answer_aliases)),
  answer_number    TEXT    NOT NULL,
  answer_unit      TEXT    NOT NULL,
  answer_tolerance REAL    NOT NULL,
  answer_set       TEXT    NOT NULL CHECK (json_valid(answer_set)),
  traps            TEXT    NOT NULL CHECK (json_valid(traps)),
  evidence         TEXT    NOT NULL CHECK (json_valid(evidence)),
  derivation       TEXT    NOT NULL,
  UNIQUE (suite_digest, item_id)
) STRICT;

CREATE TABLE passages (
  passage_no   INTEGER PRIMARY KEY,
  content_hash TEXT    NOT NULL UNIQUE,
  passage_id   TEXT    NOT NULL,
  title        TEXT    NOT NULL,
  text         TEXT    NOT NULL,
  language     TEXT    NOT NULL,
  valid_from   TEXT,
  valid_to     TEXT,
  supersedes   TEXT    NOT NULL,
  origin       TEXT    NOT NULL
) STRICT;

-- Which passages made up a suite's corpus: passages are shared by all the suites and editions that hold the same text.
CREATE TABLE corpora (
  suite_digest TEXT    NOT NULL,
  position     INTEGER NOT NULL,
  passage_no   INTEGER NOT NULL REFERENCES passages,
  PRIMARY KEY (suite_digest, position)
) STRICT, WITHOUT ROWID;

CREATE TABLE trials (
  trial_no              INTEGER PRIMARY KEY,
  run_id                TEXT    NOT NULL REFERENCES runs,
  item_no               INTEGER NOT NULL REFERENCES items,
  arm                   TEXT    NOT NULL,
  load                  TEXT    NOT NULL,
  repeat                INTEGER NOT NULL,
  status                TEXT    NOT NULL CHECK (status <> ''),
  error                 TEXT    NOT NULL,
  attempts              INTEGER NOT NULL,
  replaced_attempts     INTEGER NOT NULL,
  expectation           TEXT    NOT NULL,
  edits                 TEXT    NOT NULL CHECK (json_valid(edits)),
  shown_took_ns         INTEGER NOT NULL,
  prompt                TEXT    NOT NULL CHECK (json_valid(prompt)),
  prompt_seed           INTEGER NOT NULL,
  response_text         TEXT    NOT NULL,
  response_reasoning    TEXT    NOT NULL,
  response_model        TEXT    NOT NULL,
  finish_reason         TEXT    NOT NULL,
  dropped_parameters    TEXT    NOT NULL CHECK (json_valid(dropped_parameters)),
  token_source          TEXT    NOT NULL,
  prompt_tokens         INTEGER,
  completion_tokens     INTEGER,
  reasoning_tokens      INTEGER,
  scheduled_at_unix_ns  INTEGER,
  sent_at_unix_ns       INTEGER,
  first_byte_ns         INTEGER,
  first_token_ns        INTEGER,
  first_answer_token_ns INTEGER,
  last_token_ns         INTEGER,
  gaps_us               TEXT    NOT NULL,
  coalesced_events      INTEGER NOT NULL,
  UNIQUE (run_id, item_no, arm, load, repeat)
) STRICT;

CREATE TABLE shown (
  trial_no   INTEGER NOT NULL REFERENCES trials ON DELETE CASCADE,
  position   INTEGER NOT NULL,
  passage_no INTEGER NOT NULL REFERENCES passages,
  PRIMARY KEY (trial_no, position)
) STRICT, WITHOUT ROWID;

CREATE TABLE scores (
  trial_no          INTEGER NOT NULL REFERENCES trials ON DELETE CASCADE,
  scorer            TEXT    NOT NULL CHECK (scorer <> ''),
  verdict           TEXT    NOT NULL CHECK (verdict IN ('unscored', 'correct', 'partial', 'incorrect', 'abstained')),
  behaved           TEXT    NOT NULL CHECK (behaved IN ('n-a', 'yes', 'no')),
  cause             TEXT    NOT NULL,
  hedged            INTEGER NOT NULL CHECK (hedged IN (0, 1)),
  final             INTEGER NOT NULL CHECK (final IN (0, 1)),
  value             REAL    NOT NULL,
  why               TEXT    NOT NULL,
  scored_at_unix_ns INTEGER NOT NULL,
  PRIMARY KEY (trial_no, scorer)
) STRICT, WITHOUT ROWID;

-- What judges said, by the content they were asked about: the cache of scoring again.
CREATE TABLE judge_replies (
  content_key        TEXT    PRIMARY KEY NOT NULL,
  judge              TEXT    NOT NULL,
  rubric_digest      TEXT    NOT NULL,
  contract           INTEGER NOT NULL,
  text               TEXT    NOT NULL,
  reasoning          TEXT    NOT NULL,
  model              TEXT    NOT NULL,
  prompt_tokens      INTEGER NOT NULL,
  completion_tokens  INTEGER NOT NULL,
  reasoning_tokens   INTEGER NOT NULL,
  token_source       TEXT    NOT NULL,
  took_ns            INTEGER NOT NULL,
  replied_at_unix_ns INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE VIEW v_runs AS
SELECT run_id, target_name, target_model, suite_name, suite_version,
       strftime('%Y-%m-%dT%H:%M:%SZ', started_at_unix_ns / 1000000000, 'unixepoch')  AS started_at,
       strftime('%Y-%m-%dT%H:%M:%SZ', finished_at_unix_ns / 1000000000, 'unixepoch') AS finished_at,
       elapsed_ns / 1e9 AS elapsed_s,
       planned_trials,
       (SELECT count(*) FROM trials t WHERE t.run_id = r.run_id) AS trials
FROM runs r;

CREATE VIEW v_trials AS
SELECT t.run_id, i.item_id, t.arm, t.load, t.repeat, i.language, i.domain, i.skill, i.source,
       i.answer_kind <> '' AS answerable,
       i.question,
       CASE i.answer_kind WHEN '' THEN 'not known'
            WHEN 'set' THEN (SELECT group_concat(e.value, '; ') FROM json_each(i.answer_set) e)
            ELSE i.answer_text END AS expected,
       t.response_text AS response,
       t.status, t.attempts, t.expectation,
       s.verdict, s.behaved, s.cause, s.hedged, s.final, s.why,
       t.first_token_ns / 1e6        AS ttft_ms,
       t.first_answer_token_ns / 1e6 AS first_answer_ms,
       t.last_token_ns / 1e6         AS answer_ms,
       CASE WHEN t.completion_tokens > 1 AND t.last_token_ns > t.first_token_ns
            THEN (t.last_token_ns - t.first_token_ns) / 1e6 / (t.completion_tokens - 1) END AS tpot_ms,
       CASE WHEN t.last_token_ns > 0 THEN t.completion_tokens * 1e9 / t.last_token_ns END   AS output_tokens_per_s,
       t.prompt_tokens, t.completion_tokens, t.reasoning_tokens, t.token_source,
       (SELECT count(*) FROM shown d WHERE d.trial_no = t.trial_no) AS passages_shown,
       t.trial_no
FROM trials t
JOIN items i USING (item_no)
LEFT JOIN scores s ON s.trial_no = t.trial_no AND s.scorer = 'facts';

CREATE VIEW v_scores AS
SELECT t.run_id, i.item_id, t.arm, t.load, t.repeat,
       s.scorer, s.verdict, s.behaved, s.cause, s.hedged, s.final, s.value, s.why,
       strftime('%Y-%m-%dT%H:%M:%SZ', s.scored_at_unix_ns / 1000000000, 'unixepoch') AS scored_at,
       t.trial_no
FROM scores s
JOIN trials t USING (trial_no)
JOIN items i USING (item_no);

CREATE VIEW v_shown AS
SELECT t.run_id, i.item_id, t.arm, t.load, t.repeat, d.position, p.passage_id, p.title, p.text,
       p.passage_id IN (SELECT e.value FROM json_each(i.evidence) e) AS is_evidence,
       p.passage_id IN (SELECT json_extract(e.value, '$.passage_id') FROM json_each(t.edits) e) AS is_edited,
       p.content_hash,
       t.trial_no
FROM shown d
JOIN trials t USING (trial_no)
JOIN items i USING (item_no)
JOIN passages p USING (passage_no);

CREATE VIEW v_prompts AS
SELECT t.run_id, i.item_id, t.arm, t.load, t.repeat,
       m.key AS message_no,
       json_extract(m.value, '$.role') AS role,
       (SELECT group_concat(piece, '')
        FROM (SELECT CASE part.type WHEN 'text' THEN part.value ELSE p.text END AS piece
              FROM json_each(m.value, '$.parts') part
              LEFT JOIN shown d ON part.type = 'integer' AND d.trial_no = t.trial_no AND d.position = part.value
              LEFT JOIN passages p ON p.passage_no = d.passage_no
              ORDER BY part.key)) AS content,
       t.trial_no
FROM trials t
JOIN items i USING (item_no)
JOIN json_each(t.prompt) m;

CREATE VIEW v_verdicts AS
WITH run_scorers AS (SELECT DISTINCT t.run_id, s.scorer FROM scores s JOIN trials t USING (trial_no)),
counts AS (
  SELECT t.run_id, t.arm, t.load, rs.scorer,
         count(*) AS trials,
         sum(t.status = 'ok') AS answered,
         sum(t.status IN ('failed', 'timeout', 'refused')) AS failed,
         sum(s.verdict IS NOT NULL AND s.verdict <> 'unscored') AS scored,
         sum(s.verdict IS 'correct')   AS correct,
         sum(s.verdict IS 'partial')   AS partial,
         sum(s.verdict IS 'incorrect') AS incorrect,
         sum(s.verdict IS 'abstained') AS abstained,
         sum(t.status = 'ok' AND coalesce(s.verdict, 'unscored') = 'unscored') AS unscored,
         sum(i.answer_kind <> '' AND s.verdict IS NOT NULL AND s.verdict <> 'unscored') AS scored_answerable,
         sum(i.answer_kind <> '' AND s.verdict IS 'correct') AS correct_answerable
  FROM trials t
  JOIN items i USING (item_no)
  LEFT JOIN run_scorers rs ON rs.run_id = t.run_id
  LEFT JOIN scores s ON s.trial_no = t.trial_no AND s.scorer = rs.scorer
  GROUP BY t.run_id, t.arm, t.load, rs.scorer
)
SELECT run_id, arm, load, scorer, trials, answered, failed, scored, correct, partial, incorrect, abstained, unscored,
       CASE WHEN scored_answerable > 0 THEN correct_answerable * 1.0 / scored_answerable END AS accuracy,
       CASE WHEN scored > 0 THEN incorrect * 1.0 / scored END AS hallucination_rate
FROM counts;

-- Quantiles are linear between neighbouring ranks: with ranks r = 0 … n-1 and h = (n-1)p, each value weighs max(0, 1 - |r - h|).
CREATE VIEW v_latency AS
WITH moments AS (
  SELECT run_id, arm, load, 'ttft' AS measure, first_token_ns / 1e6 AS ms FROM trials WHERE status = 'ok'
  UNION ALL
  SELECT run_id, arm, load, 'first_answer', first_answer_token_ns / 1e6 FROM trials WHERE status = 'ok'
  UNION ALL
  SELECT run_id, arm, load, 'answer', last_token_ns / 1e6 FROM trials WHERE status = 'ok'
),
ranked AS (
  SELECT *, row_number() OVER (PARTITION BY run_id, arm, load, measure ORDER BY ms) - 1 AS r,
         count(*) OVER (PARTITION BY run_id, arm, load, measure) - 1 AS top
  FROM moments WHERE ms IS NOT NULL
)
SELECT run_id, arm, load, measure, count(*) AS trials, avg(ms) AS mean_ms,
       sum(ms * max(0.0, 1.0 - abs(r - top * 0.50))) AS p50_ms,
       sum(ms * max(0.0, 1.0 - abs(r - top * 0.90))) AS p90_ms,
       sum(ms * max(0.0, 1.0 - abs(r - top * 0.95))) AS p95_ms,
       sum(ms * max(0.0, 1.0 - abs(r - top * 0.99))) AS p99_ms,
       max(ms) AS max_ms
FROM ranked
GROUP BY run_id, arm, load, measure;

-- Trials in which the examinee may call tools: what it was offered, each request of the trial, each call.

CREATE TABLE tools (
  run_id      TEXT    NOT NULL REFERENCES runs,
  position    INTEGER NOT NULL,
  name        TEXT    NOT NULL,
  description TEXT    NOT NULL,
  parameters  TEXT    NOT NULL,
  PRIMARY KEY (run_id, position)
) STRICT, WITHOUT ROWID;

CREATE TABLE turns (
  trial_no              INTEGER NOT NULL REFERENCES trials ON DELETE CASCADE,
  turn                  INTEGER NOT NULL,
  text                  TEXT    NOT NULL,
  reasoning             TEXT    NOT NULL,
  finish_reason         TEXT    NOT NULL,
  attempts              INTEGER NOT NULL,
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
  PRIMARY KEY (trial_no, turn)
) STRICT, WITHOUT ROWID;

CREATE TABLE calls (
  trial_no           INTEGER NOT NULL,
  turn               INTEGER NOT NULL,
  position           INTEGER NOT NULL,
  call_id            TEXT    NOT NULL,
  tool               TEXT    NOT NULL,
  arguments          TEXT    NOT NULL,
  result             TEXT    NOT NULL,
  problem            TEXT    NOT NULL,
  error              TEXT    NOT NULL,
  started_at_unix_ns INTEGER,
  took_ns            INTEGER NOT NULL,
  PRIMARY KEY (trial_no, turn, position),
  FOREIGN KEY (trial_no, turn) REFERENCES turns ON DELETE CASCADE
) STRICT, WITHOUT ROWID;

DROP VIEW v_trials;

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
       CASE WHEN EXISTS (SELECT 1 FROM turns u WHERE u.trial_no = t.trial_no)
            THEN (SELECT sum(u.last_token_ns - u.first_token_ns) / 1e6 / sum(u.completion_tokens - 1) FROM turns u
                  WHERE u.trial_no = t.trial_no AND u.completion_tokens > 1 AND u.last_token_ns > u.first_token_ns)
            WHEN t.completion_tokens > 1 AND t.last_token_ns > t.first_token_ns
            THEN (t.last_token_ns - t.first_token_ns) / 1e6 / (t.completion_tokens - 1) END AS tpot_ms,
       CASE WHEN t.last_token_ns > 0 THEN t.completion_tokens * 1e9 / t.last_token_ns END   AS output_tokens_per_s,
       t.prompt_tokens, t.completion_tokens, t.reasoning_tokens, t.token_source,
       (SELECT count(*) FROM shown d WHERE d.trial_no = t.trial_no) AS passages_shown,
       (SELECT count(*) FROM turns u WHERE u.trial_no = t.trial_no) AS turns,
       (SELECT count(*) FROM calls c WHERE c.trial_no = t.trial_no) AS tool_calls,
       t.trial_no
FROM trials t
JOIN items i USING (item_no)
LEFT JOIN scores s ON s.trial_no = t.trial_no AND s.scorer = 'facts';

CREATE VIEW v_calls AS
SELECT t.run_id, i.item_id, t.arm, t.load, t.repeat, c.turn, c.position, c.tool, c.arguments, c.result, c.problem, c.error,
       c.problem = '' AND c.error = '' AS valid,
       c.took_ns / 1e6 AS took_ms,
       (c.started_at_unix_ns - t.sent_at_unix_ns) / 1e6 AS started_ms,
       t.trial_no
FROM calls c
JOIN trials t USING (trial_no)
JOIN items i USING (item_no);

-- The scorer tooluse gives a quarter for each step: queried, validly, found the answer, used it. It is unscored where nobody can tell
-- whether a result holds the answer.
CREATE VIEW v_tool_use AS
SELECT t.run_id, i.item_id, t.arm, t.load, t.repeat, t.status,
       count(DISTINCT u.turn) AS turns,
       count(c.position) AS calls,
       coalesce(sum(c.problem = '' AND c.error = ''), 0) AS valid_calls,
       coalesce(sum(c.problem <> ''), 0) AS problems,
       max(CASE WHEN s.verdict <> 'unscored' THEN s.value >= 0.75 END) AS found,
       max(CASE WHEN s.verdict <> 'unscored' THEN s.value >= 1 END) AS used,
       max(f.verdict) AS verdict,
       t.trial_no
FROM trials t
JOIN items i USING (item_no)
JOIN turns u USING (trial_no)
LEFT JOIN calls c ON c.trial_no = u.trial_no AND c.turn = u.turn
LEFT JOIN scores s ON s.trial_no = t.trial_no AND s.scorer = 'tooluse'
LEFT JOIN scores f ON f.trial_no = t.trial_no AND f.scorer = 'facts'
GROUP BY t.trial_no;

-- The linking standard D1–D3 written by hand for DuckDB: the baseline of the benchmark and a second opinion on the result.
-- In: h (household rows), p0 (person rows), r0 (department rows). Out: outcome (rid, status, pid, hid), candidate (rid, pid).
-- one character different, in characters (hamming() counts bytes)
CREATE TEMP MACRO near(a, b) AS len(list_filter(range(1, length(a) + 1), lambda i: a[i] <> b[i])) = 1;

CREATE TEMP TABLE hid AS
SELECT household_no, row_number() OVER (ORDER BY household_no) - 1 AS hid
FROM (SELECT household_no FROM h WHERE year = $year UNION SELECT household_no FROM p0 WHERE year = $year);

CREATE TEMP TABLE p AS
SELECT row_number() OVER (ORDER BY person_no, hid) - 1 AS pid, hid, person_no, name, id_norm, birth,
       town || chr(31) || village AS place, education, school_status, health, disability_category, skill, work_months, wage, post,
       resident_insured, employee_insured, town, village, left(id_norm, 15) AS p15,
       left(id_norm, 13) AS front, left(id_norm, 9) || right(id_norm, 4) AS ends, right(id_norm, 8) AS back
FROM p0 JOIN hid USING (household_no) WHERE year = $year;

CREATE TEMP TABLE spelled AS
WITH known AS (SELECT DISTINCT town, village, place FROM p WHERE place IS NOT NULL),
     every AS (SELECT head || town || village || tail AS text, place, length(tail) AS n FROM known,
               (VALUES ($province || $city || $county), ($city || $county), ($county), ('')) heads(head),
               (VALUES (''), ('民委员会'), ('村民委员会'), ('居民委员会'), ('委会'), ('村委会'), ('居委会'), ('民委会'), ('社区居民委员会')) tails(tail))
SELECT text, min(place) AS place FROM (SELECT *, min(n) OVER (PARTITION BY text) AS least FROM every)
WHERE n = least GROUP BY text HAVING count(DISTINCT place) = 1;

CREATE TEMP TABLE towns AS
SELECT head || town AS text FROM (SELECT DISTINCT town FROM p),
       (VALUES ($province || $city || $county), ($city || $county), ($county), ('')) heads(head)
UNION SELECT head FROM (VALUES ($province || $city || $county), ($city || $county), ($county)) heads(head);

CREATE TEMP TABLE r AS
SELECT rid, kind, name, id_norm, id_kind, id15, id_birth, dob, bad,
       county IS NOT NULL AND NOT contains(county, $county) AS elsewhere,
       CASE WHEN t.text IS NULL OR towns.text IS NOT NULL THEN NULL ELSE coalesce(spelled.place, t.text) END AS place
FROM (SELECT *, CASE WHEN town IS NOT NULL AND village IS NOT NULL THEN town || village ELSE addr END AS text FROM r0 WHERE reject IS NULL) t
LEFT JOIN spelled USING (text) LEFT JOIN towns USING (text);

CREATE TEMP TABLE outcome (rid BIGINT, status VARCHAR, pid BIGINT);
CREATE TEMP TABLE candidate (rid BIGINT, pid BIGINT);

-- D1: the number is registered
CREATE TEMP TABLE owned AS
SELECT r.rid, any_value(r.name) AS name, any_value(r.id_kind) AS id_kind, count(*) AS owners, count(*) FILTER (r.name = p.name) AS named,
       min(p.pid) FILTER (r.name = p.name) AS named_pid, min(p.pid) AS pid, min(p.hid) AS hid, min(p.name) AS p_name
FROM r JOIN p ON r.id_norm = p.id_norm GROUP BY r.rid;

INSERT INTO outcome SELECT rid, 'linked', named_pid FROM owned WHERE named = 1;
CREATE TEMP TABLE single AS SELECT *, EXISTS (SELECT 1 FROM p m WHERE m.hid = o.hid AND m.name = o.name) AS relative
FROM owned o WHERE owners = 1 AND named = 0;
INSERT INTO outcome SELECT rid, CASE WHEN (name IS NULL AND id_kind = 'valid')
    OR (NOT coalesce(relative, false) AND id_kind = 'valid' AND length(name) >= 2 AND length(name) = length(p_name) AND near(name, p_name))
    THEN 'linked' ELSE 'to_confirm' END AS s, CASE WHEN s = 'linked' THEN pid END FROM single;
INSERT INTO candidate SELECT rid, pid FROM single;
INSERT INTO candidate SELECT s.rid, m.pid FROM single s JOIN p m ON m.hid = s.hid AND m.name = s.name;
INSERT INTO outcome SELECT rid, 'to_confirm', NULL FROM owned WHERE owners > 1 AND named <> 1;
INSERT INTO candidate SELECT r.rid, p.pid FROM owned o JOIN r USING (rid) JOIN p ON r.id_norm = p.id_norm
WHERE o.owners > 1 AND o.named <> 1 AND (o.named = 0 OR p.name = r.name);

CREATE TEMP TABLE rest AS SELECT *, left(id_norm, 13) AS front, left(id_norm, 9) || right(id_norm, 4) AS ends, right(id_norm, 8) AS back
FROM r WHERE rid NOT IN (SELECT rid FROM owned);

-- D2a: fifteen digits are left
CREATE TEMP TABLE rounded AS SELECT a.rid, p.pid, a.name = p.name AS named FROM rest a JOIN p ON a.id15 = p.p15 WHERE a.id_kind = 'rounded';
INSERT INTO outcome SELECT rid, CASE WHEN count(*) FILTER (named) = 1 THEN 'linked' ELSE 'to_confirm' END AS s,
    CASE WHEN count(*) FILTER (named) = 1 THEN min(pid) FILTER (named) END FROM rounded GROUP BY rid;
INSERT INTO candidate SELECT rid, pid FROM rounded a WHERE named OR NOT EXISTS (SELECT 1 FROM rounded b WHERE b.rid = a.rid AND b.named);

-- D2b: equal name, number one error apart
CREATE TEMP TABLE near_number AS
SELECT DISTINCT rid, pid FROM (
    SELECT a.rid, p.pid, a.id_norm AS x, p.id_norm AS y FROM rest a JOIN p ON a.name = p.name AND a.front = p.front
    UNION ALL SELECT a.rid, p.pid, a.id_norm, p.id_norm FROM rest a JOIN p ON a.name = p.name AND a.ends = p.ends
    UNION ALL SELECT a.rid, p.pid, a.id_norm, p.id_norm FROM rest a JOIN p ON a.name = p.name AND a.back = p.back
    UNION ALL SELECT a.rid, p.pid, a.id_norm, p.id_norm FROM rest a JOIN p ON a.name = p.name WHERE length(a.id_norm) < 17)
WHERE damerau_levenshtein(x, y) = 1 AND rid NOT IN (SELECT rid FROM outcome);
INSERT INTO outcome SELECT rid, CASE WHEN count(*) = 1 THEN 'linked' ELSE 'to_confirm' END, CASE WHEN count(*) = 1 THEN min(pid) END FROM near_number GROUP BY rid;
INSERT INTO candidate SELECT rid, pid FROM near_number;

-- D2c: a valid number of his own
CREATE TEMP TABLE open2 AS SELECT * FROM rest WHERE id_kind <> 'missing' AND rid NOT IN (SELECT rid FROM outcome);
CREATE TEMP TABLE alike AS SELECT a.rid, p.pid, p.id_norm IS NULL AS without FROM open2 a JOIN p ON a.name = p.name AND a.id_birth = p.birth AND a.place = p.place
WHERE a.id_kind = 'valid';
INSERT INTO outcome SELECT rid, CASE WHEN count(*) FILTER (without) = 1 THEN 'linked' ELSE 'to_confirm' END,
    CASE WHEN count(*) FILTER (without) = 1 THEN min(pid) FILTER (without) END FROM alike GROUP BY rid;
INSERT INTO candidate SELECT rid, pid FROM alike a WHERE without OR NOT EXISTS (SELECT 1 FROM alike b WHERE b.rid = a.rid AND b.without);

-- D2d: an unusable number
CREATE TEMP TABLE bad AS SELECT * FROM open2 WHERE id_kind <> 'valid';
CREATE TEMP TABLE two_errors AS
SELECT DISTINCT rid, pid FROM (
    SELECT a.rid, p.pid, a.id_norm x, p.id_norm y, a.name n, p.name m FROM bad a JOIN p ON a.front = p.front
    UNION ALL SELECT a.rid, p.pid, a.id_norm, p.id_norm, a.name, p.name FROM bad a JOIN p ON a.ends = p.ends
    UNION ALL SELECT a.rid, p.pid, a.id_norm, p.id_norm, a.name, p.name FROM bad a JOIN p ON a.back = p.back)
WHERE length(n) = length(m) AND length(n) >= 2 AND near(n, m) AND damerau_levenshtein(x, y) = 1;
INSERT INTO outcome SELECT DISTINCT rid, 'to_confirm', CAST(NULL AS BIGINT) FROM two_errors;
INSERT INTO candidate SELECT rid, pid FROM two_errors;
CREATE TEMP TABLE by_place AS SELECT a.rid, p.pid FROM bad a JOIN p ON a.name = p.name AND a.place = p.place
WHERE (a.dob IS NULL OR a.dob = p.birth) AND a.rid NOT IN (SELECT rid FROM two_errors);
INSERT INTO outcome SELECT DISTINCT rid, 'to_confirm', CAST(NULL AS BIGINT) FROM by_place;
INSERT INTO candidate SELECT rid, pid FROM by_place;

-- D3: no number
CREATE TEMP TABLE without AS SELECT * FROM rest WHERE id_kind = 'missing';
CREATE TEMP TABLE same_all AS SELECT a.rid, p.pid FROM without a JOIN p ON a.name = p.name AND a.dob = p.birth AND a.place = p.place;
INSERT INTO outcome SELECT rid, CASE WHEN count(*) = 1 THEN 'linked' ELSE 'to_confirm' END, CASE WHEN count(*) = 1 THEN min(pid) END FROM same_all GROUP BY rid;
INSERT INTO candidate SELECT rid, pid FROM same_all;
CREATE TEMP TABLE likely AS
SELECT a.rid, p.pid, 1 AS step FROM without a JOIN p ON a.name = p.name AND a.dob = p.birth WHERE a.rid NOT IN (SELECT rid FROM same_all)
UNION ALL SELECT a.rid, p.pid, 2 FROM without a JOIN p ON a.dob = p.birth AND a.place = p.place
WHERE length(a.name) = length(p.name) AND length(a.name) >= 2 AND near(a.name, p.name) AND a.rid NOT IN (SELECT rid FROM same_all)
UNION ALL SELECT a.rid, p.pid, 1 FROM without a JOIN p ON a.name = p.name AND a.place = p.place WHERE a.dob IS NULL
UNION ALL SELECT a.rid, p.pid, 1 FROM without a JOIN p ON a.name = p.name WHERE a.dob IS NULL AND a.place IS NULL;
CREATE TEMP TABLE kept AS SELECT rid, pid FROM likely s WHERE step = (SELECT min(step) FROM likely t WHERE t.rid = s.rid);
INSERT INTO outcome SELECT DISTINCT rid, 'to_confirm', CAST(NULL AS BIGINT) FROM kept;
INSERT INTO candidate SELECT rid, pid FROM kept;

CREATE TEMP TABLE linked AS
SELECT r.rid, kind,
       CASE WHEN o.status IS NULL AND elsewhere THEN 'rejected' WHEN bad IS NOT NULL THEN 'rejected' ELSE coalesce(o.status, 'unmatched') END AS status,
       o.pid, p.hid, o.status = 'linked' AS clear
FROM r LEFT JOIN outcome o USING (rid) LEFT JOIN p ON p.pid = o.pid;
CREATE TEMP TABLE waiting AS SELECT DISTINCT c.rid, c.pid, p.hid, l.kind FROM candidate c JOIN linked l USING (rid) JOIN p ON p.pid = c.pid WHERE l.status = 'to_confirm';

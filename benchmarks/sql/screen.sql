-- Rules R01–R28 written by hand for DuckDB. In: p, hid, linked, waiting, h and one typed table per kind (k_<kind>). Out: found (rule, hid, pid, status).
CREATE TEMP TABLE hh AS
WITH now AS (SELECT *, wage_income + business_income + property_income + transfer_income - business_cost AS net FROM h WHERE year = $year),
     before AS (SELECT household_no, wage_income + business_income + property_income + transfer_income - business_cost AS net0,
                       nullif(persons, 0) AS persons0, window_start AS ws0, window_end AS we0, true AS has_previous FROM h WHERE year = $year - 1)
SELECT hid.hid, now.* EXCLUDE (persons), nullif(persons, 0) AS persons, net0, persons0, ws0, we0, coalesce(has_previous, false) AS has_previous,
       coalesce(household_type = '脱贫户', false) AS tp, monitored_kind IS NOT NULL AND NOT coalesce(risk_gone, false) AS mon,
       monitored_kind IS NOT NULL AND coalesce(risk_gone, false) AS elim, monitored_kind IS NULL AS never,
       tp OR monitored_kind IS NOT NULL AS reg, last_day(identified) AS identified_end,
       coalesce(m_industry, m_employment, m_post, m_finance, m_security, m_health, m_compulsory, m_education, m_housing, m_relocation,
                m_water, m_social, m_living, m_infrastructure) IS NOT NULL AS any_measure,
       ',' || concat_ws(',', risk1, risk2, risk3, risk4, risk5) || ',' AS risks
FROM now JOIN hid USING (household_no) LEFT JOIN before USING (household_no);

CREATE TEMP TABLE found (rule VARCHAR, hid BIGINT, pid BIGINT, status VARCHAR);
CREATE TEMP TABLE pp AS SELECT p.*, coalesce(reg, false) AS reg, coalesce(mon, false) AS mon FROM p LEFT JOIN hh USING (hid);

-- income
INSERT INTO found SELECT * FROM (SELECT 'R01', hid, -1, CASE WHEN net IS NULL OR persons IS NULL THEN 'missing_value' WHEN net < $line * persons THEN 'hit' END s FROM hh WHERE NOT mon) WHERE s IS NOT NULL;
INSERT INTO found SELECT * FROM (SELECT 'R02', hid, -1, CASE WHEN net IS NULL OR persons IS NULL THEN 'missing_value' WHEN net < $watch * persons THEN 'hit' END s FROM hh WHERE tp) WHERE s IS NOT NULL;
CREATE TEMP TABLE two AS SELECT *, CASE WHEN NOT has_previous THEN 'no_previous_year' WHEN net IS NULL OR persons IS NULL OR net0 IS NULL OR persons0 IS NULL THEN 'missing_value'
    WHEN NOT coalesce(window_start = make_date($year - 1, 10, 1) AND window_end = make_date($year, 9, 30) AND ws0 = make_date($year - 2, 10, 1) AND we0 = make_date($year - 1, 9, 30), false) THEN 'window_mismatch' END AS why
FROM hh WHERE reg;
INSERT INTO found SELECT * FROM (SELECT 'R03', hid, -1, CASE WHEN why IS NOT NULL THEN why WHEN net * persons0 < net0 * persons THEN 'hit' END s FROM two) WHERE s IS NOT NULL;
INSERT INTO found SELECT * FROM (SELECT 'R04', hid, -1, CASE WHEN why IS NOT NULL THEN why WHEN net0 <= 0 THEN 'previous_not_positive' WHEN net * persons0 * 100 <= net0 * persons * (100 - $fall) THEN 'hit' END s FROM two) WHERE s IS NOT NULL;
INSERT INTO found SELECT * FROM (SELECT 'R27', hid, -1, CASE WHEN net IS NULL OR persons IS NULL THEN 'missing_value' WHEN net < $line * persons THEN NULL WHEN self_paid IS NULL OR claims IS NULL THEN 'missing_value'
    WHEN net - self_paid + claims < $line * persons THEN 'hit' END s FROM hh WHERE NOT mon) WHERE s IS NOT NULL;

-- medical
CREATE TEMP TABLE med AS
SELECT pid, hid, max(sure) AS sure, max(whole) AS whole FROM (
    SELECT pid, hid, year(date) AS y, sum(amount) FILTER (sure) AS sure, sum(amount) AS whole FROM (
        SELECT l.pid, l.hid, k.date, k.amount, true AS sure FROM k_med_oop k JOIN linked l USING (rid) WHERE l.status = 'linked'
        UNION ALL SELECT w.pid, w.hid, k.date, k.amount, false FROM k_med_oop k JOIN waiting w USING (rid))
    WHERE date <= $day AND date >= make_date(year($day) - CASE WHEN strftime($day, '%m-%d') <= $grace THEN 1 ELSE 0 END, 1, 1)
    GROUP BY pid, hid, y) GROUP BY pid, hid;
INSERT INTO found SELECT * FROM (SELECT 'R05', m.hid, m.pid, CASE WHEN sure > lim THEN 'hit' WHEN whole > lim THEN 'to_confirm_pending' END s
    FROM (SELECT med.*, CASE WHEN reg THEN $med_reg ELSE $med_other END AS lim FROM med JOIN pp USING (pid)) m) WHERE s IS NOT NULL;
INSERT INTO found SELECT DISTINCT 'R06', hid, pid, 'hit' FROM k_serious_illness k JOIN linked l USING (rid) WHERE l.status = 'linked' AND date BETWEEN $day - 90 AND $day;
INSERT INTO found SELECT * FROM (SELECT 'R07', hid, pid, CASE WHEN NOT resident_insured AND NOT employee_insured THEN 'hit' WHEN coalesce(resident_insured, false) OR coalesce(employee_insured, false) THEN NULL ELSE 'missing_value' END s FROM pp) WHERE s IS NOT NULL;

-- education
CREATE TEMP TABLE dead AS SELECT DISTINCT pid FROM k_deaths k JOIN linked l USING (rid) WHERE l.status = 'linked' AND date <= $day;
INSERT INTO found SELECT 'R08', hid, pid, CASE WHEN birth IS NULL THEN 'missing_value' WHEN pid IN (SELECT pid FROM waiting JOIN k_edu_roll USING (rid)) THEN 'to_confirm_pending' ELSE 'hit' END
FROM pp WHERE (birth IS NULL OR (birth <= $ref - INTERVAL 6 YEAR AND birth > $ref - INTERVAL 16 YEAR)) AND coalesce(education NOT IN ('初中', '高中', '大专', '本科及以上'), true)
  AND pid NOT IN (SELECT pid FROM dead) AND pid NOT IN (SELECT l.pid FROM linked l JOIN k_edu_roll USING (rid) WHERE l.status = 'linked');
INSERT INTO found SELECT * FROM (SELECT 'R09', hid, pid, CASE WHEN sum(amount) FILTER (sure) > $fee THEN 'hit' WHEN sum(amount) > $fee THEN 'to_confirm_pending' END s FROM (
    SELECT l.pid, l.hid, k.*, true AS sure FROM k_edu_fee k JOIN linked l USING (rid) WHERE l.status = 'linked' UNION ALL SELECT w.pid, w.hid, k.*, false FROM k_edu_fee k JOIN waiting w USING (rid))
    WHERE year = year($ref) AND stage IN ('学前教育', '普通高中', '中职', '高职高专', '本科', '研究生') GROUP BY hid, pid) WHERE s IS NOT NULL;

-- housing and water
INSERT INTO found SELECT * FROM (SELECT 'R10', hid, -1, CASE WHEN bool_or(occupied = '是') THEN 'hit' WHEN bool_or(occupied IS NULL) THEN 'missing_value' END s FROM (
    SELECT * FROM (SELECT l.hid, k.*, rank() OVER (PARTITION BY l.hid ORDER BY date DESC, level DESC) AS n FROM k_housing k JOIN linked l USING (rid) WHERE l.status = 'linked' AND date <= $day)
    WHERE n = 1 AND level IN ('C', 'D') AND coalesce(repair, '') <> '已竣工') GROUP BY hid) WHERE s IS NOT NULL;
INSERT INTO found SELECT * FROM (SELECT 'R11', hid, -1, CASE WHEN result IS NULL THEN 'missing_value' WHEN result = '不安全' THEN 'hit' END s FROM (
    SELECT l.hid, arg_max(struct_pack(result := k.result), (k.date, k.rid)).result AS result FROM k_water k JOIN linked l USING (rid) WHERE l.status = 'linked' AND date <= $day GROUP BY l.hid)) WHERE s IS NOT NULL;

-- work
CREATE TEMP TABLE job AS SELECT l.pid, l.hid, k.rid, k.date, k.state, k.amount, row_number() OVER (PARTITION BY l.pid ORDER BY date DESC, rid DESC) AS n FROM k_jobs k JOIN linked l USING (rid) WHERE l.status = 'linked' AND date <= $day;
CREATE TEMP TABLE pay AS
SELECT pid, hid, reg, CASE WHEN wage > 0 THEN wage ELSE coalesce(earlier, last) END AS pay FROM pp LEFT JOIN (
    SELECT pid, arg_max(amount, (date, rid)) FILTER (NOT (n = 1 AND state IN ('失业', '返乡未就业'))) AS earlier, max(amount) FILTER (n = 1 AND state IN ('失业', '返乡未就业')) AS last
    FROM job WHERE amount IS NOT NULL GROUP BY pid) USING (pid);
INSERT INTO found SELECT * FROM (SELECT 'R12', pay.hid, pay.pid, CASE WHEN pay IS NULL THEN 'missing_value' WHEN pay = top THEN 'hit' END s FROM pay JOIN job ON job.pid = pay.pid AND n = 1
    JOIN (SELECT hid, max(pay) AS top FROM pay GROUP BY hid) t ON t.hid = pay.hid WHERE reg AND state IN ('失业', '返乡未就业') AND date >= $day - 90) WHERE s IS NOT NULL;
CREATE TEMP TABLE capable AS SELECT * FROM pp WHERE birth <= $day - INTERVAL 16 YEAR AND birth > $day - INTERVAL 60 YEAR AND skill IN ('普通劳动力', '技能劳动力') AND school_status IS NULL;
INSERT INTO found SELECT * FROM (SELECT 'R13', hid, -1, CASE WHEN maybe THEN 'to_confirm_pending' WHEN business_income IS NULL OR unknown THEN 'missing_value' ELSE 'hit' END s FROM (
    SELECT c.hid, bool_or(coalesce(work_months > 0, false) OR post IS NOT NULL OR coalesce(state = '在岗', false)) AS works, bool_or(work_months IS NULL AND state IS NULL) AS unknown,
           bool_or(c.pid IN (SELECT w.pid FROM waiting w JOIN k_jobs k USING (rid) WHERE k.state = '在岗' AND k.date <= $day)) AS maybe
    FROM capable c LEFT JOIN job ON job.pid = c.pid AND n = 1 WHERE c.reg GROUP BY c.hid) JOIN hh USING (hid)
    WHERE NOT works AND NOT coalesce(business_income > $own, false) AND m_industry IS NULL);

-- disability, allowance, relief
INSERT INTO found SELECT DISTINCT 'R14', l.hid, l.pid, 'hit' FROM k_disability k JOIN linked l USING (rid) JOIN pp USING (pid)
WHERE l.status = 'linked' AND level IN (1, 2) AND date BETWEEN make_date(year($day), 1, 1) AND $day AND NOT coalesce(contains(health, ',残疾,'), false) AND disability_category IS NULL;
CREATE TEMP TABLE allow AS SELECT l.pid, l.hid, k.start, k.stop FROM k_dibao k JOIN linked l USING (rid) WHERE l.status = 'linked';
INSERT INTO found SELECT 'R15', hid, arg_min(pid, (start, pid)), 'hit' FROM allow JOIN hh USING (hid) WHERE NOT mon AND start BETWEEN $day - 90 AND $day AND (stop IS NULL OR stop > $day) GROUP BY hid;
INSERT INTO found SELECT DISTINCT 'R16', hid, pid, 'hit' FROM allow a LEFT JOIN (SELECT hid, max(start) AS last FROM allow WHERE start <= $day GROUP BY hid) USING (hid)
WHERE stop BETWEEN $day - 90 AND $day AND pid NOT IN (SELECT pid FROM dead) AND NOT coalesce(last >= stop, false);
INSERT INTO found SELECT * FROM (SELECT 'R17', hid, -1, CASE WHEN sum(amount) FILTER (sure) >= $relief THEN 'hit' WHEN sum(amount) >= $relief THEN 'to_confirm_pending' END s FROM (
    SELECT l.hid, k.amount, k.date, true AS sure FROM k_temp_relief k JOIN linked l USING (rid) WHERE l.status = 'linked'
    UNION ALL SELECT DISTINCT ON (w.hid, k.rid) w.hid, k.amount, k.date, false FROM k_temp_relief k JOIN waiting w USING (rid))
    JOIN hh USING (hid) WHERE NOT mon AND date > $day - 365 AND date <= $day GROUP BY hid) WHERE s IS NOT NULL;
INSERT INTO found SELECT 'R20', hid, -1, CASE WHEN hid IN (SELECT w.hid FROM waiting w JOIN k_non_inclusion k USING (rid) WHERE k.reason IS NOT NULL AND k.date <= $day) THEN 'to_confirm_pending' ELSE 'hit' END FROM (
    SELECT l.hid, sum(amount) AS total, count(*) AS n FROM k_temp_relief k JOIN linked l USING (rid) WHERE l.status = 'linked' AND date >= $day - 365 AND date < $day - 30 AND reason IN ('因病', '因灾', '突发意外', '因学') GROUP BY l.hid)
    JOIN hh USING (hid) WHERE never AND (total >= $off OR n >= 2)
    AND hid NOT IN (SELECT l.hid FROM linked l JOIN k_non_inclusion k USING (rid) WHERE l.status = 'linked' AND k.reason IS NOT NULL AND k.date <= $day);

-- disaster, death, assets
CREATE TEMP TABLE struck AS SELECT hid, bool_or(sure) AS sure FROM (
    SELECT l.hid, k.*, true AS sure FROM k_disaster k JOIN linked l USING (rid) WHERE l.status = 'linked' UNION ALL SELECT w.hid, k.*, false FROM k_disaster k JOIN waiting w USING (rid)) d
    JOIN hh USING (hid) WHERE date BETWEEN $day - 90 AND $day AND (coalesce(house IN ('倒塌', '严重损坏'), false)
    OR CASE WHEN coalesce(net, net0) > 0 THEN amount * 100 >= coalesce(net, net0) * $share ELSE amount >= $loss END) GROUP BY hid;
INSERT INTO found SELECT 'R18', hid, -1, CASE WHEN sure THEN 'hit' ELSE 'to_confirm_pending' END FROM struck;
INSERT INTO found SELECT * FROM (SELECT DISTINCT 'R19', l.hid, l.pid, CASE WHEN skill IS NULL THEN 'missing_value' WHEN skill IN ('普通劳动力', '技能劳动力') THEN 'hit' END s FROM k_deaths k JOIN linked l USING (rid) JOIN pp USING (pid)
    WHERE l.status = 'linked' AND date BETWEEN $day - 90 AND $day) WHERE s IS NOT NULL;
INSERT INTO found SELECT DISTINCT 'R21', l.hid, l.pid, 'hit' FROM k_vehicles k JOIN linked l USING (rid) JOIN pp USING (pid) WHERE l.status = 'linked' AND mon AND state = '正常' AND date <= $day
    AND vtype IN ('小型轿车', '小型普通客车', '中型普通客车', '大型普通客车', '轻型普通货车', '中型普通货车', '重型普通货车', '重型自卸货车');
INSERT INTO found SELECT DISTINCT 'R22', l.hid, l.pid, 'hit' FROM k_business k JOIN linked l USING (rid) JOIN pp USING (pid) WHERE l.status = 'linked' AND mon AND state = '存续';
INSERT INTO found SELECT DISTINCT 'R23', l.hid, l.pid, 'hit' FROM k_real_estate k JOIN linked l USING (rid) JOIN pp USING (pid) WHERE l.status = 'linked' AND mon AND usage IN ('商品房', '商铺');

-- measures
INSERT INTO found SELECT * FROM (SELECT 'R24', hid, -1, CASE WHEN identified IS NULL THEN 'missing_value' WHEN identified_end < $day - 30 THEN 'hit' END s FROM hh WHERE mon AND NOT any_measure) WHERE s IS NOT NULL;
INSERT INTO found SELECT 'R25', hid, -1, 'hit' FROM hh WHERE mon AND any_measure AND (
    (contains(risks, ',因病,') AND coalesce(m_health, m_social) IS NULL) OR (contains(risks, ',因学,') AND coalesce(m_compulsory, m_education, m_social) IS NULL)
    OR (contains(risks, ',因残,') AND coalesce(m_security, m_social) IS NULL) OR (contains(risks, ',因安全住房,') AND coalesce(m_housing, m_relocation) IS NULL)
    OR (contains(risks, ',因安全饮水,') AND m_water IS NULL));
INSERT INTO found SELECT * FROM (SELECT 'R28', hid, -1, CASE WHEN identified IS NULL THEN 'missing_value' WHEN identified_end < $day - 180 THEN 'hit' END s FROM hh WHERE mon AND hid IN (SELECT hid FROM capable)
    AND NOT (coalesce(replace(m_industry, ',其他,', ',') <> ',', false) OR coalesce(replace(m_finance, ',其他,', ',') <> ',', false)
        OR coalesce(replace(replace(m_employment, ',其他,', ','), ',技能培训,', ',') <> ',', false) OR m_post IS NOT NULL)) WHERE s IS NOT NULL;
INSERT INTO found SELECT DISTINCT 'R26', hid, -1, 'hit' FROM found JOIN hh USING (hid) WHERE elim AND status = 'hit'
    AND rule IN ('R01', 'R04', 'R05', 'R06', 'R07', 'R08', 'R10', 'R11', 'R12', 'R14', 'R17', 'R18', 'R19', 'R27');

-- roll-up
CREATE TEMP TABLE rolled AS
SELECT 'county' AS level, NULL AS town, NULL AS village, rule, count(*) AS signals, count(DISTINCT hid) AS households FROM found WHERE status = 'hit' GROUP BY rule
UNION ALL SELECT 'town', town, NULL, rule, count(*), count(DISTINCT hid) FROM found LEFT JOIN hh USING (hid) WHERE status = 'hit' GROUP BY town, rule
UNION ALL SELECT 'village', town, village, rule, count(*), count(DISTINCT hid) FROM found LEFT JOIN hh USING (hid) WHERE status = 'hit' GROUP BY town, village, rule;

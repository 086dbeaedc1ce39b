"""What households do without an account: one way in, one way to ask. The database's functions, belonging to the owner."""

from __future__ import annotations

FUNCTIONS = """
CREATE OR REPLACE FUNCTION cases_take_report(p_id bigint, p_area text, p_receipt text, p_phone bytea, p_phone_digest bytea, p_client bytea,
    p_village text, p_name text, p_trouble text, p_text text, p_for_other text, p_authorised boolean, p_identity bytea, p_most integer)
RETURNS bigint LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    home bigint;
BEGIN
    IF (SELECT count(*) FROM cases_report WHERE client_digest = p_client AND received_at > clock_timestamp() - interval '1 hour') >= p_most THEN
        RETURN NULL;
    END IF;
    SELECT household_id INTO home FROM registry_person WHERE p_identity IS NOT NULL AND identity_digest = p_identity
        AND area_code >= left(p_area, 6) AND area_code < left(p_area, 6) || ':' LIMIT 1;
    INSERT INTO cases_report (id, area_code, receipt, phone, phone_digest, client_digest, home_area, name, trouble, text, for_other, authorised, received_at,
        household_id, answer, visitor, ask_phone)
    VALUES (p_id, p_area, p_receipt, p_phone, p_phone_digest, p_client, p_village, left(p_name, 60), left(p_trouble, 30), left(p_text, 600),
        left(p_for_other, 60), p_authorised, clock_timestamp(), home, '', '', '');
    RETURN p_id;
END $$;

CREATE OR REPLACE FUNCTION cases_report_answer(p_receipt text, p_name text, p_phone_digest bytea)
RETURNS TABLE (receipt text, received_at timestamptz, area_code text, home_area text, trouble text, answer text, visitor text, visit_by date,
    ask_phone text, result text, reason text) LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT r.receipt::text, r.received_at, r.area_code::text, r.home_area::text, r.trouble::text, r.answer::text, r.visitor::text, r.visit_by,
        r.ask_phone::text,
        coalesce(c.result, '')::text, coalesce(c.reason, '')::text
    FROM cases_report r LEFT JOIN cases_clue c ON c.id = r.clue_id
    WHERE (p_receipt <> '' AND r.receipt = p_receipt) OR (p_receipt = '' AND p_phone_digest IS NOT NULL AND r.phone_digest = p_phone_digest AND r.name = p_name)
    ORDER BY r.id DESC LIMIT 5
$$;

CREATE OR REPLACE FUNCTION cases_web_notice(p_token text, p_today date) RETURNS TABLE (held_on date, until date, text jsonb)
LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT s.held_on, s.web_until, s.web_text FROM cases_sitting s WHERE p_token <> '' AND s.web_token = p_token AND s.web_until >= p_today
$$;
"""

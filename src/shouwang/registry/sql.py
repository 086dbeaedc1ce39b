"""The database's own part of the register: what no territory alone may do. Belongs to the owner."""

from __future__ import annotations

FUNCTIONS = """
CREATE OR REPLACE FUNCTION registry_accept_transfer(p_transfer bigint, p_area text) RETURNS bigint LANGUAGE plpgsql
SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    offer registry_transfer%ROWTYPE;
    lo text := current_setting('shouwang.lo', true);
    hi text := current_setting('shouwang.hi', true);
BEGIN
    SELECT * INTO offer FROM registry_transfer WHERE id = p_transfer AND state = 'offered' FOR UPDATE;
    IF NOT FOUND OR NOT (offer.also_area >= lo AND offer.also_area < hi) OR NOT (p_area >= lo AND p_area < hi) THEN
        RETURN NULL;
    END IF;
    UPDATE registry_transfer SET state = 'accepted', answered_at = clock_timestamp(),
        answered_by = nullif(current_setting('shouwang.actor', true), '')::bigint WHERE id = offer.id;
    UPDATE registry_household SET area_code = p_area, also_area = NULL, lives_elsewhere = false, version = version + 1,
        town = coalesce((SELECT name FROM regions_division WHERE code = left(p_area, 9)), town),
        village = coalesce((SELECT regexp_replace(regexp_replace(name, '(村)?村委会$', '村'), '村民委员会$', '村')
                            FROM regions_division WHERE code = p_area), village)
        WHERE id = offer.household_id AND area_code = offer.area_code;
    RETURN offer.household_id;
END $$;

CREATE OR REPLACE FUNCTION registry_refuse_transfer(p_transfer bigint, p_answer text) RETURNS bigint LANGUAGE plpgsql
SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    lo text := current_setting('shouwang.lo', true);
    hi text := current_setting('shouwang.hi', true);
    done bigint;
BEGIN
    UPDATE registry_transfer SET state = 'refused', answer = left(p_answer, 120), answered_at = clock_timestamp(),
        answered_by = nullif(current_setting('shouwang.actor', true), '')::bigint
        WHERE id = p_transfer AND state = 'offered' AND also_area >= lo AND also_area < hi
        RETURNING id INTO done;
    RETURN done;
END $$;
"""

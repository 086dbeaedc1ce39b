"""The database's own part of the audit: the era, the writing function, the history trigger. All belong to the owner."""

from __future__ import annotations

FUNCTIONS = """
CREATE OR REPLACE FUNCTION audit_current_era() RETURNS integer LANGUAGE sql STABLE SECURITY DEFINER
SET search_path = public, pg_temp AS $$ SELECT max(number) FROM audit_era $$;

CREATE OR REPLACE FUNCTION audit_write(
    p_role text, p_action text, p_kind text, p_object text, p_area text, p_reason text, p_rows bigint, p_details jsonb
) RETURNS bigint LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp AS $$
INSERT INTO audit_entry (at, actor, role, action, kind, object_id, area_code, reason, rows, details, tx, era)
VALUES (clock_timestamp(), coalesce(nullif(current_setting('shouwang.actor', true), ''), '0')::bigint, p_role, p_action,
        p_kind, p_object, p_area, p_reason, p_rows, p_details, pg_current_xact_id()::text::bigint, audit_current_era())
RETURNING id $$;

CREATE OR REPLACE FUNCTION audit_keep() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = public, pg_temp AS $$
DECLARE
    old_row jsonb := to_jsonb(OLD);
    new_row jsonb := CASE WHEN TG_OP = 'DELETE' THEN NULL ELSE to_jsonb(NEW) END;
BEGIN
    IF old_row IS NOT DISTINCT FROM new_row THEN RETURN NULL; END IF;
    INSERT INTO audit_history (at, actor, "table", row_id, area_code, operation, before, after, tx, era)
    VALUES (clock_timestamp(), coalesce(nullif(current_setting('shouwang.actor', true), ''), '0')::bigint, TG_TABLE_NAME,
            (old_row ->> TG_ARGV[0])::bigint, coalesce(nullif(TG_ARGV[1], ''), old_row ->> 'area_code'), TG_OP,
            old_row - 'password', new_row - 'password', pg_current_xact_id()::text::bigint, audit_current_era());
    RETURN NULL;
END $$;
"""

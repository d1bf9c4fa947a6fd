#!/bin/sh
# Runs once, on the first primary, with the URL of the superuser: roles of the cluster, and what poolers ask.
# In a restored database all of it may be there. The container beside it makes databases, and has the passwords.
# A failure would throw the new cluster away.
set -eu
psql -Xq -v ON_ERROR_STOP=1 "$1" <<'SQL'
SELECT format('%s ROLE %I LOGIN', CASE WHEN rolname IS NULL THEN 'CREATE' ELSE 'ALTER' END, name)
    FROM unnest(ARRAY['monitor', 'rewinder', 'standby']) AS name
    LEFT JOIN pg_roles ON rolname = name \gexec
GRANT pg_monitor TO monitor;
SELECT 'CREATE ROLE pgbouncer' WHERE NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'pgbouncer') \gexec
CREATE EXTENSION IF NOT EXISTS pg_stat_statements;
CREATE SCHEMA IF NOT EXISTS pgbouncer;
REVOKE ALL ON SCHEMA pgbouncer FROM PUBLIC;
GRANT USAGE ON SCHEMA pgbouncer TO pgbouncer;
-- The verifiers of those who may come through a pooler: nobody with more rights than a user.
CREATE OR REPLACE FUNCTION pgbouncer.get_auth(name text)
    RETURNS TABLE (username name, password text)
    LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog AS $$
    SELECT rolname, rolpassword FROM pg_authid
    WHERE rolname = $1 AND rolcanlogin AND NOT rolsuper AND NOT rolreplication
        AND (rolvaliduntil IS NULL OR rolvaliduntil > now())
$$;
REVOKE ALL ON FUNCTION pgbouncer.get_auth(text) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION pgbouncer.get_auth(text) TO pgbouncer;
SQL
# Behind it: a repository that does not answer must not keep the database from starting.
(pgbackrest --stanza=db stanza-create || echo "no stanza yet: the backup job makes it" >&2) &

-- Lets in the users of a list, each with the rights of a group, and nobody who was in it before.
\getenv logins LOGINS
SELECT format('CREATE ROLE %I', name)
    FROM (SELECT name FROM json_to_recordset(:'logins') AS (name text) UNION
          SELECT of FROM json_to_recordset(:'logins') AS (of text) WHERE of IS NOT NULL) AS wanted
    WHERE NOT EXISTS (SELECT FROM pg_roles WHERE rolname = name) \gexec
SELECT format('ALTER ROLE %I LOGIN', name), format('COMMENT ON ROLE %I IS %L', name, 'in a Secret')
    FROM json_to_recordset(:'logins') AS (name text) JOIN pg_roles ON rolname = name
    WHERE NOT rolcanlogin OR shobj_description(oid, 'pg_authid') IS DISTINCT FROM 'in a Secret' \gexec
SELECT format('GRANT %I TO %I', of, name)
    FROM json_to_recordset(:'logins') AS (name text, of text)
    WHERE of IS NOT NULL AND NOT pg_has_role(name, of, 'MEMBER') \gexec
SELECT format('ALTER ROLE %I NOLOGIN', rolname) FROM pg_roles
    WHERE rolcanlogin AND shobj_description(oid, 'pg_authid') = 'in a Secret'
    AND rolname NOT IN (SELECT name FROM json_to_recordset(:'logins') AS (name text)) \gexec

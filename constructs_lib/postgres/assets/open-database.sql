-- Opens a database to those who write and read rows in it. Once: what its owner grants or revokes from then on holds.
\getenv owner OWNER
SELECT current_database() || '_writers' AS writers, current_database() || '_readers' AS readers \gset
SELECT format('CREATE ROLE %I', name) FROM unnest(ARRAY[:'writers', :'readers']) AS name
    WHERE NOT EXISTS (SELECT FROM pg_roles WHERE rolname = name) \gexec
SELECT EXISTS (
    SELECT FROM pg_default_acl, aclexplode(defaclacl)
    WHERE defaclrole = quote_ident(:'owner')::regrole AND grantee = quote_ident(:'readers')::regrole
) AS done \gset
\if :done
\quit
\endif
BEGIN;
SELECT format(line, current_database(), :'readers', :'writers') FROM unnest(ARRAY[
    'REVOKE ALL ON DATABASE %1$I FROM PUBLIC',
    'GRANT CONNECT ON DATABASE %1$I TO %2$I',
    'GRANT CONNECT, TEMPORARY ON DATABASE %1$I TO %3$I'
]) AS line \gexec
REVOKE CREATE ON SCHEMA public FROM PUBLIC;
GRANT USAGE, CREATE ON SCHEMA public TO :"owner";
-- A large object needs no table.
REVOKE EXECUTE ON FUNCTION lo_creat(integer), lo_create(oid), lo_from_bytea(oid, bytea) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION lo_creat(integer), lo_create(oid), lo_from_bytea(oid, bytea) TO :"owner", :"writers";
-- What is there, and then what will be.
SELECT format(line, nspname, :'readers', :'writers')
    FROM pg_namespace, unnest(ARRAY[
        'GRANT USAGE ON SCHEMA %1$I TO %2$I, %3$I',
        'GRANT SELECT ON ALL TABLES IN SCHEMA %1$I TO %2$I',
        'GRANT SELECT ON ALL SEQUENCES IN SCHEMA %1$I TO %2$I',
        'GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA %1$I TO %3$I',
        'GRANT SELECT, USAGE ON ALL SEQUENCES IN SCHEMA %1$I TO %3$I'
    ]) AS line
    WHERE nspname !~ '^pg_' AND nspname <> 'information_schema' \gexec
ALTER DEFAULT PRIVILEGES FOR ROLE :"owner" GRANT USAGE ON SCHEMAS TO :"readers", :"writers";
ALTER DEFAULT PRIVILEGES FOR ROLE :"owner" GRANT SELECT ON TABLES TO :"readers";
ALTER DEFAULT PRIVILEGES FOR ROLE :"owner" GRANT SELECT ON SEQUENCES TO :"readers";
ALTER DEFAULT PRIVILEGES FOR ROLE :"owner" GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO :"writers";
ALTER DEFAULT PRIVILEGES FOR ROLE :"owner" GRANT SELECT, USAGE ON SEQUENCES TO :"writers";
COMMIT;

-- Patroni alters the same roles while it makes a cluster, and whoever comes second would fail.
\getenv role ROLE
\getenv verifier VERIFIER
BEGIN;
LOCK TABLE pg_authid IN SHARE ROW EXCLUSIVE MODE;
ALTER ROLE :"role" PASSWORD :'verifier';
COMMIT;

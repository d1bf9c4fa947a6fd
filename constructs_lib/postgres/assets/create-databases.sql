-- Creates the databases that a program names and that are not there. None is dropped.
\getenv databases DATABASES
SELECT format('CREATE DATABASE %I OWNER %I TEMPLATE template0 LOCALE %L', name, owner, locale)
    FROM json_to_recordset(:'databases') AS (name text, owner text, locale text)
    WHERE NOT EXISTS (SELECT FROM pg_database WHERE datname = name) \gexec

-- Creates the extensions that are asked for, and brings those of an older image to the version of this one. None is dropped.
\getenv names EXTENSIONS
SELECT format(CASE WHEN installed_version IS NULL THEN 'CREATE EXTENSION %I CASCADE' ELSE 'ALTER EXTENSION %I UPDATE' END, wanted)
    FROM json_array_elements_text(:'names') WITH ORDINALITY AS _ (wanted, turn)
    LEFT JOIN pg_available_extensions ON name = wanted
    WHERE installed_version IS NULL OR installed_version <> default_version
    ORDER BY turn \gexec

-- Functions of text.
-- Source: https://cloud.google.com/bigquery/docs/reference/standard-sql/string_functions
CREATE OR REPLACE MACRO bq_string(x, name) AS CASE WHEN bq_type(x) NOT IN ('VARCHAR', 'NULL') THEN error('not supported by the local BigQuery: ' || name || ' of ' || typeof(x)) ELSE x END;

CREATE OR REPLACE MACRO bq_bytes(x, name) AS CASE WHEN bq_type(x) NOT IN ('BLOB', 'NULL') THEN error('not supported by the local BigQuery: ' || name || ' of ' || typeof(x)) ELSE x END;

CREATE OR REPLACE MACRO bq_joinable(x) AS CASE WHEN bq_type(x) NOT IN ('VARCHAR', 'BLOB', 'NULL') THEN error('No matching signature for operator || for argument type: ' || typeof(x)) ELSE x END;

CREATE OR REPLACE MACRO bq_length(x) AS CASE bq_type(x) WHEN 'VARCHAR' THEN length(bq_text(x)) WHEN 'BLOB' THEN octet_length(TRY_CAST(x AS BLOB)) WHEN 'NULL' THEN NULL ELSE error('not supported by the local BigQuery: LENGTH of ' || typeof(x)) END;

CREATE OR REPLACE MACRO bq_byte_length(x) AS CASE bq_type(x) WHEN 'VARCHAR' THEN strlen(bq_text(x)) WHEN 'BLOB' THEN octet_length(TRY_CAST(x AS BLOB)) WHEN 'NULL' THEN NULL ELSE error('not supported by the local BigQuery: BYTE_LENGTH of ' || typeof(x)) END;

CREATE OR REPLACE MACRO bq_substr(x, start) AS CASE WHEN bq_type(x) NOT IN ('VARCHAR', 'NULL') THEN error('not supported by the local BigQuery: SUBSTR of ' || typeof(x)) WHEN start = 0 OR -start > length(bq_text(x)) THEN bq_text(x) ELSE substr(bq_text(x), start) END;

CREATE OR REPLACE MACRO bq_substr_length(x, start, size) AS CASE WHEN size < 0 THEN error('Third argument in SUBSTR() cannot be negative') ELSE substr(bq_substr(x, start), 1, size) END;

CREATE OR REPLACE MACRO bq_left(x, size) AS CASE WHEN size < 0 THEN error('Second argument in LEFT() cannot be negative') ELSE left(x, size) END;
CREATE OR REPLACE MACRO bq_right(x, size) AS CASE WHEN size < 0 THEN error('Second argument in RIGHT() cannot be negative') ELSE right(x, size) END;
CREATE OR REPLACE MACRO bq_repeat(x, times) AS CASE WHEN times < 0 THEN error('Second argument in REPEAT() cannot be negative') ELSE repeat(x, times) END;

CREATE OR REPLACE MACRO bq_upper(x) AS CASE WHEN regexp_matches(x, '[^\x00-\x7f]') AND contains(x, 'ß') THEN error('not supported by the local BigQuery: UPPER of ß') ELSE upper(x) END;

CREATE OR REPLACE MACRO bq_reverse(x) AS array_to_string(list_reverse(string_split(bq_string(x, 'REVERSE'), '')), '');

CREATE OR REPLACE MACRO bq_trim(x) AS regexp_replace(bq_string(x, 'TRIM'), '^[\s\x0b\x{85}\p{Z}]+|[\s\x0b\x{85}\p{Z}]+$', '', 'g');
CREATE OR REPLACE MACRO bq_ltrim(x) AS regexp_replace(bq_string(x, 'LTRIM'), '^[\s\x0b\x{85}\p{Z}]+', '');
CREATE OR REPLACE MACRO bq_rtrim(x) AS regexp_replace(bq_string(x, 'RTRIM'), '[\s\x0b\x{85}\p{Z}]+$', '');

CREATE OR REPLACE MACRO bq_replace(x, old, new) AS CASE WHEN old = '' THEN x ELSE replace(x, old, new) END;

CREATE OR REPLACE MACRO bq_regexp_extract(x, pattern, groups) AS CASE WHEN regexp_matches(x, pattern) THEN regexp_extract(x, pattern, groups) END;

CREATE OR REPLACE MACRO bq_from_hex(x) AS unhex(x);
CREATE OR REPLACE MACRO bq_to_hex(x) AS lower(hex(bq_bytes(x, 'TO_HEX')));
CREATE OR REPLACE MACRO bq_to_base64(x) AS base64(bq_bytes(x, 'TO_BASE64'));
CREATE OR REPLACE MACRO bq_md5(x) AS unhex(md5(x));

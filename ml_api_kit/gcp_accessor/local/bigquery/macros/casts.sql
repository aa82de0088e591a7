-- CAST and SAFE_CAST, by the type that the value has. A text that does not fit gives NULL.
-- Source: https://cloud.google.com/bigquery/docs/reference/standard-sql/conversion_functions
CREATE OR REPLACE MACRO bq_type(x) AS CASE WHEN typeof(x) LIKE 'DECIMAL%' THEN 'DECIMAL' WHEN typeof(x) IN ('TINYINT', 'SMALLINT', 'INTEGER', 'BIGINT', 'HUGEINT', 'UBIGINT', 'INTEGER_LITERAL') THEN 'BIGINT' WHEN typeof(x) = 'STRING_LITERAL' THEN 'VARCHAR' WHEN typeof(x) = '"NULL"' THEN 'NULL' ELSE typeof(x) END;

CREATE OR REPLACE MACRO bq_text(x) AS TRY_CAST(x AS VARCHAR);

CREATE OR REPLACE MACRO bq_invalid_cast(x, target) AS error('Invalid cast from ' || typeof(x) || ' to ' || target);

CREATE OR REPLACE MACRO bq_try_int64(x) AS CASE bq_type(x) WHEN 'BIGINT' THEN TRY_CAST(x AS BIGINT) WHEN 'BOOLEAN' THEN TRY_CAST(x AS BIGINT) WHEN 'DECIMAL' THEN TRY_CAST(x AS BIGINT) WHEN 'DOUBLE' THEN TRY_CAST(round(TRY_CAST(x AS DOUBLE)) AS BIGINT) WHEN 'VARCHAR' THEN CASE WHEN regexp_full_match(bq_text(x), '\s*[+-]?[0-9]+\s*') THEN TRY_CAST(trim(bq_text(x)) AS BIGINT) WHEN regexp_full_match(bq_text(x), '\s*[+-]?0[xX][0-9a-fA-F]+\s*') THEN error('not supported by the local BigQuery: hexadecimal text as INT64') END WHEN 'NULL' THEN NULL ELSE bq_invalid_cast(x, 'INT64') END;

CREATE OR REPLACE MACRO bq_try_float64(x) AS CASE bq_type(x) WHEN 'BIGINT' THEN TRY_CAST(x AS DOUBLE) WHEN 'DOUBLE' THEN TRY_CAST(x AS DOUBLE) WHEN 'DECIMAL' THEN TRY_CAST(x AS DOUBLE) WHEN 'VARCHAR' THEN CASE WHEN lower(trim(bq_text(x))) IN ('nan', '+nan', '-nan') THEN error('not supported by the local BigQuery: NaN, which compares otherwise here') WHEN regexp_full_match(bq_text(x), '(?i)\s*[+-]?(([0-9]+\.?[0-9]*|\.[0-9]+)(e[+-]?[0-9]+)?|inf|infinity)\s*') THEN TRY_CAST(trim(bq_text(x)) AS DOUBLE) WHEN regexp_full_match(bq_text(x), '\s*[+-]?0[xX].*') THEN error('not supported by the local BigQuery: hexadecimal text as FLOAT64') END WHEN 'NULL' THEN NULL ELSE bq_invalid_cast(x, 'FLOAT64') END;

CREATE OR REPLACE MACRO bq_try_bool(x) AS CASE bq_type(x) WHEN 'BOOLEAN' THEN TRY_CAST(x AS BOOLEAN) WHEN 'BIGINT' THEN TRY_CAST(x AS BIGINT) <> 0 WHEN 'VARCHAR' THEN CASE lower(bq_text(x)) WHEN 'true' THEN true WHEN 'false' THEN false END WHEN 'NULL' THEN NULL ELSE bq_invalid_cast(x, 'BOOL') END;

CREATE OR REPLACE MACRO bq_numeric_text(x) AS CASE WHEN contains(CAST(x AS VARCHAR), '.') THEN rtrim(rtrim(CAST(x AS VARCHAR), '0'), '.') ELSE CAST(x AS VARCHAR) END;

-- Fifteen digits if they are enough, else seventeen: as BigQuery spells a FLOAT64.
CREATE OR REPLACE MACRO bq_float_text(x) AS CASE WHEN x = 0 THEN '0' WHEN TRY_CAST(printf('%.15g', x) AS DOUBLE) = x THEN printf('%.15g', x) ELSE printf('%.17g', x) END;

CREATE OR REPLACE MACRO bq_fraction_text(text) AS CASE WHEN contains(text, '.') THEN error('not supported by the local BigQuery: text of a time with a fraction of a second') ELSE text END;

CREATE OR REPLACE MACRO bq_try_string(x) AS CASE bq_type(x) WHEN 'VARCHAR' THEN bq_text(x) WHEN 'BIGINT' THEN bq_text(x) WHEN 'BOOLEAN' THEN bq_text(x) WHEN 'DATE' THEN bq_text(x) WHEN 'DOUBLE' THEN bq_float_text(TRY_CAST(x AS DOUBLE)) WHEN 'DECIMAL' THEN bq_numeric_text(TRY_CAST(x AS DECIMAL(38,9))) WHEN 'TIME' THEN bq_fraction_text(bq_text(x)) WHEN 'TIMESTAMP' THEN bq_fraction_text(bq_text(x)) WHEN 'TIMESTAMP WITH TIME ZONE' THEN bq_fraction_text(bq_text(x)) WHEN 'BLOB' THEN decode(TRY_CAST(x AS BLOB)) WHEN 'NULL' THEN NULL ELSE bq_invalid_cast(x, 'STRING') END;

CREATE OR REPLACE MACRO bq_try_bytes(x) AS CASE bq_type(x) WHEN 'BLOB' THEN TRY_CAST(x AS BLOB) WHEN 'VARCHAR' THEN encode(bq_text(x)) WHEN 'NULL' THEN NULL ELSE bq_invalid_cast(x, 'BYTES') END;

CREATE OR REPLACE MACRO bq_try_numeric(x) AS CASE bq_type(x) WHEN 'DECIMAL' THEN TRY_CAST(x AS DECIMAL(38,9)) WHEN 'BIGINT' THEN TRY_CAST(x AS DECIMAL(38,9)) WHEN 'DOUBLE' THEN TRY_CAST(bq_text(x) AS DECIMAL(38,9)) WHEN 'VARCHAR' THEN CASE WHEN regexp_full_match(bq_text(x), '(?i)\s*[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)(e[+-]?[0-9]+)?\s*') THEN TRY_CAST(trim(bq_text(x)) AS DECIMAL(38,9)) END WHEN 'NULL' THEN NULL ELSE bq_invalid_cast(x, 'NUMERIC') END;

CREATE OR REPLACE MACRO bq_try_date(x) AS CASE bq_type(x) WHEN 'DATE' THEN TRY_CAST(x AS DATE) WHEN 'TIMESTAMP' THEN TRY_CAST(x AS DATE) WHEN 'TIMESTAMP WITH TIME ZONE' THEN TRY_CAST(x AS DATE) WHEN 'VARCHAR' THEN CASE WHEN regexp_full_match(bq_text(x), '[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}') THEN TRY_CAST(x AS DATE) END WHEN 'NULL' THEN NULL ELSE bq_invalid_cast(x, 'DATE') END;

-- Spellings of a time that BigQuery takes and DuckDB does not: one digit for a minute, a leap second, a zone by name.
CREATE OR REPLACE MACRO bq_refuse_time(text) AS CASE WHEN regexp_full_match(text, '(.*[ tT])?[0-9]{1,2}:([0-9]:[0-9]{1,2}|[0-9]{2}:[0-9]|[0-9]{2}:60)(\D.*)?') OR regexp_full_match(text, '[0-9].*[0-9] ?[A-Za-z]+/[A-Za-z_/]+') THEN error('not supported by the local BigQuery: this spelling of a time: ' || text) END;

CREATE OR REPLACE MACRO bq_try_time(x) AS CASE bq_type(x) WHEN 'TIME' THEN TRY_CAST(x AS TIME) WHEN 'TIMESTAMP' THEN TRY_CAST(x AS TIME) WHEN 'TIMESTAMP WITH TIME ZONE' THEN TRY_CAST(TRY_CAST(x AS TIMESTAMP) AS TIME) WHEN 'VARCHAR' THEN CASE WHEN regexp_full_match(bq_text(x), '([01]?[0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9](\.[0-9]{1,6})?') THEN TRY_CAST(x AS TIME) ELSE bq_refuse_time(bq_text(x)) END WHEN 'NULL' THEN NULL ELSE bq_invalid_cast(x, 'TIME') END;

CREATE OR REPLACE MACRO bq_try_datetime(x) AS CASE bq_type(x) WHEN 'TIMESTAMP' THEN TRY_CAST(x AS TIMESTAMP) WHEN 'DATE' THEN TRY_CAST(x AS TIMESTAMP) WHEN 'TIMESTAMP WITH TIME ZONE' THEN TRY_CAST(x AS TIMESTAMP) WHEN 'VARCHAR' THEN CASE WHEN regexp_full_match(bq_text(x), '[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}([ tT]([01]?[0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9](\.[0-9]{1,6})?)?') THEN TRY_CAST(x AS TIMESTAMP) ELSE bq_refuse_time(bq_text(x)) END WHEN 'NULL' THEN NULL ELSE bq_invalid_cast(x, 'DATETIME') END;

CREATE OR REPLACE MACRO bq_try_timestamp(x) AS CASE bq_type(x) WHEN 'TIMESTAMP WITH TIME ZONE' THEN TRY_CAST(x AS TIMESTAMPTZ) WHEN 'TIMESTAMP' THEN TRY_CAST(x AS TIMESTAMPTZ) WHEN 'DATE' THEN TRY_CAST(x AS TIMESTAMPTZ) WHEN 'VARCHAR' THEN CASE WHEN regexp_full_match(bq_text(x), '[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}([ tT]([01]?[0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9](\.[0-9]{1,6})?)?( ?(Z|z|UTC|[+-][0-9]{1,2}(:[0-9]{2})?))?') THEN TRY_CAST(regexp_replace(bq_text(x), ' ?UTC$', '+00') AS TIMESTAMPTZ) ELSE bq_refuse_time(bq_text(x)) END WHEN 'NULL' THEN NULL ELSE bq_invalid_cast(x, 'TIMESTAMP') END;

CREATE OR REPLACE MACRO bq_cast_int64(x) AS CASE WHEN x IS NOT NULL AND bq_try_int64(x) IS NULL THEN error('Bad int64 value: ' || bq_text(x)) ELSE bq_try_int64(x) END;
CREATE OR REPLACE MACRO bq_cast_float64(x) AS CASE WHEN x IS NOT NULL AND bq_try_float64(x) IS NULL THEN error('Bad double value: ' || bq_text(x)) ELSE bq_try_float64(x) END;
CREATE OR REPLACE MACRO bq_cast_bool(x) AS CASE WHEN x IS NOT NULL AND bq_try_bool(x) IS NULL THEN error('Bad bool value: ' || bq_text(x)) ELSE bq_try_bool(x) END;
CREATE OR REPLACE MACRO bq_cast_string(x) AS bq_try_string(x);
CREATE OR REPLACE MACRO bq_cast_bytes(x) AS bq_try_bytes(x);
CREATE OR REPLACE MACRO bq_cast_numeric(x) AS CASE WHEN x IS NOT NULL AND bq_try_numeric(x) IS NULL THEN error('Invalid NUMERIC value: ' || bq_text(x)) ELSE bq_try_numeric(x) END;
CREATE OR REPLACE MACRO bq_cast_date(x) AS CASE WHEN x IS NOT NULL AND bq_try_date(x) IS NULL THEN error('Invalid date: ''' || bq_text(x) || '''') ELSE bq_try_date(x) END;
CREATE OR REPLACE MACRO bq_cast_time(x) AS CASE WHEN x IS NOT NULL AND bq_try_time(x) IS NULL THEN error('Invalid time string "' || bq_text(x) || '"') ELSE bq_try_time(x) END;
CREATE OR REPLACE MACRO bq_cast_datetime(x) AS CASE WHEN x IS NOT NULL AND bq_try_datetime(x) IS NULL THEN error('Invalid datetime string "' || bq_text(x) || '"') ELSE bq_try_datetime(x) END;
CREATE OR REPLACE MACRO bq_cast_timestamp(x) AS CASE WHEN x IS NOT NULL AND bq_try_timestamp(x) IS NULL THEN error('Invalid timestamp: ''' || bq_text(x) || '''') ELSE bq_try_timestamp(x) END;

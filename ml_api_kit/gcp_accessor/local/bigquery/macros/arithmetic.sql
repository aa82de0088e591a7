-- Arithmetic whose answer or type differs between BigQuery and DuckDB.
-- NUMERIC keeps nine digits after the point in BigQuery: what DuckDB computes in another type is refused.
CREATE OR REPLACE MACRO bq_is_mixed(a, b) AS (bq_type(a) = 'DECIMAL' AND bq_type(b) = 'DOUBLE') OR (bq_type(a) = 'DOUBLE' AND bq_type(b) = 'DECIMAL');

CREATE OR REPLACE MACRO bq_add(a, b) AS CASE WHEN bq_is_mixed(a, b) THEN error('not supported by the local BigQuery: NUMERIC plus FLOAT64; cast one of them') ELSE a + b END;

CREATE OR REPLACE MACRO bq_subtract(a, b) AS CASE WHEN bq_is_mixed(a, b) THEN error('not supported by the local BigQuery: NUMERIC minus FLOAT64; cast one of them') WHEN bq_type(a) = 'DATE' AND bq_type(b) = 'DATE' THEN error('not supported by the local BigQuery: DATE minus DATE; use DATE_DIFF') ELSE a - b END;

CREATE OR REPLACE MACRO bq_multiply(a, b) AS CASE WHEN bq_is_mixed(a, b) OR (bq_type(a) = 'DECIMAL' AND bq_type(b) = 'DECIMAL') THEN error('not supported by the local BigQuery: NUMERIC times NUMERIC or FLOAT64; cast both to FLOAT64') ELSE a * b END;

CREATE OR REPLACE MACRO bq_divide(a, b) AS CASE WHEN bq_type(a) = 'DECIMAL' OR bq_type(b) = 'DECIMAL' THEN error('not supported by the local BigQuery: division of NUMERIC; cast both to FLOAT64') ELSE a / b END;

CREATE OR REPLACE MACRO bq_safe_divide(a, b) AS CASE WHEN bq_type(a) = 'DECIMAL' OR bq_type(b) = 'DECIMAL' THEN error('not supported by the local BigQuery: division of NUMERIC; cast both to FLOAT64') WHEN b = 0 THEN NULL ELSE a / nullif(b, 0) END;

CREATE OR REPLACE MACRO bq_div(a, b) AS CASE WHEN bq_type(a) NOT IN ('BIGINT', 'NULL') OR bq_type(b) NOT IN ('BIGINT', 'NULL') THEN error('not supported by the local BigQuery: DIV of what is not INT64') ELSE (a - a % b) // b END;

CREATE OR REPLACE MACRO bq_mod(a, b) AS CASE WHEN bq_type(a) NOT IN ('BIGINT', 'NULL') OR bq_type(b) NOT IN ('BIGINT', 'NULL') THEN error('not supported by the local BigQuery: MOD of what is not INT64') ELSE a % b END;

CREATE OR REPLACE MACRO bq_float(x, name) AS CASE WHEN bq_type(x) NOT IN ('BIGINT', 'DOUBLE', 'NULL') THEN error('not supported by the local BigQuery: ' || name || ' of ' || typeof(x)) ELSE TRY_CAST(x AS DOUBLE) END;

CREATE OR REPLACE MACRO bq_check_finite(x) AS CASE WHEN isfinite(x) OR x IS NULL THEN x ELSE error('not supported by the local BigQuery: arithmetic that gives infinity or NaN') END;

-- A value stored by INSERT or UPDATE: BigQuery coerces few types where DuckDB casts.
CREATE OR REPLACE MACRO bq_assign(x, accepted, field) AS CASE WHEN contains(accepted, '|' || bq_type(x) || '|') OR bq_type(x) = 'NULL' THEN x ELSE error('Value of type ' || typeof(x) || ' cannot be assigned to ' || field) END;

CREATE OR REPLACE MACRO bq_refuse_nan(x) AS CASE WHEN isnan(x) THEN error('not supported by the local BigQuery: NaN, which compares otherwise here') ELSE x END;

-- The text of a number to 30 more digits shows whether it is half way, which goes away from zero.
CREATE OR REPLACE MACRO bq_round(x, digits, short, long) AS CASE WHEN NOT isfinite(x) OR abs(x) >= 1e15 THEN x WHEN right(printf(long, x), 30) = '5' || repeat('0', 29) THEN round(x, digits) ELSE CAST(printf(short, x) AS DOUBLE) END;

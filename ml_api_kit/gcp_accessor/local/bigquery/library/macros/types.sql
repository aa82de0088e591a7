-- Types: a macro for each target, chosen by the type of the value; a type that BigQuery would not cast has none.
-- Source: https://cloud.google.com/bigquery/docs/reference/standard-sql/conversion_functions
CREATE OR REPLACE MACRO bq_from_parts(p) AS to_months(CAST(p.m AS INTEGER)) + to_days(CAST(p.d AS INTEGER)) + to_microseconds(p.u);
CREATE OR REPLACE MACRO bq_interval_months(x) AS datepart('year', x) * 12 + datepart('month', x);
CREATE OR REPLACE MACRO bq_interval_days(x) AS datepart('day', x);
CREATE OR REPLACE MACRO bq_interval_micros(x) AS datepart('hour', x) * 3600000000 + datepart('minute', x) * 60000000 + datepart('microsecond', x);
CREATE OR REPLACE MACRO bq_interval_text(x) AS py_interval_text(bq_interval_months(x), bq_interval_days(x), bq_interval_micros(x));
CREATE OR REPLACE MACRO bq_whole(x BIGINT) AS x;
CREATE OR REPLACE MACRO bq_type(x) AS CASE WHEN typeof(x) LIKE 'DECIMAL%' THEN 'DECIMAL' WHEN typeof(x) IN ('TINYINT', 'SMALLINT', 'INTEGER', 'BIGINT', 'HUGEINT', 'UBIGINT', 'INTEGER_LITERAL') THEN 'BIGINT' WHEN typeof(x) = 'STRING_LITERAL' THEN 'VARCHAR' WHEN typeof(x) = '"NULL"' THEN 'NULL' ELSE typeof(x) END;
-- A value stored by INSERT or UPDATE: BigQuery coerces few types where DuckDB casts.
CREATE OR REPLACE MACRO bq_type_name(t) AS coalesce(MAP {'BIGINT': 'INT64', 'DOUBLE': 'FLOAT64', 'DECIMAL': 'NUMERIC', 'VARCHAR': 'STRING', 'BLOB': 'BYTES', 'BOOLEAN': 'BOOL', 'TIMESTAMP': 'DATETIME', 'TIMESTAMP WITH TIME ZONE': 'TIMESTAMP', 'BIGNUMERIC': 'BIGNUMERIC'}[t], t);
CREATE OR REPLACE MACRO bq_assign(x, accepted, message) AS CASE WHEN contains(accepted, '|' || bq_type(x) || '|') OR bq_type(x) = 'NULL' THEN x ELSE py_error(replace(message, '%t', bq_type_name(bq_type(x)))) END;

-- A value on its way into Python, where an INTERVAL would lose its months.
CREATE OR REPLACE MACRO bq_plain(x INTERVAL) AS bq_interval_text(x), (x BOOLEAN) AS x, (x BIGINT) AS x, (x DOUBLE) AS x, (x DECIMAL(38,9)) AS x, (x BIGNUMERIC) AS x, (x VARCHAR) AS x, (x BLOB) AS x, (x) AS x;

CREATE OR REPLACE MACRO bq_cast_int64(x BIGINT) AS x, (x BOOLEAN) AS CAST(x AS BIGINT), (x DOUBLE) AS py_float_to_int64(x), (x DECIMAL(38,9)) AS py_numeric_to_int64(x), (x BIGNUMERIC) AS py_big_to_int64(x), (x VARCHAR) AS py_text_to_int64(x);
CREATE OR REPLACE MACRO bq_try_int64(x BIGINT) AS x, (x BOOLEAN) AS CAST(x AS BIGINT), (x DOUBLE) AS py_float_to_int64_safe(x), (x DECIMAL(38,9)) AS py_numeric_to_int64_safe(x), (x BIGNUMERIC) AS py_big_to_int64_safe(x), (x VARCHAR) AS py_text_to_int64_safe(x);
CREATE OR REPLACE MACRO bq_cast_float64(x DOUBLE) AS x, (x BIGINT) AS CAST(x AS DOUBLE), (x DECIMAL(38,9)) AS CAST(x AS DOUBLE), (x BIGNUMERIC) AS py_big_to_float(x), (x VARCHAR) AS CASE WHEN lower(trim(x)) IN ('nan', '+nan', '-nan') THEN CAST('nan' AS DOUBLE) ELSE py_text_to_float64(x) END;
CREATE OR REPLACE MACRO bq_try_float64(x DOUBLE) AS x, (x BIGINT) AS CAST(x AS DOUBLE), (x DECIMAL(38,9)) AS CAST(x AS DOUBLE), (x BIGNUMERIC) AS py_big_to_float(x), (x VARCHAR) AS CASE WHEN lower(trim(x)) IN ('nan', '+nan', '-nan') THEN CAST('nan' AS DOUBLE) ELSE py_text_to_float64_safe(x) END;
CREATE OR REPLACE MACRO bq_cast_bool(x BOOLEAN) AS x, (x BIGINT) AS x <> 0, (x VARCHAR) AS py_text_to_bool(x);
CREATE OR REPLACE MACRO bq_try_bool(x BOOLEAN) AS x, (x BIGINT) AS x <> 0, (x VARCHAR) AS py_text_to_bool_safe(x);
CREATE OR REPLACE MACRO bq_cast_numeric(x DECIMAL(38,9)) AS x, (x BIGINT) AS py_int_to_numeric(x), (x DOUBLE) AS py_float_to_numeric(x), (x BIGNUMERIC) AS py_big_to_numeric(x), (x VARCHAR) AS py_text_to_numeric(x);
CREATE OR REPLACE MACRO bq_try_numeric(x DECIMAL(38,9)) AS x, (x BIGINT) AS py_int_to_numeric_safe(x), (x DOUBLE) AS py_float_to_numeric_safe(x), (x BIGNUMERIC) AS py_big_to_numeric_safe(x), (x VARCHAR) AS py_text_to_numeric_safe(x);
CREATE OR REPLACE MACRO bq_cast_bignumeric(x BIGNUMERIC) AS x, (x DECIMAL(38,9)) AS py_numeric_to_bignumeric(x), (x BIGINT) AS py_numeric_to_bignumeric(x), (x DOUBLE) AS py_float_to_bignumeric(x), (x VARCHAR) AS py_text_to_bignumeric(x);
CREATE OR REPLACE MACRO bq_try_bignumeric(x BIGNUMERIC) AS x, (x DECIMAL(38,9)) AS py_numeric_to_bignumeric(x), (x BIGINT) AS py_numeric_to_bignumeric(x), (x DOUBLE) AS py_float_to_bignumeric_safe(x), (x VARCHAR) AS py_text_to_bignumeric_safe(x);
CREATE OR REPLACE MACRO bq_range_end_text(x DATE) AS py_date_text(x), (x TIMESTAMP) AS py_datetime_text(x), (x TIMESTAMPTZ) AS py_timestamp_text(epoch_us(x));
CREATE OR REPLACE MACRO bq_cast_string(x VARCHAR) AS x, (x BIGINT) AS CAST(x AS VARCHAR), (x BOOLEAN) AS CAST(x AS VARCHAR), (x DOUBLE) AS bq_float_text(x), (x DECIMAL(38,9)) AS bq_numeric_text(x), (x BIGNUMERIC) AS bq_big_text(x), (x BLOB) AS py_bytes_to_text(x), (x DATE) AS py_date_text(x), (x TIME) AS py_time_text(x), (x TIMESTAMP) AS py_datetime_text(x), (x TIMESTAMPTZ) AS py_timestamp_text(epoch_us(x)), (x INTERVAL) AS bq_interval_text(x), (x STRUCT("@range_start" DATE, "@range_end" DATE)) AS CASE WHEN x IS NOT NULL THEN '[' || coalesce(bq_range_end_text(x."@range_start"), 'UNBOUNDED') || ', ' || coalesce(bq_range_end_text(x."@range_end"), 'UNBOUNDED') || ')' END, (x STRUCT("@range_start" TIMESTAMP, "@range_end" TIMESTAMP)) AS CASE WHEN x IS NOT NULL THEN '[' || coalesce(bq_range_end_text(x."@range_start"), 'UNBOUNDED') || ', ' || coalesce(bq_range_end_text(x."@range_end"), 'UNBOUNDED') || ')' END, (x STRUCT("@range_start" TIMESTAMPTZ, "@range_end" TIMESTAMPTZ)) AS CASE WHEN x IS NOT NULL THEN '[' || coalesce(bq_range_end_text(x."@range_start"), 'UNBOUNDED') || ', ' || coalesce(bq_range_end_text(x."@range_end"), 'UNBOUNDED') || ')' END;
CREATE OR REPLACE MACRO bq_try_string(x VARCHAR) AS x, (x BIGINT) AS CAST(x AS VARCHAR), (x BOOLEAN) AS CAST(x AS VARCHAR), (x DOUBLE) AS bq_float_text(x), (x DECIMAL(38,9)) AS bq_numeric_text(x), (x BIGNUMERIC) AS bq_big_text(x), (x BLOB) AS py_bytes_to_text_safe(x), (x DATE) AS py_date_text(x), (x TIME) AS py_time_text(x), (x TIMESTAMP) AS py_datetime_text(x), (x TIMESTAMPTZ) AS py_timestamp_text(epoch_us(x)), (x INTERVAL) AS bq_interval_text(x);
CREATE OR REPLACE MACRO bq_cast_bytes(x BLOB) AS x, (x VARCHAR) AS encode(x);
CREATE OR REPLACE MACRO bq_try_bytes(x BLOB) AS x, (x VARCHAR) AS encode(x);
CREATE OR REPLACE MACRO bq_cast_date(x DATE) AS x, (x TIMESTAMP) AS CAST(x AS DATE), (x TIMESTAMPTZ) AS CAST(make_timestamp(epoch_us(x)) AS DATE), (x VARCHAR) AS py_text_to_date(x);
CREATE OR REPLACE MACRO bq_try_date(x DATE) AS x, (x TIMESTAMP) AS CAST(x AS DATE), (x TIMESTAMPTZ) AS CAST(make_timestamp(epoch_us(x)) AS DATE), (x VARCHAR) AS py_text_to_date_safe(x);
CREATE OR REPLACE MACRO bq_cast_time(x TIME) AS x, (x TIMESTAMP) AS CAST(x AS TIME), (x TIMESTAMPTZ) AS CAST(make_timestamp(epoch_us(x)) AS TIME), (x VARCHAR) AS py_text_to_time(x), (x DATE) AS CAST(py_error('Invalid cast from DATE to TIME') AS TIME);
CREATE OR REPLACE MACRO bq_try_time(x TIME) AS x, (x TIMESTAMP) AS CAST(x AS TIME), (x TIMESTAMPTZ) AS CAST(make_timestamp(epoch_us(x)) AS TIME), (x VARCHAR) AS py_text_to_time_safe(x);
CREATE OR REPLACE MACRO bq_cast_datetime(x TIMESTAMP) AS x, (x DATE) AS CAST(x AS TIMESTAMP), (x TIMESTAMPTZ) AS make_timestamp(epoch_us(x)), (x VARCHAR) AS py_text_to_datetime(x);
CREATE OR REPLACE MACRO bq_try_datetime(x TIMESTAMP) AS x, (x DATE) AS CAST(x AS TIMESTAMP), (x TIMESTAMPTZ) AS make_timestamp(epoch_us(x)), (x VARCHAR) AS py_text_to_datetime_safe(x);
CREATE OR REPLACE MACRO bq_cast_timestamp(x TIMESTAMPTZ) AS x, (x DATE) AS make_timestamptz(epoch_us(x)), (x TIMESTAMP) AS make_timestamptz(epoch_us(x)), (x VARCHAR) AS make_timestamptz(py_text_to_moment(x));
CREATE OR REPLACE MACRO bq_try_timestamp(x TIMESTAMPTZ) AS x, (x DATE) AS make_timestamptz(epoch_us(x)), (x TIMESTAMP) AS make_timestamptz(epoch_us(x)), (x VARCHAR) AS make_timestamptz(py_text_to_moment_safe(x));
CREATE OR REPLACE MACRO bq_cast_interval(x INTERVAL) AS x, (x VARCHAR) AS bq_from_parts(py_text_to_interval(x));
CREATE OR REPLACE MACRO bq_try_interval(x INTERVAL) AS x, (x VARCHAR) AS bq_from_parts(py_text_to_interval_safe(x));
CREATE OR REPLACE MACRO bq_float64_argument(x DOUBLE) AS x, (x BIGINT) AS CAST(x AS DOUBLE), (x DECIMAL(38,9)) AS CAST(x AS DOUBLE), (x BIGNUMERIC) AS py_big_to_float(x);

-- A constant such as 0.5 beside a NUMERIC is one itself.
CREATE OR REPLACE MACRO bq_float_constant(other DECIMAL(38,9), x, spelled) AS py_text_to_numeric(spelled), (other BIGNUMERIC, x, spelled) AS py_text_to_bignumeric(spelled), (other BIGINT, x, spelled) AS x, (other DOUBLE, x, spelled) AS x, (other, x, spelled) AS x;

CREATE OR REPLACE MACRO bq_beside_bignumeric(x BIGNUMERIC) AS x, (x DECIMAL(38,9)) AS py_numeric_to_bignumeric(x), (x BIGINT) AS py_numeric_to_bignumeric(x), (x DOUBLE) AS py_refuse('a FLOAT64 beside a BIGNUMERIC');

CREATE OR REPLACE MACRO bq_range(a DATE, b DATE) AS CASE WHEN a >= b THEN py_error('Range start element must be smaller than range end element: [' || CAST(a AS VARCHAR) || ', ' || CAST(b AS VARCHAR) || ')') ELSE struct_pack("@range_start" := a, "@range_end" := b) END, (a TIMESTAMP, b TIMESTAMP) AS CASE WHEN a >= b THEN py_error('Range start element must be smaller than range end element') ELSE struct_pack("@range_start" := a, "@range_end" := b) END, (a TIMESTAMPTZ, b TIMESTAMPTZ) AS CASE WHEN a >= b THEN py_error('Range start element must be smaller than range end element') ELSE struct_pack("@range_start" := a, "@range_end" := b) END;

CREATE OR REPLACE MACRO bq_nan() AS CAST('nan' AS DOUBLE);

-- CAST to a type with parameters
CREATE OR REPLACE MACRO bq_fit_length(x VARCHAR, most) AS CASE WHEN length(x) > most THEN py_error('STRING(' || most || ') has maximum length ' || most || ' but got a value with length ' || length(x)) ELSE x END, (x BLOB, most) AS CASE WHEN octet_length(x) > most THEN py_error('BYTES(' || most || ') has maximum length ' || most || ' but got a value with length ' || octet_length(x)) ELSE x END;

-- CAST with FORMAT
CREATE OR REPLACE MACRO bq_cast_string_format(x, form, zone) AS py_format_value(typeof(x), x, form, zone);
CREATE OR REPLACE MACRO bq_cast_bytes_format(x, form, zone) AS py_parse_bytes(x, form);
CREATE OR REPLACE MACRO bq_cast_date_format(x, form, zone) AS CAST(py_parse_formatted(x, form, 'DATE') AS DATE);
CREATE OR REPLACE MACRO bq_cast_datetime_format(x, form, zone) AS py_parse_formatted(x, form, 'DATETIME');
CREATE OR REPLACE MACRO bq_cast_time_format(x, form, zone) AS CAST(py_parse_formatted(x, form, 'TIME') AS TIME);
CREATE OR REPLACE MACRO bq_cast_timestamp_format(x, form, zone) AS make_timestamptz(py_parse_formatted_moment(x, form, zone));
CREATE OR REPLACE MACRO bq_cast_range_date(x STRUCT("@range_start" DATE, "@range_end" DATE)) AS x, (x VARCHAR) AS CAST(py_refuse('CAST of a text that is no constant to RANGE') AS STRUCT("@range_start" DATE, "@range_end" DATE));
CREATE OR REPLACE MACRO bq_cast_range_datetime(x STRUCT("@range_start" TIMESTAMP, "@range_end" TIMESTAMP)) AS x, (x VARCHAR) AS CAST(py_refuse('CAST of a text that is no constant to RANGE') AS STRUCT("@range_start" TIMESTAMP, "@range_end" TIMESTAMP));
CREATE OR REPLACE MACRO bq_cast_range_timestamp(x STRUCT("@range_start" TIMESTAMPTZ, "@range_end" TIMESTAMPTZ)) AS x, (x VARCHAR) AS CAST(py_refuse('CAST of a text that is no constant to RANGE') AS STRUCT("@range_start" TIMESTAMPTZ, "@range_end" TIMESTAMPTZ));

-- Functions of dates and times, chosen by the type of the date. A text is read as the type of the function's name.
-- Source: https://cloud.google.com/bigquery/docs/reference/standard-sql/date_functions
CREATE OR REPLACE MACRO bq_current_timestamp() AS current_timestamp;
CREATE OR REPLACE MACRO bq_current_datetime() AS py_local(epoch_us(current_timestamp), 'UTC'), (zone VARCHAR) AS py_local(epoch_us(current_timestamp), zone);
CREATE OR REPLACE MACRO bq_current_date() AS CAST(py_local(epoch_us(current_timestamp), 'UTC') AS DATE), (zone VARCHAR) AS CAST(py_local(epoch_us(current_timestamp), zone) AS DATE);
CREATE OR REPLACE MACRO bq_current_time() AS CAST(py_local(epoch_us(current_timestamp), 'UTC') AS TIME), (zone VARCHAR) AS CAST(py_local(epoch_us(current_timestamp), zone) AS TIME);

CREATE OR REPLACE MACRO bq_date(y BIGINT, m BIGINT, d BIGINT) AS py_date_of(y, m, d), (x DATE) AS x, (x TIMESTAMP) AS CAST(x AS DATE), (x TIMESTAMPTZ) AS CAST(py_local(epoch_us(x), 'UTC') AS DATE), (x VARCHAR) AS py_text_to_date(x), (x TIMESTAMPTZ, zone VARCHAR) AS CAST(py_local(epoch_us(x), zone) AS DATE);
CREATE OR REPLACE MACRO bq_datetime(y BIGINT, m BIGINT, d BIGINT, h BIGINT, mi BIGINT, s BIGINT) AS py_datetime_of(y, m, d, h, mi, s), (x DATE) AS CAST(x AS TIMESTAMP), (x TIMESTAMP) AS x, (x TIMESTAMPTZ) AS py_local(epoch_us(x), 'UTC'), (x VARCHAR) AS py_text_to_datetime(x), (x DATE, t TIME) AS py_datetime_join(x, t), (x TIMESTAMPTZ, zone VARCHAR) AS py_local(epoch_us(x), zone);
CREATE OR REPLACE MACRO bq_time(h BIGINT, m BIGINT, s BIGINT) AS py_time_of(h, m, s), (x TIME) AS x, (x TIMESTAMP) AS CAST(x AS TIME), (x TIMESTAMPTZ) AS CAST(py_local(epoch_us(x), 'UTC') AS TIME), (x TIMESTAMPTZ, zone VARCHAR) AS CAST(py_local(epoch_us(x), zone) AS TIME);
CREATE OR REPLACE MACRO bq_timestamp(x TIMESTAMPTZ) AS x, (x DATE) AS make_timestamptz(py_moment(x, 'UTC')), (x TIMESTAMP) AS make_timestamptz(py_moment(x, 'UTC')), (x VARCHAR) AS make_timestamptz(py_text_to_moment(x)), (x VARCHAR, zone VARCHAR) AS make_timestamptz(py_text_to_moment(x, zone)), (x DATE, zone VARCHAR) AS make_timestamptz(py_moment(x, zone)), (x TIMESTAMP, zone VARCHAR) AS make_timestamptz(py_moment(x, zone));

CREATE OR REPLACE MACRO bq_date_add(x DATE, n BIGINT, u VARCHAR) AS py_date_add(x, n, u), (x TIMESTAMP, n BIGINT, u VARCHAR) AS py_datetime_add(x, n, u), (x TIMESTAMPTZ, n BIGINT, u VARCHAR) AS make_timestamptz(py_timestamp_add(epoch_us(x), n, u)), (x VARCHAR, n BIGINT, u VARCHAR) AS py_date_add(py_text_to_date(x), n, u);
CREATE OR REPLACE MACRO bq_date_sub(x DATE, n BIGINT, u VARCHAR) AS py_date_add(x, -n, u), (x TIMESTAMP, n BIGINT, u VARCHAR) AS py_datetime_add(x, -n, u), (x TIMESTAMPTZ, n BIGINT, u VARCHAR) AS make_timestamptz(py_timestamp_add(epoch_us(x), -n, u)), (x VARCHAR, n BIGINT, u VARCHAR) AS py_date_add(py_text_to_date(x), -n, u);
CREATE OR REPLACE MACRO bq_datetime_add(x TIMESTAMP, n BIGINT, u VARCHAR) AS py_datetime_add(x, n, u), (x DATE, n BIGINT, u VARCHAR) AS py_datetime_add(CAST(x AS TIMESTAMP), n, u), (x VARCHAR, n BIGINT, u VARCHAR) AS py_datetime_add(py_text_to_datetime(x), n, u), (x TIMESTAMPTZ, n BIGINT, u VARCHAR) AS make_timestamptz(py_timestamp_add(epoch_us(x), n, u));
CREATE OR REPLACE MACRO bq_datetime_sub(x TIMESTAMP, n BIGINT, u VARCHAR) AS py_datetime_add(x, -n, u), (x DATE, n BIGINT, u VARCHAR) AS py_datetime_add(CAST(x AS TIMESTAMP), -n, u), (x VARCHAR, n BIGINT, u VARCHAR) AS py_datetime_add(py_text_to_datetime(x), -n, u), (x TIMESTAMPTZ, n BIGINT, u VARCHAR) AS make_timestamptz(py_timestamp_add(epoch_us(x), -n, u));
CREATE OR REPLACE MACRO bq_timestamp_add(x TIMESTAMPTZ, n BIGINT, u VARCHAR) AS make_timestamptz(py_timestamp_add(epoch_us(x), n, u)), (x VARCHAR, n BIGINT, u VARCHAR) AS make_timestamptz(py_timestamp_add(py_text_to_moment(x), n, u)), (x TIMESTAMP, n BIGINT, u VARCHAR) AS py_datetime_add(x, n, u);
CREATE OR REPLACE MACRO bq_timestamp_sub(x TIMESTAMPTZ, n BIGINT, u VARCHAR) AS make_timestamptz(py_timestamp_add(epoch_us(x), -n, u)), (x VARCHAR, n BIGINT, u VARCHAR) AS make_timestamptz(py_timestamp_add(py_text_to_moment(x), -n, u)), (x TIMESTAMP, n BIGINT, u VARCHAR) AS py_datetime_add(x, -n, u);
CREATE OR REPLACE MACRO bq_time_add(x TIME, n BIGINT, u VARCHAR) AS py_time_add(x, n, u), (x VARCHAR, n BIGINT, u VARCHAR) AS py_time_add(py_text_to_time(x), n, u);
CREATE OR REPLACE MACRO bq_time_sub(x TIME, n BIGINT, u VARCHAR) AS py_time_add(x, -n, u), (x VARCHAR, n BIGINT, u VARCHAR) AS py_time_add(py_text_to_time(x), -n, u);

CREATE OR REPLACE MACRO bq_date_diff(a DATE, b DATE, u VARCHAR) AS py_civil_diff(a, b, u), (a TIMESTAMP, b TIMESTAMP, u VARCHAR) AS py_civil_diff(a, b, u), (a TIMESTAMPTZ, b TIMESTAMPTZ, u VARCHAR) AS py_timestamp_diff(epoch_us(a), epoch_us(b), u), (a DATE, b VARCHAR, u VARCHAR) AS py_civil_diff(a, py_text_to_date(b), u), (a VARCHAR, b DATE, u VARCHAR) AS py_civil_diff(py_text_to_date(a), b, u), (a VARCHAR, b VARCHAR, u VARCHAR) AS py_civil_diff(py_text_to_date(a), py_text_to_date(b), u);
CREATE OR REPLACE MACRO bq_datetime_diff(a TIMESTAMP, b TIMESTAMP, u VARCHAR) AS py_civil_diff(a, b, u), (a TIMESTAMP, b VARCHAR, u VARCHAR) AS py_civil_diff(a, py_text_to_datetime(b), u), (a VARCHAR, b TIMESTAMP, u VARCHAR) AS py_civil_diff(py_text_to_datetime(a), b, u), (a VARCHAR, b VARCHAR, u VARCHAR) AS py_civil_diff(py_text_to_datetime(a), py_text_to_datetime(b), u), (a DATE, b DATE, u VARCHAR) AS py_civil_diff(CAST(a AS TIMESTAMP), CAST(b AS TIMESTAMP), u), (a TIMESTAMPTZ, b TIMESTAMPTZ, u VARCHAR) AS py_timestamp_diff(epoch_us(a), epoch_us(b), u);
CREATE OR REPLACE MACRO bq_timestamp_diff(a TIMESTAMPTZ, b TIMESTAMPTZ, u VARCHAR) AS py_timestamp_diff(epoch_us(a), epoch_us(b), u), (a TIMESTAMPTZ, b VARCHAR, u VARCHAR) AS py_timestamp_diff(epoch_us(a), py_text_to_moment(b), u), (a VARCHAR, b TIMESTAMPTZ, u VARCHAR) AS py_timestamp_diff(py_text_to_moment(a), epoch_us(b), u), (a VARCHAR, b VARCHAR, u VARCHAR) AS py_timestamp_diff(py_text_to_moment(a), py_text_to_moment(b), u), (a TIMESTAMP, b TIMESTAMP, u VARCHAR) AS py_civil_diff(a, b, u);
CREATE OR REPLACE MACRO bq_time_diff(a TIME, b TIME, u VARCHAR) AS py_civil_diff(a, b, u);

CREATE OR REPLACE MACRO bq_date_trunc(x DATE, u VARCHAR) AS py_date_trunc(x, u), (x TIMESTAMP, u VARCHAR) AS py_datetime_trunc(x, u), (x TIMESTAMPTZ, u VARCHAR) AS make_timestamptz(py_timestamp_trunc(epoch_us(x), u, 'UTC')), (x VARCHAR, u VARCHAR) AS py_date_trunc(py_text_to_date(x), u), (x TIMESTAMPTZ, u VARCHAR, zone VARCHAR) AS make_timestamptz(py_timestamp_trunc(epoch_us(x), u, zone));
CREATE OR REPLACE MACRO bq_datetime_trunc(x TIMESTAMP, u VARCHAR) AS py_datetime_trunc(x, u), (x DATE, u VARCHAR) AS py_datetime_trunc(CAST(x AS TIMESTAMP), u), (x VARCHAR, u VARCHAR) AS py_datetime_trunc(py_text_to_datetime(x), u), (x TIMESTAMPTZ, u VARCHAR) AS make_timestamptz(py_timestamp_trunc(epoch_us(x), u, 'UTC'));
CREATE OR REPLACE MACRO bq_timestamp_trunc(x TIMESTAMPTZ, u VARCHAR) AS make_timestamptz(py_timestamp_trunc(epoch_us(x), u, 'UTC')), (x TIMESTAMPTZ, u VARCHAR, zone VARCHAR) AS make_timestamptz(py_timestamp_trunc(epoch_us(x), u, zone)), (x TIMESTAMP, u VARCHAR) AS py_datetime_trunc(x, u), (x VARCHAR, u VARCHAR) AS make_timestamptz(py_timestamp_trunc(py_text_to_moment(x), u, 'UTC'));
CREATE OR REPLACE MACRO bq_time_trunc(x TIME, u VARCHAR) AS py_time_trunc(x, u);
CREATE OR REPLACE MACRO bq_last_day(x DATE) AS py_last_day(x), (x DATE, u VARCHAR) AS py_last_day(x, u), (x TIMESTAMP) AS py_last_day(x), (x TIMESTAMP, u VARCHAR) AS py_last_day(x, u), (x VARCHAR) AS py_last_day(py_text_to_date(x));

CREATE OR REPLACE MACRO bq_format_date(f VARCHAR, x DATE) AS py_format_date(f, x), (f VARCHAR, x TIMESTAMP) AS py_format_datetime(f, x), (f VARCHAR, x VARCHAR) AS py_format_date(f, py_text_to_date(x)), (f VARCHAR, x TIMESTAMPTZ) AS py_format_timestamp(f, epoch_us(x));
CREATE OR REPLACE MACRO bq_format_datetime(f VARCHAR, x TIMESTAMP) AS py_format_datetime(f, x), (f VARCHAR, x DATE) AS py_format_datetime(f, CAST(x AS TIMESTAMP)), (f VARCHAR, x VARCHAR) AS py_format_datetime(f, py_text_to_datetime(x)), (f VARCHAR, x TIMESTAMPTZ) AS py_format_timestamp(f, epoch_us(x));
CREATE OR REPLACE MACRO bq_format_time(f VARCHAR, x TIME) AS py_format_time(f, x), (f VARCHAR, x VARCHAR) AS py_format_time(f, py_text_to_time(x));
CREATE OR REPLACE MACRO bq_format_timestamp(f VARCHAR, x TIMESTAMPTZ) AS py_format_timestamp(f, epoch_us(x)), (f VARCHAR, x TIMESTAMPTZ, zone VARCHAR) AS py_format_timestamp(f, epoch_us(x), zone), (f VARCHAR, x VARCHAR) AS py_format_timestamp(f, py_text_to_moment(x)), (f VARCHAR, x VARCHAR, zone VARCHAR) AS py_format_timestamp(f, py_text_to_moment(x), zone);
CREATE OR REPLACE MACRO bq_parse_timestamp(f VARCHAR, x VARCHAR) AS make_timestamptz(py_parse_timestamp(f, x)), (f VARCHAR, x VARCHAR, zone VARCHAR) AS make_timestamptz(py_parse_timestamp(f, x, zone));

CREATE OR REPLACE MACRO bq_timestamp_seconds(n BIGINT) AS make_timestamptz(py_micros_in_range(n, 1000000));
CREATE OR REPLACE MACRO bq_timestamp_millis(n BIGINT) AS make_timestamptz(py_micros_in_range(n, 1000));
CREATE OR REPLACE MACRO bq_timestamp_micros(n BIGINT) AS make_timestamptz(py_micros_in_range(n, 1));
CREATE OR REPLACE MACRO bq_timestamp_from_unix_seconds(n BIGINT) AS make_timestamptz(py_micros_in_range(n, 1000000)), (n TIMESTAMPTZ) AS n;
CREATE OR REPLACE MACRO bq_timestamp_from_unix_millis(n BIGINT) AS make_timestamptz(py_micros_in_range(n, 1000)), (n TIMESTAMPTZ) AS n;
CREATE OR REPLACE MACRO bq_timestamp_from_unix_micros(n BIGINT) AS make_timestamptz(py_micros_in_range(n, 1)), (n TIMESTAMPTZ) AS n;
CREATE OR REPLACE MACRO bq_floor_div(n, d) AS (n - ((n % d) + d) % d) // d;
CREATE OR REPLACE MACRO bq_unix_micros(x TIMESTAMPTZ) AS epoch_us(x), (x VARCHAR) AS py_text_to_moment(x);
CREATE OR REPLACE MACRO bq_unix_millis(x TIMESTAMPTZ) AS bq_floor_div(epoch_us(x), 1000), (x VARCHAR) AS bq_floor_div(py_text_to_moment(x), 1000);
CREATE OR REPLACE MACRO bq_unix_seconds(x TIMESTAMPTZ) AS bq_floor_div(epoch_us(x), 1000000), (x VARCHAR) AS bq_floor_div(py_text_to_moment(x), 1000000);
CREATE OR REPLACE MACRO bq_unix_date(x DATE) AS date_diff('day', DATE '1970-01-01', x), (x VARCHAR) AS date_diff('day', DATE '1970-01-01', py_text_to_date(x));
CREATE OR REPLACE MACRO bq_date_from_unix_date(n BIGINT) AS py_date_add(DATE '1970-01-01', n, 'DAY');

CREATE OR REPLACE MACRO bq_string(x DATE) AS py_date_text(x), (x TIME) AS py_time_text(x), (x TIMESTAMP) AS py_datetime_text(x), (x TIMESTAMPTZ) AS py_timestamp_text(epoch_us(x)), (x TIMESTAMPTZ, zone VARCHAR) AS py_timestamp_text(epoch_us(x), zone), (x VARCHAR) AS CASE WHEN typeof(x) IS NULL THEN x ELSE py_json_string(x) END;

-- Buckets and arrays
CREATE OR REPLACE MACRO bq_date_bucket(x DATE, n BIGINT, u VARCHAR) AS bq_date_bucket_from(x, bq_interval_of(n, u), DATE '1950-01-01'), (x DATE, n BIGINT, u VARCHAR, origin DATE) AS bq_date_bucket_from(x, bq_interval_of(n, u), origin);
CREATE OR REPLACE MACRO bq_date_bucket_from(x, i, origin) AS CAST(py_bucket(x, bq_interval_months(i), bq_interval_days(i), bq_interval_micros(i), origin) AS DATE);
CREATE OR REPLACE MACRO bq_datetime_bucket_from(x, i, origin) AS py_bucket(x, bq_interval_months(i), bq_interval_days(i), bq_interval_micros(i), origin);
CREATE OR REPLACE MACRO bq_datetime_bucket(x TIMESTAMP, n BIGINT, u VARCHAR) AS bq_datetime_bucket_from(x, bq_interval_of(n, u), TIMESTAMP '1950-01-01'), (x TIMESTAMP, n BIGINT, u VARCHAR, origin TIMESTAMP) AS bq_datetime_bucket_from(x, bq_interval_of(n, u), origin);
CREATE OR REPLACE MACRO bq_timestamp_bucket(x TIMESTAMPTZ, n BIGINT, u VARCHAR) AS make_timestamptz(epoch_us(bq_datetime_bucket_from(py_local(epoch_us(x), 'UTC'), bq_interval_of(n, u), TIMESTAMP '1950-01-01'))), (x TIMESTAMPTZ, n BIGINT, u VARCHAR, origin TIMESTAMPTZ) AS make_timestamptz(epoch_us(bq_datetime_bucket_from(py_local(epoch_us(x), 'UTC'), bq_interval_of(n, u), py_local(epoch_us(origin), 'UTC'))));
CREATE OR REPLACE MACRO bq_generate_date_array(a DATE, b DATE) AS py_date_array(a, b, 1, 'DAY'), (a DATE, b DATE, n BIGINT, u VARCHAR) AS py_date_array(a, b, n, u), (a VARCHAR, b VARCHAR) AS py_date_array(py_text_to_date(a), py_text_to_date(b), 1, 'DAY'), (a VARCHAR, b VARCHAR, n BIGINT, u VARCHAR) AS py_date_array(py_text_to_date(a), py_text_to_date(b), n, u), (a VARCHAR, b DATE) AS py_date_array(py_text_to_date(a), b, 1, 'DAY'), (a VARCHAR, b DATE, n BIGINT, u VARCHAR) AS py_date_array(py_text_to_date(a), b, n, u), (a DATE, b VARCHAR) AS py_date_array(a, py_text_to_date(b), 1, 'DAY'), (a DATE, b VARCHAR, n BIGINT, u VARCHAR) AS py_date_array(a, py_text_to_date(b), n, u);
CREATE OR REPLACE MACRO bq_generate_timestamp_array(a TIMESTAMPTZ, b TIMESTAMPTZ, n BIGINT, u VARCHAR) AS list_transform(py_timestamp_array(epoch_us(a), epoch_us(b), n, u), lambda m: make_timestamptz(m)), (a VARCHAR, b VARCHAR, n BIGINT, u VARCHAR) AS list_transform(py_timestamp_array(py_text_to_moment(a), py_text_to_moment(b), n, u), lambda m: make_timestamptz(m)), (a TIMESTAMPTZ, b VARCHAR, n BIGINT, u VARCHAR) AS list_transform(py_timestamp_array(epoch_us(a), py_text_to_moment(b), n, u), lambda m: make_timestamptz(m)), (a VARCHAR, b TIMESTAMPTZ, n BIGINT, u VARCHAR) AS list_transform(py_timestamp_array(py_text_to_moment(a), epoch_us(b), n, u), lambda m: make_timestamptz(m));

-- EXTRACT
CREATE OR REPLACE MACRO bq_extract_interval(x, part) AS py_extract_interval(bq_interval_months(x), bq_interval_days(x), bq_interval_micros(x), part);
CREATE OR REPLACE MACRO bq_extract_year(x DATE) AS year(x), (x TIMESTAMP) AS year(x), (x TIMESTAMPTZ) AS year(py_local(epoch_us(x), 'UTC')), (x INTERVAL) AS bq_extract_interval(x, 'YEAR');
CREATE OR REPLACE MACRO bq_extract_month(x DATE) AS month(x), (x TIMESTAMP) AS month(x), (x TIMESTAMPTZ) AS month(py_local(epoch_us(x), 'UTC')), (x INTERVAL) AS bq_extract_interval(x, 'MONTH');
CREATE OR REPLACE MACRO bq_extract_day(x DATE) AS day(x), (x TIMESTAMP) AS day(x), (x TIMESTAMPTZ) AS day(py_local(epoch_us(x), 'UTC')), (x INTERVAL) AS bq_extract_interval(x, 'DAY');
CREATE OR REPLACE MACRO bq_extract_quarter(x DATE) AS quarter(x), (x TIMESTAMP) AS quarter(x), (x TIMESTAMPTZ) AS quarter(py_local(epoch_us(x), 'UTC'));
CREATE OR REPLACE MACRO bq_extract_dayofweek(x DATE) AS dayofweek(x) + 1, (x TIMESTAMP) AS dayofweek(x) + 1, (x TIMESTAMPTZ) AS dayofweek(py_local(epoch_us(x), 'UTC')) + 1;
CREATE OR REPLACE MACRO bq_extract_dayofyear(x DATE) AS dayofyear(x), (x TIMESTAMP) AS dayofyear(x), (x TIMESTAMPTZ) AS dayofyear(py_local(epoch_us(x), 'UTC'));
CREATE OR REPLACE MACRO bq_extract_isoweek(x DATE) AS weekofyear(x), (x TIMESTAMP) AS weekofyear(x), (x TIMESTAMPTZ) AS weekofyear(py_local(epoch_us(x), 'UTC'));
CREATE OR REPLACE MACRO bq_extract_isoyear(x DATE) AS isoyear(x), (x TIMESTAMP) AS isoyear(x), (x TIMESTAMPTZ) AS isoyear(py_local(epoch_us(x), 'UTC'));
CREATE OR REPLACE MACRO bq_extract_week(x DATE) AS py_extract_week(x, 'WEEK'), (x TIMESTAMP) AS py_extract_week(x, 'WEEK'), (x TIMESTAMPTZ) AS py_extract_week(py_local(epoch_us(x), 'UTC'), 'WEEK'), (x DATE, u VARCHAR) AS py_extract_week(x, u), (x TIMESTAMP, u VARCHAR) AS py_extract_week(x, u), (x TIMESTAMPTZ, u VARCHAR) AS py_extract_week(py_local(epoch_us(x), 'UTC'), u);
CREATE OR REPLACE MACRO bq_extract_hour(x DATE) AS py_error('EXTRACT from DATE does not support the HOUR date part'), (x TIME) AS hour(x), (x TIMESTAMP) AS hour(x), (x TIMESTAMPTZ) AS hour(py_local(epoch_us(x), 'UTC')), (x INTERVAL) AS bq_extract_interval(x, 'HOUR');
CREATE OR REPLACE MACRO bq_extract_minute(x DATE) AS py_error('EXTRACT from DATE does not support the MINUTE date part'), (x TIME) AS minute(x), (x TIMESTAMP) AS minute(x), (x TIMESTAMPTZ) AS minute(py_local(epoch_us(x), 'UTC')), (x INTERVAL) AS bq_extract_interval(x, 'MINUTE');
CREATE OR REPLACE MACRO bq_extract_second(x DATE) AS py_error('EXTRACT from DATE does not support the SECOND date part'), (x TIME) AS second(x), (x TIMESTAMP) AS second(x), (x TIMESTAMPTZ) AS second(py_local(epoch_us(x), 'UTC')), (x INTERVAL) AS bq_extract_interval(x, 'SECOND');
CREATE OR REPLACE MACRO bq_extract_millisecond(x DATE) AS py_error('EXTRACT from DATE does not support the MILLISECOND date part'), (x TIME) AS millisecond(x) % 1000, (x TIMESTAMP) AS millisecond(x) % 1000, (x TIMESTAMPTZ) AS millisecond(py_local(epoch_us(x), 'UTC')) % 1000, (x INTERVAL) AS bq_extract_interval(x, 'MILLISECOND');
CREATE OR REPLACE MACRO bq_extract_microsecond(x DATE) AS py_error('EXTRACT from DATE does not support the MICROSECOND date part'), (x TIME) AS microsecond(x) % 1000000, (x TIMESTAMP) AS microsecond(x) % 1000000, (x TIMESTAMPTZ) AS microsecond(py_local(epoch_us(x), 'UTC')) % 1000000, (x INTERVAL) AS bq_extract_interval(x, 'MICROSECOND');

-- INTERVAL
CREATE OR REPLACE MACRO bq_interval_of(n, u) AS bq_from_parts(py_interval(n, u));
CREATE OR REPLACE MACRO bq_interval(n BIGINT, u VARCHAR) AS bq_from_parts(py_interval(n, u));
CREATE OR REPLACE MACRO bq_interval_span(x VARCHAR, span VARCHAR) AS bq_from_parts(py_interval_span(x, span));
CREATE OR REPLACE MACRO bq_make_interval(y, mo, d, h, mi, s) AS bq_from_parts(py_make_interval(coalesce(y, 0), coalesce(mo, 0), coalesce(d, 0), coalesce(h, 0), coalesce(mi, 0), coalesce(s, 0)));
CREATE OR REPLACE MACRO bq_justify_hours(x INTERVAL) AS bq_from_parts(py_justify(bq_interval_months(x), bq_interval_days(x), bq_interval_micros(x), 'HOURS'));
CREATE OR REPLACE MACRO bq_justify_days(x INTERVAL) AS bq_from_parts(py_justify(bq_interval_months(x), bq_interval_days(x), bq_interval_micros(x), 'DAYS'));
CREATE OR REPLACE MACRO bq_justify_interval(x INTERVAL) AS bq_from_parts(py_justify(bq_interval_months(x), bq_interval_days(x), bq_interval_micros(x), 'INTERVAL'));

-- RANGE
CREATE OR REPLACE MACRO bq_range_start(r) AS r."@range_start";
CREATE OR REPLACE MACRO bq_range_end(r) AS r."@range_end";
CREATE OR REPLACE MACRO bq_range_holds(r, x) AS (r."@range_start" IS NULL OR r."@range_start" <= x) AND (r."@range_end" IS NULL OR x < r."@range_end");
CREATE OR REPLACE MACRO bq_range_encloses(r, s) AS (r."@range_start" IS NULL OR coalesce(r."@range_start" <= s."@range_start", FALSE)) AND (r."@range_end" IS NULL OR coalesce(s."@range_end" <= r."@range_end", FALSE));
CREATE OR REPLACE MACRO bq_range_contains(r, x DATE) AS CASE WHEN r IS NULL OR x IS NULL THEN NULL ELSE bq_range_holds(r, x) END, (r, x TIMESTAMP) AS CASE WHEN r IS NULL OR x IS NULL THEN NULL ELSE bq_range_holds(r, x) END, (r, x TIMESTAMPTZ) AS CASE WHEN r IS NULL OR x IS NULL THEN NULL ELSE bq_range_holds(r, x) END, (r, x) AS CASE WHEN r IS NULL OR x IS NULL THEN NULL ELSE bq_range_encloses(r, x) END;
CREATE OR REPLACE MACRO bq_range_overlaps(r, s) AS CASE WHEN r IS NULL OR s IS NULL THEN NULL ELSE (r."@range_start" IS NULL OR s."@range_end" IS NULL OR r."@range_start" < s."@range_end") AND (s."@range_start" IS NULL OR r."@range_end" IS NULL OR s."@range_start" < r."@range_end") END;
CREATE OR REPLACE MACRO bq_range_intersect(r, s) AS CASE WHEN r IS NULL OR s IS NULL THEN NULL WHEN bq_range_overlaps(r, s) THEN struct_pack("@range_start" := greatest(r."@range_start", s."@range_start"), "@range_end" := least(r."@range_end", s."@range_end")) ELSE py_error('Provided RANGE inputs do not overlap') END;
CREATE OR REPLACE MACRO bq_extract_date(x TIMESTAMP) AS CAST(x AS DATE), (x TIMESTAMPTZ) AS CAST(py_local(epoch_us(x), 'UTC') AS DATE), (x DATE) AS py_error('EXTRACT from DATE does not support the DATE date part');
CREATE OR REPLACE MACRO bq_extract_time(x TIMESTAMP) AS CAST(x AS TIME), (x TIMESTAMPTZ) AS CAST(py_local(epoch_us(x), 'UTC') AS TIME), (x DATE) AS py_error('EXTRACT from DATE does not support the TIME date part');
CREATE OR REPLACE MACRO bq_extract_datetime(x TIMESTAMPTZ) AS py_local(epoch_us(x), 'UTC'), (x DATE) AS py_error('EXTRACT from DATE does not support the DATETIME date part');

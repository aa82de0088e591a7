-- What is done with an aggregate's values before, and with its result.
CREATE OR REPLACE MACRO bq_summable(x BIGINT) AS x, (x DOUBLE) AS x, (x DECIMAL(38,9)) AS x, (x BIGNUM) AS x, (x INTERVAL) AS x;
CREATE OR REPLACE MACRO bq_sum(x HUGEINT) AS CASE WHEN x > 9223372036854775807 OR x < -9223372036854775808 THEN py_error('int64 overflow') ELSE CAST(x AS BIGINT) END, (x DOUBLE) AS x, (x DECIMAL(38,9)) AS x, (x BIGNUM) AS x, (x INTERVAL) AS x;
CREATE OR REPLACE MACRO bq_average(total HUGEINT, n BIGINT) AS CAST(total AS DOUBLE) / n, (total DOUBLE, n BIGINT) AS total / n, (total DECIMAL(38,9), n BIGINT) AS CASE WHEN n > 0 THEN py_numeric_divide(total, n) END, (total BIGNUM, n BIGINT) AS CASE WHEN n > 0 THEN py_big_divide(total, bq_cast_bignumeric(n)) END, (total INTERVAL, n BIGINT) AS CASE WHEN n > 0 THEN bq_divide(total, n) END;
CREATE OR REPLACE MACRO bq_orderable(x) AS x;
CREATE OR REPLACE MACRO bq_extreme(x DOUBLE, has_nan) AS CASE WHEN has_nan THEN CAST('nan' AS DOUBLE) ELSE x END, (x BIGINT, has_nan) AS x, (x DECIMAL(38,9), has_nan) AS x, (x BIGNUM, has_nan) AS x, (x BOOLEAN, has_nan) AS x, (x, has_nan) AS x;
CREATE OR REPLACE MACRO bq_statistic(x DOUBLE) AS x;
CREATE OR REPLACE MACRO bq_condition(x BOOLEAN) AS x;
CREATE OR REPLACE MACRO bq_quantiles(list, n) AS CASE WHEN list IS NOT NULL THEN list_transform(range(0, n + 1), lambda i: list[CAST(floor(i * (len(list) - 1) / n + 0.5) AS BIGINT) + 1]) END;
CREATE OR REPLACE MACRO bq_top_count(counts, nulls, n) AS list_slice(list_transform(list_sort(list_concat(list_transform(map_entries(counts), lambda e: struct_pack(c := -CAST(e.value AS BIGINT), v := e.key)), CASE WHEN nulls > 0 THEN [struct_pack(c := -nulls, v := NULL)] ELSE [] END)), lambda e: struct_pack("value" := e.v, "count" := -e.c)), 1, n);
CREATE OR REPLACE MACRO bq_top_sum(pairs, n) AS list_slice(list_transform(list_sort(list_transform(list_distinct(list_transform(pairs, lambda p: struct_pack(v := p."value"))), lambda d: struct_pack(c := -list_sum(list_transform(list_filter(pairs, lambda q: q."value" IS NOT DISTINCT FROM d.v), lambda q: q."sum")), v := d.v))), lambda e: struct_pack("value" := e.v, "sum" := -e.c)), 1, n);

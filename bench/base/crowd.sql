CREATE OR REPLACE TABLE fans AS
SELECT 'f' || i AS fan_id, i AS place, h % 100 < 80 AS crm__known,
  CASE WHEN (h // 100) % 10 < 7 THEN ['gold', 'silver', 'bronze'][1 + CAST((h // 1000) % 3 AS INTEGER)] END AS crm__tier,
  CASE WHEN (h // 7) % 10 < 8 THEN (h // 11) % 40 END AS crm__visits,
  CASE WHEN (h // 17) % 10 < 6 THEN (h // 19) % 11 END AS quiz__score,
  CASE WHEN (h // 37) % 10 < 6 THEN (h // 41) % 2 = 0 END AS quiz__won,
  CAST(NULL AS VARCHAR) AS quiz__choice, CAST(NULL AS BIGINT) AS quiz__rank, CAST(NULL AS BIGINT) AS quiz__plays,
  (h // 23) % 10 < 3 AS program__club,
  CASE WHEN (h // 29) % 10 < 9 THEN (h // 31) % 10 < 9 END AS fan__of_age
FROM (SELECT i, CAST(hash(i) % 1000000007 AS BIGINT) AS h FROM range(:people) AS t(i));
CREATE OR REPLACE TABLE orders AS
SELECT 'f' || (hash(i * 7 + 1) % :people) AS fan_id, 'o' || i AS order_id,
  1794312000000000 - CAST(hash(i * 3 + 5) % 43200000000000 AS BIGINT) AS ordered_at,
  CAST(hash(i * 5) % 20000 AS BIGINT) AS cents,
  ['fibre', 'box', 'tv', 'phone'][1 + CAST(hash(i * 11) % 4 AS INTEGER)] AS category
FROM range(3 * :people) AS t(i)

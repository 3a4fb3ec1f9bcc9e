-- The same question as a database engineer would write it: one pass over the orders, one over the people.
WITH bought AS (
  SELECT fan_id,
    count(*) AS orders_ever,
    count(*) FILTER (ordered_at >= 1786572000000000) AS orders_90,
    coalesce(sum(cents) FILTER (ordered_at >= 1762815600000000), 0) AS cents_365,
    count(*) FILTER (ordered_at >= 1762815600000000 AND category = 'fibre') AS fibre_365,
    max(cents) FILTER (ordered_at >= 1791756000000000 AND category = 'fibre') AS fibre_30,
    avg(cents) FILTER (ordered_at >= 1767222000000000) AS average_year,
    max(ordered_at) AS latest
  FROM orders
  WHERE ordered_at <= 1794312000000000 AND cents >= 0
    AND fan_id IN (SELECT fan_id FROM fans WHERE fan__of_age)
  GROUP BY fan_id
), led AS (
  SELECT
    CASE WHEN crm__known AND orders_90 >= 1 THEN 'active'
      WHEN crm__known AND coalesce(orders_90, 0) = 0 AND orders_ever >= 1 THEN 'lapsed' ELSE 'otherwise' END AS maturity,
    quiz__score IS NOT NULL OR quiz__won IS NOT NULL AS played,
    CASE WHEN quiz__score >= 7 AND (cents_365 >= 15000 OR fibre_365 >= 2) THEN 'top'
      WHEN quiz__score >= 5 THEN 'good' ELSE 'otherwise' END AS loyalty,
    CAST('0x' || substr(md5('bench|size|' || fans.fan_id), 1, 8) AS BIGINT) % 10000 AS size_point,
    program__club AS joined,
    CASE WHEN crm__tier = 'gold' AND crm__visits >= 10 THEN 'gold'
      WHEN crm__tier IN ('gold', 'silver') THEN 'silver' ELSE 'otherwise' END AS tier,
    CASE WHEN fibre_30 >= 10000 THEN 'fibre' WHEN average_year >= 9000 THEN 'spender'
      WHEN latest >= 1778796000000000 THEN 'recent' ELSE 'otherwise' END AS habits,
    CAST('0x' || substr(md5('bench|wording|' || fans.fan_id), 1, 8) AS BIGINT) % 10000 < 5000 AS short
  FROM fans LEFT JOIN bought USING (fan_id)
  WHERE fan__of_age
), goes AS (
  SELECT *, CASE maturity WHEN 'active' THEN played WHEN 'lapsed' THEN true ELSE joined END AS goes_on FROM led
), n AS (
  SELECT
    (SELECT count(*) FROM fans) AS fans, count(*) AS entered,
    count(*) FILTER (maturity = 'active') AS active, count(*) FILTER (maturity = 'lapsed') AS lapsed,
    count(*) FILTER (maturity = 'otherwise') AS others,
    count(*) FILTER (maturity = 'active' AND played) AS loyal,
    count(*) FILTER (maturity = 'active' AND played AND loyalty = 'top') AS top,
    count(*) FILTER (maturity = 'active' AND played AND loyalty = 'good') AS good,
    count(*) FILTER (maturity = 'active' AND played AND loyalty = 'otherwise') AS thanked,
    count(*) FILTER (maturity = 'lapsed' AND size_point < 4500) AS small,
    count(*) FILTER (maturity = 'lapsed' AND size_point >= 4500 AND size_point < 9000) AS large,
    count(*) FILTER (maturity = 'lapsed' AND size_point >= 9000) AS control,
    count(*) FILTER (maturity = 'otherwise' AND joined) AS welcomed,
    count(*) FILTER (goes_on) AS on_,
    count(*) FILTER (goes_on AND tier = 'gold') AS gold, count(*) FILTER (goes_on AND tier = 'silver') AS silver,
    count(*) FILTER (goes_on AND tier = 'otherwise') AS plain,
    count(*) FILTER (goes_on AND habits = 'fibre') AS fibre, count(*) FILTER (goes_on AND habits = 'spender') AS spender,
    count(*) FILTER (goes_on AND habits = 'recent') AS recent,
    count(*) FILTER (goes_on AND habits = 'otherwise') AS quiet,
    count(*) FILTER (goes_on AND short) AS short, count(*) FILTER (goes_on AND NOT short) AS long
  FROM goes
)
SELECT step, branch, people FROM n, LATERAL (VALUES
  (0, NULL, 'fans', fans), (1, NULL, 'entered', entered),
  (2, 'maturity', NULL, entered), (3, 'maturity', 'active', active), (4, 'maturity', 'lapsed', lapsed),
  (5, 'maturity', 'otherwise', others), (6, 'quiz', NULL, active), (7, 'loyalty', NULL, loyal),
  (8, 'loyalty', 'top', top), (9, 'loyalty', 'good', good), (10, 'loyalty', 'otherwise', thanked),
  (11, 'FIRST', NULL, top), (12, 'FIRST', 'given', top), (13, 'SECOND', NULL, good), (14, 'SECOND', 'given', good),
  (16, 'size', NULL, lapsed), (17, 'size', 'small', small), (18, 'size', 'large', large),
  (19, 'size', 'control', control), (20, 'THIRD', NULL, small), (21, 'THIRD', 'given', small),
  (22, 'FOURTH', NULL, large), (23, 'FOURTH', 'given', large), (24, 'club', NULL, others),
  (25, 'welcome', NULL, welcomed), (26, 'tier', NULL, on_), (27, 'tier', 'gold', gold), (28, 'tier', 'silver', silver),
  (29, 'tier', 'otherwise', plain), (30, 'golden', NULL, gold), (31, 'silvery', NULL, silver),
  (33, 'habits', NULL, on_), (34, 'habits', 'fibre', fibre), (35, 'habits', 'spender', spender),
  (36, 'habits', 'recent', recent), (37, 'habits', 'otherwise', quiet), (38, 'fibre_points', NULL, fibre),
  (39, 'crm_tone', NULL, spender), (40, 'hello', NULL, recent), (41, 'wording', NULL, on_),
  (42, 'wording', 'short', short), (43, 'wording', 'long', long), (44, 'short', NULL, short), (45, 'pause', NULL, long)
) AS rows(place, step, branch, people) ORDER BY place

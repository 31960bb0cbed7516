-- Inserts, updates, deletes, changed keys, a TRUNCATE, and a change of shape.
ALTER TABLE shop.reshaped DROP COLUMN gone, ADD COLUMN added int DEFAULT 7, ADD COLUMN gone date,
  ALTER COLUMN price TYPE numeric(8,3);
UPDATE shop.reshaped SET gone = '2026-11-21' WHERE id <= 10;

UPDATE shop.every_type
  SET note = note || ' changed', moment = moment + interval '1 us', exact = NULL, twice = -twice
  WHERE id % 3 = 0;
UPDATE shop.every_type SET id = -id WHERE id IN (1, 2, 3, 500, 501);
DELETE FROM shop.every_type WHERE id % 7 = 0 AND id > 10;
INSERT INTO shop.every_type (id, note) SELECT i, 'late ' || i FROM generate_series(3001, 3100) i;

UPDATE shop.key_numbers SET v = -v WHERE v % 3 = 0;
UPDATE shop.key_numbers SET d = d + 1000 WHERE v % 7 = 0;
DELETE FROM shop.key_numbers WHERE v % 5 = 0;
UPDATE shop.key_texts SET v = -v WHERE v % 3 = 0;
UPDATE shop.key_texts SET c = 'moved' WHERE v % 7 = 0;
DELETE FROM shop.key_texts WHERE v % 5 = 0;
UPDATE shop.key_times SET v = -v WHERE v % 3 = 0;
UPDATE shop.key_times SET a = a + 1 WHERE v % 7 = 0;
DELETE FROM shop.key_times WHERE v % 5 = 0;
UPDATE shop.key_token SET v = -v WHERE v % 3 = 0;
UPDATE shop.key_token SET token = md5(token::text)::uuid WHERE v % 7 = 0;
DELETE FROM shop.key_token WHERE v % 5 = 0;

UPDATE shop."Odd, Names" SET "Größe; (cm)=" = -1 WHERE "select" % 2 = 0;
DELETE FROM shop."Odd, Names" WHERE "select" BETWEEN 10 AND 20;

UPDATE shop.emptied SET v = 'never seen again';
TRUNCATE shop.emptied;
INSERT INTO shop.emptied SELECT i, 'new ' || i FROM generate_series(100, 150) i;
UPDATE shop.emptied SET v = 'newer' WHERE id > 140;

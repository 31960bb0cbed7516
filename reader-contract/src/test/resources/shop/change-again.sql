-- After the TRUNCATE and the new shape have arrived.
UPDATE shop.reshaped SET added = id, price = price / 8 WHERE id % 4 = 0;
DELETE FROM shop.reshaped WHERE id % 9 = 0;
DELETE FROM shop.emptied WHERE id = 120;
ALTER TABLE shop.evolved DROP COLUMN gone;
UPDATE shop.evolved SET b = -b WHERE id % 7 = 0;

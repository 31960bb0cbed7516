-- What comes through the WAL for the tables of create-kinds.sql.
INSERT INTO shop.lists SELECT id + 10000, flags, smalls, ints, bigs, singles, doubles, prices, texts, raws, days, clocks,
  moments, tokens, docs, moods, squares, cubes FROM shop.lists WHERE id < 200;
UPDATE shop.lists SET ints = ints || 7, texts = NULL WHERE id % 3 = 0 AND id > 3;
DELETE FROM shop.lists WHERE id BETWEEN 300 AND 350;
INSERT INTO shop.texts SELECT id + 10000, span, clock, clock_tz, r, mr, net, b, vb, x, v, p, m, l, e, c, d, n FROM shop.texts;
UPDATE shop.texts SET span = -span, c = NULL WHERE id % 4 = 0;
DELETE FROM shop.texts WHERE id % 9 = 0;
UPDATE shop.unfit SET d = '-infinity', n = 1 WHERE id % 5 = 0;
DELETE FROM shop.unfit WHERE id = 7;
INSERT INTO shop.unfit_later VALUES (101, 'infinity', '[0:1]={1,2}');
DELETE FROM shop.unfit_later WHERE id = 7;
DELETE FROM shop.bag WHERE ctid IN (SELECT min(ctid) FROM shop.bag GROUP BY a);
UPDATE shop.bag SET b = 'changed' WHERE ctid IN (SELECT min(ctid) FROM shop.bag GROUP BY a);
INSERT INTO shop.bag SELECT * FROM shop.bag WHERE a < 3;
INSERT INTO shop.insert_only SELECT i, NULL FROM generate_series(1, 20) i;
UPDATE shop.parted SET at = at + 31 WHERE id % 3 = 0;
DELETE FROM shop.parted WHERE id % 10 = 0;
ALTER TABLE shop.evolved ADD COLUMN price numeric(8,3) DEFAULT 1.125, ADD COLUMN tags text[] DEFAULT '{a,NULL}';
ALTER TABLE shop.evolved RENAME a TO "Renamed, a";
ALTER TABLE shop.evolved ADD COLUMN note text NOT NULL DEFAULT 'none';
UPDATE shop.evolved SET price = 2 WHERE id % 3 = 0;
INSERT INTO shop.evolved (id, "Renamed, a") VALUES (1000, 'new');
UPDATE odd.by_case SET a = -a, "A" = NULL WHERE id % 2 = 0;
INSERT INTO shop.computed (id, o, x, os, shape) SELECT id + 1000, o, x, os, shape FROM shop.computed;
UPDATE shop.computed SET o = 0, shape = '0101000000000000000000F8FF000000000000F8FF' WHERE id % 3 = 0;
UPDATE shop.computed SET id = -id WHERE id % 10 = 7;
DELETE FROM shop.computed WHERE id % 7 = 0;

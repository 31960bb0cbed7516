-- One of many small transactions; %1$d is its number.
UPDATE shop.orders SET total = total + 0.01 WHERE id %% 97 = %1$d;
DELETE FROM shop.orders WHERE id = %1$d * 31;
INSERT INTO shop.orders VALUES (%1$d + 10000, NULL, %1$d, NULL);

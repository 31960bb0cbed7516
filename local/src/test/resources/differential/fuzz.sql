CREATE SCHEMA fuzz;

-- A value of a type as text, or NULL; it follows from the salt alone.
CREATE FUNCTION fuzz.val(t oid, salt bigint) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
  h bigint := abs(hashint8extended(salt, 77) / 2);
  ty record;
  edges text[];
BEGIN
  SELECT * INTO ty FROM pg_type WHERE oid = t;
  IF h % 7 = 0 THEN RETURN NULL; END IF;
  h := h / 7;
  IF ty.typtype = 'd' THEN RETURN coalesce(fuzz.val(ty.typbasetype, salt), '1'); END IF;
  IF ty.typtype = 'e' THEN
    RETURN (SELECT enumlabel FROM pg_enum WHERE enumtypid = t ORDER BY enumsortorder
            OFFSET h % (SELECT count(*) FROM pg_enum WHERE enumtypid = t) LIMIT 1);
  END IF;
  IF ty.typelem <> 0 AND ty.typcategory = 'A' THEN
    CASE h % 5
      WHEN 0 THEN RETURN '{}';
      WHEN 1 THEN RETURN '{NULL}';
      ELSE RETURN (SELECT array_agg(fuzz.val(ty.typelem, salt + i * 1000033))::text
                   FROM generate_series(1, 1 + h % 4) i);
    END CASE;
  END IF;
  edges := CASE ty.typname
    WHEN 'int2' THEN '{-32768,32767,0}'
    WHEN 'int4' THEN '{-2147483648,2147483647,0}'
    WHEN 'int8' THEN '{-9223372036854775808,9223372036854775807,0}'
    WHEN 'float4' THEN '{NaN,Infinity,-Infinity,-0,1.4e-45}'
    WHEN 'float8' THEN '{NaN,Infinity,-Infinity,-0,4.9e-324}'
    WHEN 'numeric' THEN '{NaN,0,-0.01,99999.99}'
    WHEN 'bool' THEN '{true,false}'
    WHEN 'date' THEN '{infinity,4713-01-01 BC,5874897-12-31,1970-01-01}'
    WHEN 'timestamp' THEN '{-infinity,4713-01-01 00:00:00 BC,1969-12-31 23:59:59.999999}'
    WHEN 'timestamptz' THEN '{infinity,0001-01-01 00:00:00+00,294276-12-31 00:00:00+00}'
    WHEN 'time' THEN '{24:00:00,00:00:00}'
    WHEN 'interval' THEN '{-1 mon +1 day,24:00:00,0}'
    WHEN 'bytea' THEN ARRAY['\x', '\x00ff5c']
    WHEN 'jsonb' THEN ARRAY['null', '{"a": [1, null, "\u00e9\t"]}']
    WHEN 'uuid' THEN '{00000000-0000-0000-0000-000000000000}'
    ELSE ARRAY['', '\N', E'tab\tnew\nline\\ "q" ''s''', 'NULL', '{}', U&'\+01F600']
  END;
  IF h % 11 = 0 THEN RETURN edges[1 + (h / 11) % array_length(edges, 1)]; END IF;
  h := h / 11;
  RETURN CASE ty.typname
    WHEN 'int2' THEN (h % 30000)::text
    WHEN 'int4' THEN (h % 2000000000)::text
    WHEN 'int8' THEN h::text
    WHEN 'float4' THEN (h % 100000 / 7.0)::text
    WHEN 'float8' THEN (h % 10000000 / 7.0)::text
    WHEN 'numeric' THEN (h % 9999999 / 100.0)::numeric(12, 2)::text
    WHEN 'bool' THEN (h % 2 = 0)::text
    WHEN 'date' THEN (date '2000-01-01' + (h % 9000)::int)::text
    WHEN 'timestamp' THEN (timestamp '2000-01-01' + h % 900000 * interval '1.000001 min')::text
    WHEN 'timestamptz' THEN (timestamptz '2000-01-01' + h % 900000 * interval '1.000001 min')::text
    WHEN 'time' THEN (time '00:00' + h % 80000 * interval '1 s')::text
    WHEN 'interval' THEN (h % 90000 * interval '1.5 min')::text
    WHEN 'bytea' THEN '\x' || repeat(md5(h::text), 1 + (h % 200)::int)
    WHEN 'jsonb' THEN jsonb_build_object('h', h, 'long', repeat('x', (h % 3000)::int))::text
    WHEN 'uuid' THEN md5(h::text)
    ELSE CASE WHEN h % 6 = 0
      THEN (SELECT string_agg(md5((h + i)::text), '') FROM generate_series(1, 120) i)
      ELSE 'v' || h % 100000 END
  END;
END $$;

-- A key's value: never NULL, and different for different numbers.
CREATE FUNCTION fuzz.key(t oid, i bigint) RETURNS text LANGUAGE sql AS $$
  SELECT CASE typname
    WHEN 'text' THEN CASE WHEN i % 5 = 0 THEN repeat('k', 300) ELSE 'k ' END || i
    WHEN 'uuid' THEN md5(i::text)
    WHEN 'numeric' THEN (i / 4.0)::text
    WHEN 'timestamptz' THEN (timestamptz '1999-12-31' + i * interval '1 us')::text
    WHEN 'date' THEN (date '1600-01-01' + i::int)::text
    WHEN 'bytea' THEN '\x' || lpad(to_hex(i), 8, '0')
    ELSE i::text END
  FROM pg_type WHERE oid = t
$$;

CREATE FUNCTION fuzz.columns(rel regclass) RETURNS SETOF pg_attribute LANGUAGE sql AS $$
  SELECT * FROM pg_attribute
  WHERE attrelid = rel AND attnum > 0 AND NOT attisdropped AND attgenerated = '' AND attidentity = ''
  ORDER BY attnum
$$;

CREATE FUNCTION fuzz.ins(rel regclass, first bigint, n int, salt bigint) RETURNS void LANGUAGE plpgsql AS $$
DECLARE names text; vals text;
BEGIN
  FOR i IN first..first + n - 1 LOOP
    SELECT string_agg(quote_ident(attname), ', '),
           string_agg(coalesce(quote_literal(CASE WHEN attname ~ '^(id|k)' THEN fuzz.key(atttypid, i)
             ELSE fuzz.val(atttypid, salt * 1000003 + i * 31 + attnum) END), 'NULL'), ', ')
      INTO names, vals FROM fuzz.columns(rel);
    EXECUTE format('INSERT INTO %s (%s) VALUES (%s) ON CONFLICT DO NOTHING', rel, names, vals);
  END LOOP;
END $$;

-- Other values in some columns of some rows.
CREATE FUNCTION fuzz.upd(rel regclass, n int, salt bigint) RETURNS void LANGUAGE plpgsql AS $$
DECLARE sets text;
BEGIN
  SELECT string_agg(format('%I = %s', attname,
           coalesce(quote_literal(fuzz.val(atttypid, salt * 7919 + attnum)), 'NULL')), ', ')
    INTO sets FROM fuzz.columns(rel)
    WHERE attname !~ '^(id|k)' AND (salt >> (attnum % 20)) % 3 = 0;
  IF sets IS NOT NULL THEN
    EXECUTE format('UPDATE %1$s SET %2$s WHERE ctid = ANY (ARRAY(SELECT ctid FROM %1$s OFFSET %3$s LIMIT %4$s))',
      rel, sets, abs(salt) % 40, n);
  END IF;
END $$;

-- Other keys for some rows, and nothing else.
CREATE FUNCTION fuzz.rekey(rel regclass, n int, salt bigint) RETURNS void LANGUAGE plpgsql AS $$
DECLARE sets text;
BEGIN
  SELECT string_agg(format('%I = %L', attname, fuzz.key(atttypid, 500 + abs(salt) % 500)), ', ')
    INTO sets FROM fuzz.columns(rel) WHERE attname ~ '^(id|k)';
  IF sets IS NOT NULL THEN
    EXECUTE format('UPDATE %1$s SET %2$s WHERE ctid = (SELECT ctid FROM %1$s OFFSET %3$s LIMIT 1)',
      rel, sets, abs(salt) % 40);
  END IF;
END $$;

CREATE FUNCTION fuzz.del(rel regclass, n int, salt bigint) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
  EXECUTE format('DELETE FROM %1$s WHERE ctid = ANY (ARRAY(SELECT ctid FROM %1$s OFFSET %2$s LIMIT %3$s))',
    rel, abs(salt) % 40, n);
END $$;

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
  IF ty.typtype = 'c' THEN
    RETURN (SELECT '(' || string_agg(coalesce('"' || replace(replace(v, '\', '\\'), '"', '""') || '"', ''), ','
                                     ORDER BY attnum) || ')'
            FROM (SELECT attnum, fuzz.val(atttypid, salt + attnum * 7) AS v FROM pg_attribute
                  WHERE attrelid = ty.typrelid AND attnum > 0 AND NOT attisdropped) a);
  END IF;
  IF ty.typelem <> 0 AND ty.typcategory = 'A' THEN
    CASE h % 5
      WHEN 0 THEN RETURN '{}';
      WHEN 1 THEN RETURN '{NULL}';
      WHEN 2 THEN
        IF ty.typname = '_box' THEN RETURN '{' || concat_ws(';', fuzz.val(ty.typelem, salt + 1), '(2,3),(1,0.1)') || '}'; END IF;
      ELSE
    END CASE;
    CASE WHEN ty.typname = '_box' THEN RETURN NULL;
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
    WHEN 'int4range' THEN ARRAY['empty', '(,)', '[1,1]', '(,7]']
    WHEN 'tstzrange' THEN ARRAY['empty', '[-infinity,infinity)', '["2000-01-01 00:00:00+00",)']
    WHEN 'int8multirange' THEN ARRAY['{}', '{(,)}', '{[1,3),[7,7]}']
    WHEN 'bit' THEN ARRAY['00000', '11111']
    WHEN 'varbit' THEN ARRAY['', '1', '0001']
    WHEN 'inet' THEN ARRAY['0.0.0.0/0', '::1', 'fe80::1/64', '10.1.2.3/8']
    WHEN 'cidr' THEN ARRAY['0.0.0.0/0', '::/0', '10.1.2.0/24']
    WHEN 'macaddr' THEN ARRAY['00:00:00:00:00:00', 'ff:ff:ff:ff:ff:ff']
    WHEN 'box' THEN ARRAY['(1,1),(0,0)', '(Infinity,1),(-Infinity,-0)']
    WHEN 'point' THEN ARRAY['(NaN,0)', '(1e-300,-1e300)']
    WHEN 'xml' THEN ARRAY['', '<a b="c">&lt;é</a>', E'text\ttoo']
    WHEN 'tsvector' THEN ARRAY['', '''a b'':1A,2 c', '''q''''q'':3']
    WHEN 'money' THEN ARRAY['-92233720368547758.08', '0', '-0.01']
    WHEN 'pg_lsn' THEN ARRAY['0/0', 'FFFFFFFF/FFFFFFFF']
    WHEN 'timetz' THEN ARRAY['24:00:00+15:59', '00:00:00-15:59', '12:00:00.000001+00']
    WHEN 'char' THEN ARRAY['', 'x', '\']
    WHEN 'bpchar' THEN ARRAY['', 'a', 'a b  ']
    WHEN 'oid' THEN ARRAY['0', '4294967295']
    WHEN 'jsonpath' THEN ARRAY['$', 'strict $."a\tb"[*] ? (@ > 1)']
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
    WHEN 'int4range' THEN format('[%s,%s)', h % 1000, h % 1000 + h % 7)
    WHEN 'tstzrange' THEN format('["%s",)', timestamptz '2000-01-01' + h % 900000 * interval '1 min')
    WHEN 'int8multirange' THEN format('{[%1$s,%1$s],(%2$s,)}', h % 1000, h % 1000 + 2000)
    WHEN 'bit' THEN (h % 32)::int::bit(5)::text
    WHEN 'varbit' THEN (h % 1000)::int::bit(12)::text
    WHEN 'inet' THEN format('10.%s.%s.1/%s', h % 250, h % 77, h % 33)
    WHEN 'cidr' THEN format('10.%s.%s.0/24', h % 250, h % 77)
    WHEN 'macaddr' THEN '08:00:2b:01:02:' || lpad(to_hex(h % 256), 2, '0')
    WHEN 'box' THEN format('(%s,%s),(%s,2)', h % 7 / 3.0, h % 11, h % 13)
    WHEN 'point' THEN format('(%s,%s)', h % 7 / 3.0, h % 11)
    WHEN 'xml' THEN format('<a n="%s"> %s </a>', h % 100, h % 77)
    WHEN 'tsvector' THEN format('w%s:%s x:%s', h % 100, 1 + h % 9, 1 + h % 7)
    WHEN 'money' THEN (h % 9999999 / 100.0)::numeric(12, 2)::text
    WHEN 'pg_lsn' THEN to_hex(h % 65536) || '/' || to_hex(h % 99999999)
    WHEN 'timetz' THEN (time '00:00' + h % 80000 * interval '1 s')::text || '+0' || h % 10
    WHEN 'char' THEN chr(97 + (h % 26)::int)
    WHEN 'bpchar' THEN 'b' || h % 1000
    WHEN 'oid' THEN (h % 4000000000)::text
    WHEN 'jsonpath' THEN format('$.a[%s].b', h % 100)
    ELSE CASE WHEN h % 97 = 0 AND ty.typname = 'text'
      THEN (SELECT string_agg(md5((h + i)::text), '') FROM generate_series(1, 6400) i)
      WHEN h % 6 = 0
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
    WHEN 'int2' THEN (i % 30000)::text
    ELSE i::text END
  FROM pg_type WHERE oid = t
$$;

-- A column's value, or one that is not NULL where none may be.
CREATE FUNCTION fuzz.cell(a pg_attribute, i bigint, salt bigint) RETURNS text LANGUAGE plpgsql AS $$
DECLARE v text;
BEGIN
  IF a.attname ~ '^(id|k)' THEN RETURN fuzz.key(a.atttypid, i); END IF;
  FOR n IN 0..40 LOOP
    v := fuzz.val(a.atttypid, salt + n * 104729);
    EXIT WHEN v IS NOT NULL OR NOT a.attnotnull;
  END LOOP;
  RETURN v;
END $$;

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
           string_agg(coalesce(quote_literal(fuzz.cell(a, i, salt * 1000003 + i * 31 + attnum)), 'NULL'), ', ')
      INTO names, vals FROM fuzz.columns(rel) a;
    EXECUTE format('INSERT INTO %s (%s) VALUES (%s) ON CONFLICT DO NOTHING', rel, names, vals);
  END LOOP;
END $$;

-- Other values in some columns of some rows.
CREATE FUNCTION fuzz.upd(rel regclass, n int, salt bigint) RETURNS void LANGUAGE plpgsql AS $$
DECLARE sets text;
BEGIN
  SELECT string_agg(format('%I = %s', attname,
           coalesce(quote_literal(fuzz.cell(a, 0, salt * 7919 + attnum)), 'NULL')), ', ')
    INTO sets FROM fuzz.columns(rel) a
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

-- Rows that are there already get other values (how = 'upsert'), or are merged: updated, deleted or inserted.
CREATE FUNCTION fuzz.put(how text, rel regclass, first bigint, n int, salt bigint) RETURNS text LANGUAGE plpgsql AS $$
DECLARE names text; vals text; sets text; olds text; target text; statement text;
BEGIN
  SELECT string_agg(quote_ident(attname), ', ') INTO target
    FROM pg_index JOIN pg_attribute ON attrelid = indrelid AND attnum = ANY (indkey)
    WHERE indrelid = rel AND indisprimary;
  FOR i IN first..first + n - 1 LOOP
    SELECT string_agg(name, ', '), string_agg(v, ', '),
           string_agg(name || ' = ' || v, ', ') FILTER (WHERE NOT is_key),
           string_agg('t.' || name || ' = ' || v, ' AND ') FILTER (WHERE is_key)
      INTO names, vals, sets, olds
      FROM (SELECT quote_ident(attname) AS name, attname ~ '^(id|k)' AS is_key,
              coalesce(quote_literal(fuzz.cell(a, i, salt * 999983 + i * 31 + attnum)), 'NULL') AS v
            FROM fuzz.columns(rel) a) c;
    statement := CASE
      WHEN how = 'merge' THEN format('MERGE INTO %s t USING (SELECT 1) s ON (%s)', rel, coalesce(olds, 'false'))
        || CASE WHEN sets IS NULL OR (salt + i) % 4 = 0 THEN ' WHEN MATCHED THEN DELETE'
                ELSE ' WHEN MATCHED THEN UPDATE SET ' || sets END
        || format(' WHEN NOT MATCHED THEN INSERT (%s) VALUES (%s)', names, vals)
      WHEN target IS NULL OR sets IS NULL
        THEN format('INSERT INTO %s (%s) VALUES (%s) ON CONFLICT DO NOTHING', rel, names, vals)
      ELSE format('INSERT INTO %s (%s) VALUES (%s) ON CONFLICT (%s) DO UPDATE SET %s', rel, names, vals, target, sets)
    END;
    EXECUTE statement;
  END LOOP;
  RETURN left(statement, 300);
END $$;

-- A COPY and its lines.
CREATE FUNCTION fuzz.lines(rel regclass, first bigint, n int, salt bigint, OUT head text, OUT lines text)
LANGUAGE plpgsql AS $$
BEGIN
  SELECT format('COPY %s (%s) FROM STDIN', rel, string_agg(quote_ident(attname), ', '))
    INTO head FROM fuzz.columns(rel);
  SELECT string_agg(line || E'\n', '') INTO lines FROM (
    SELECT string_agg(coalesce(replace(replace(replace(replace(v, '\', '\\'), E'\t', '\t'), E'\n', '\n'), E'\r', '\r'),
                               '\N'), E'\t' ORDER BY attnum) AS line
      FROM (SELECT i, attnum, fuzz.cell(a, i, salt * 1000003 + i * 37 + attnum) AS v
              FROM generate_series(first, first + n - 1) i, fuzz.columns(rel) a) c
      GROUP BY i ORDER BY i) l;
END $$;

-- One of the tables with a key that there are at the moment, in either schema.
CREATE FUNCTION fuzz.t(n int) RETURNS regclass LANGUAGE sql AS $$
  SELECT coalesce((array_agg(c.oid ORDER BY relname, nspname))[1 + n % count(*)], to_regclass('p0'))::regclass
  FROM pg_class c JOIN pg_namespace s ON s.oid = relnamespace
  WHERE nspname IN (current_schema(), current_schema() || '_b') AND relkind = 'r' AND relname ~ '^t'
$$;

-- One of the partitions that hold rows.
CREATE FUNCTION fuzz.leaf(n int) RETURNS regclass LANGUAGE sql AS $$
  SELECT (array_agg(relid ORDER BY relid::text))[1 + n % count(*)] FROM pg_partition_tree(to_regclass('p0')) WHERE isleaf
$$;

-- DDL about a table (%1$s), one of its columns (%2$I), a name that no column has (%3$I) and its other schema (%4$I).
CREATE FUNCTION fuzz.alter(rel regclass, salt bigint, template text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE old text; free text; other text; statement text;
BEGIN
  SELECT (array_agg(attname ORDER BY attnum))[1 + salt % greatest(count(*), 1)] INTO old
    FROM fuzz.columns(rel) WHERE attname !~ '^(id|k)';
  SELECT (array_agg(n ORDER BY n))[1 + salt % count(*)] INTO free
    FROM unnest(ARRAY['c0', 'c1', 'c2', 'c3', 'c4', 'c5', 'c6', 'C0', 'C1', 'c 1."q"', 'Größe', 'select', E'c\\t''']) n
    WHERE n NOT IN (SELECT attname FROM pg_attribute WHERE attrelid = rel AND attnum > 0 AND NOT attisdropped);
  SELECT CASE WHEN nspname = current_schema() THEN nspname || '_b' ELSE current_schema() END INTO other
    FROM pg_class c JOIN pg_namespace s ON s.oid = relnamespace WHERE c.oid = rel;
  statement := format(template, rel, old, free, other);
  EXECUTE statement;
  RETURN statement;
END $$;

-- Two columns swap their names.
CREATE FUNCTION fuzz.swap_columns(rel regclass, salt bigint) RETURNS text LANGUAGE plpgsql AS $$
DECLARE names text[]; one text; two text; statement text;
BEGIN
  SELECT array_agg(attname ORDER BY attnum) INTO names FROM fuzz.columns(rel) WHERE attname !~ '^(id|k)';
  one := names[1 + salt % cardinality(names)];
  two := names[1 + (salt + 1) % cardinality(names)];
  statement := format('ALTER TABLE %1$s RENAME %2$I TO between; ALTER TABLE %1$s RENAME %3$I TO %2$I;'
    ' ALTER TABLE %1$s RENAME between TO %3$I', rel, one, two);
  EXECUTE statement;
  RETURN statement;
END $$;

-- A column gets a type that holds more; without such a column there is one for the next time.
CREATE FUNCTION fuzz.widen(rel regclass, salt bigint) RETURNS text LANGUAGE plpgsql AS $$
DECLARE statement text;
BEGIN
  SELECT (array_agg(format('ALTER TABLE %s ALTER %I TYPE %s', rel, attname, wider) ORDER BY attnum, wider))
           [1 + salt % greatest(count(*), 1)] INTO statement
    FROM fuzz.columns(rel) JOIN (VALUES
      ('smallint', 'integer'), ('smallint', 'bigint'), ('integer', 'bigint'), ('integer', 'numeric'),
      ('real', 'double precision'), ('character varying(4000)', 'text'), ('character varying(4000)', 'varchar(5000)'),
      ('numeric(12,2)', 'numeric(20,2)'), ('numeric(12,2)', 'numeric(16,4)'), ('numeric(12,2)', 'numeric'),
      ('date', 'timestamptz'), ('date', 'timestamp')) w (narrow, wider) ON narrow = format_type(atttypid, atttypmod)
    WHERE attname !~ '^(id|k)';
  IF statement IS NULL THEN
    RETURN fuzz.alter(rel, salt, 'ALTER TABLE %1$s ADD COLUMN %3$I smallint DEFAULT 5');
  END IF;
  EXECUTE statement;
  RETURN statement;
END $$;

-- Another primary key, or a wider one.
CREATE FUNCTION fuzz.other_key(rel regclass, salt bigint) RETURNS text LANGUAGE plpgsql AS $$
DECLARE statement text := ''; pk text; names text[]; type text; n text;
BEGIN
  SELECT conname INTO pk FROM pg_constraint WHERE conrelid = rel AND contype = 'p';
  SELECT array_agg(quote_ident(attname) ORDER BY attnum) INTO names FROM fuzz.columns(rel) WHERE attname ~ '^(id|k)';
  SELECT quote_ident(attname), format_type(atttypid, atttypmod) INTO n, type FROM fuzz.columns(rel) WHERE attname ~ '^id';
  IF salt % 5 = 0 THEN
    type := CASE type WHEN 'smallint' THEN 'int' WHEN 'integer' THEN 'bigint' WHEN 'date' THEN 'timestamptz' ELSE 'text' END;
    statement := format('ALTER TABLE %1$s ALTER %2$s TYPE %3$s USING %2$s::%3$s', rel, n, type);
  ELSE
    IF pk IS NOT NULL THEN
      statement := format('ALTER TABLE %s DROP CONSTRAINT %I; ', rel, pk);
    END IF;
    IF salt % 5 = 1 AND cardinality(names) < 4 THEN
      statement := statement || format('ALTER TABLE %1$s ADD COLUMN k%2$s int NOT NULL DEFAULT 0; ', rel, cardinality(names) + salt % 90);
      names := names || ('k' || cardinality(names) + salt % 90);
    ELSIF salt % 5 = 2 THEN
      names := ARRAY[n];
    ELSIF salt % 5 = 3 THEN
      SELECT array_agg(k ORDER BY o DESC) INTO names FROM unnest(names) WITH ORDINALITY u (k, o);
    END IF;
    statement := statement || format('ALTER TABLE %s ADD PRIMARY KEY (%s)', rel, array_to_string(names, ', '));
  END IF;
  EXECUTE statement;
  RETURN statement;
END $$;

-- The key's columns the other way around identify rows from here on.
CREATE FUNCTION fuzz.by_index(rel regclass, salt bigint) RETURNS text LANGUAGE plpgsql AS $$
DECLARE statement text;
BEGIN
  SELECT format('CREATE UNIQUE INDEX %1$I ON %2$s (%3$s); ALTER TABLE %2$s REPLICA IDENTITY USING INDEX %1$I',
                'u' || rel::oid || '_' || salt, rel, string_agg(quote_ident(attname), ', ' ORDER BY attnum DESC))
    INTO statement FROM fuzz.columns(rel) WHERE attname ~ '^(id|k)' AND attnotnull;
  EXECUTE statement;
  RETURN statement;
END $$;

CREATE FUNCTION fuzz.relabel(enum regtype, salt bigint) RETURNS text LANGUAGE plpgsql AS $$
DECLARE statement text;
BEGIN
  SELECT (array_agg(format('ALTER TYPE %s RENAME VALUE %L TO %L', enum, enumlabel, 'r' || salt)
            ORDER BY enumsortorder))[1 + salt % count(*)] INTO statement FROM pg_enum
    -- One that was added meanwhile is not told from one that is added now (docs/types.md).
    WHERE enumtypid = enum AND enumlabel !~ '^m[0-9]';
  EXECUTE statement;
  RETURN statement;
END $$;

-- An attribute of a composite gets another name.
CREATE FUNCTION fuzz.rename_attribute(composite regtype, salt bigint) RETURNS text LANGUAGE plpgsql AS $$
DECLARE statement text;
BEGIN
  SELECT (array_agg(format('ALTER TYPE %s RENAME ATTRIBUTE %I TO %I CASCADE', composite, attname, 'r' || salt)
            ORDER BY attnum))[1 + salt % count(*)] INTO statement
    FROM pg_attribute JOIN pg_type ON typrelid = attrelid
    WHERE pg_type.oid = composite AND attnum > 0 AND NOT attisdropped;
  EXECUTE statement;
  RETURN statement;
END $$;

-- A partition goes with its rows, or comes back with them in place of what is in its range by now.
CREATE FUNCTION fuzz.swap(leaf text, low int, high int) RETURNS text LANGUAGE plpgsql AS $$
DECLARE statement text;
BEGIN
  IF to_regclass(leaf) IS NULL THEN
    statement := format('CREATE TABLE %s (LIKE p0 INCLUDING ALL)', leaf);
    EXECUTE statement;
    PERFORM fuzz.ins(leaf::regclass, low, 7, low + 11);
    RETURN statement;
  END IF;
  IF EXISTS (SELECT FROM pg_inherits WHERE inhrelid = to_regclass(leaf)) THEN
    statement := format('ALTER TABLE p0 DETACH PARTITION %s', leaf);
    EXECUTE statement;
    RETURN statement;
  END IF;
  statement := format('DELETE FROM p0 WHERE id >= %2$s AND id < %3$s;'
    ' ALTER TABLE p0 ATTACH PARTITION %1$s FOR VALUES FROM (%2$s) TO (%3$s)', leaf, low, high);
  BEGIN
    EXECUTE statement;
  EXCEPTION WHEN OTHERS THEN
    -- Its columns are others by now, or its rows are.
    statement := format('DROP TABLE %s', leaf);
    EXECUTE statement;
  END;
  RETURN statement;
END $$;

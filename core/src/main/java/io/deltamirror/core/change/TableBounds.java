package io.deltamirror.core.change;

import io.deltamirror.core.schema.Column;
import io.deltamirror.core.schema.ColumnType;
import io.deltamirror.core.schema.TableSchema;
import java.util.HashSet;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * What a table can be in PostgreSQL: so nobody behind this meets a name or a number that it cannot.
 */
final class TableBounds {
  private static final long MAX_OID = 0xFFFF_FFFFL;

  /** PostgreSQL's MaxTupleAttributeNumber, rounded up. */
  private static final int MAX_COLUMNS = 1_700;

  /** PostgreSQL's NAMEDATALEN is 64 bytes; builds with a larger one exist. */
  private static final int MAX_NAME = 255;

  /** Schema, name and modifier. */
  private static final int MAX_TYPE_NAME = 4 * MAX_NAME;

  /** Looks like a form of values, maybe of a later version. */
  private static final Pattern FORM = Pattern.compile("[a-z][a-z0-9_(),;]{0,63}");

  private TableBounds() {}

  static boolean allow(TableSchema table) {
    return table.oid() > 0
        && table.oid() <= MAX_OID
        && isIdentifier(table.name().schema())
        && isIdentifier(table.name().name())
        && table.attnums() >= 0
        && table.attnums() <= Short.MAX_VALUE
        && allowColumns(table)
        && allowMissing(table);
  }

  private static boolean allowColumns(TableSchema table) {
    // There can be none: ALTER TABLE drops the last one, too.
    if (table.columns().size() > MAX_COLUMNS) {
      return false;
    }
    Set<Integer> attnums = new HashSet<>();
    Set<Integer> ordinals = new HashSet<>();
    Set<String> names = new HashSet<>();
    for (Column column : table.columns()) {
      // 0 is a column that the stream shows and the catalog does not know any more.
      boolean placed =
          column.attnum() == 0
              || (column.attnum() > 0
                  && column.attnum() <= table.attnums()
                  && attnums.add(column.attnum()));
      boolean keyed =
          column.keyOrdinal() == 0
              || (column.isKey()
                  && column.keyOrdinal() <= MAX_COLUMNS
                  && ordinals.add(column.keyOrdinal()));
      if (!placed || !keyed || !isDescribed(column) || !names.add(column.name())) {
        return false;
      }
    }
    return true;
  }

  private static boolean isDescribed(Column column) {
    return isIdentifier(column.name())
        && column.typeName().length() <= MAX_TYPE_NAME
        && FORM.matcher(column.carriedAs()).matches();
  }

  private static boolean allowMissing(TableSchema table) {
    long length = 0;
    for (String value : table.missing().values()) {
      length += value.length();
    }
    return length <= ColumnType.MAX_BYTES
        && table.missing().keySet().stream()
            .allMatch(attnum -> attnum > 0 && attnum <= table.attnums());
  }

  private static boolean isIdentifier(String name) {
    return !name.isEmpty() && name.length() <= MAX_NAME && name.indexOf(0) < 0;
  }
}

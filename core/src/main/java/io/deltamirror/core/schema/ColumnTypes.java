package io.deltamirror.core.schema;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Which PostgreSQL type is carried how, by the OIDs of {@code pg_type.dat}, and by its form. */
public final class ColumnTypes {
  private static final Pattern DECIMAL = Pattern.compile("decimal\\((\\d{1,2}),(\\d{1,2})\\)");

  private ColumnTypes() {}

  /**
   * The type of a column's values.
   *
   * @throws IllegalArgumentException for a form that this version does not know
   */
  public static ColumnType of(Column column) {
    return parse(column.carriedAs());
  }

  /** How a type of PostgreSQL itself is carried; all that have no form of their own are text. */
  public static ColumnType builtIn(int typeOid, int typmod) {
    return switch (typeOid) {
      case 16 -> new BooleanType();
      case 17 -> new ByteaType();
      case 20 -> new BigIntType();
      case 21 -> new IntegerType(true);
      case 23 -> new IntegerType(false);
      case 700 -> new RealType();
      case 701 -> new DoubleType();
      case 1082 -> new DateType();
      case 1114 -> new TimestampType(false);
      case 1184 -> new TimestampType(true);
      case 1700 -> decimal(typmod);
      default -> new TextType();
    };
  }

  /** numeric's modifier: (precision << 16 | scale as 11 bits two's complement) + 4. */
  private static ColumnType decimal(int typmod) {
    if (typmod < 4) {
      return new TextType();
    }
    int precision = (typmod - 4) >> 16 & 0xFFFF;
    int scale = ((typmod - 4 & 0x7FF) ^ 1024) - 1024;
    if (precision > DecimalType.MAX_PRECISION || scale < 0 || scale > precision) {
      return new TextType();
    }
    return new DecimalType(precision, scale);
  }

  /** The inverse of {@link ColumnType#form()}. */
  public static ColumnType parse(String form) {
    Matcher decimal = DECIMAL.matcher(form);
    if (decimal.matches()) {
      return new DecimalType(
          Integer.parseInt(decimal.group(1)), Integer.parseInt(decimal.group(2)));
    }
    return switch (form) {
      case "smallint" -> new IntegerType(true);
      case "integer" -> new IntegerType(false);
      case "bigint" -> new BigIntType();
      case "boolean" -> new BooleanType();
      case "real" -> new RealType();
      case "double" -> new DoubleType();
      case "text" -> new TextType();
      case "binary" -> new ByteaType();
      case "date" -> new DateType();
      case "timestamp" -> new TimestampType(false);
      case "timestamptz" -> new TimestampType(true);
      default -> throw new IllegalArgumentException("no such form of values: " + form);
    };
  }
}

package io.deltamirror.core.schema;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Which PostgreSQL type is carried how, by the OIDs of {@code pg_type.dat}, and by its form. */
public final class ColumnTypes {
  private static final Pattern DECIMAL = Pattern.compile("decimal\\((\\d{1,2}),(\\d{1,2})\\)");
  private static final Pattern ARRAY = Pattern.compile("array\\((.+?)(;?)\\)");

  /** Longer than any form. */
  private static final int MAX_FORM = 64;

  private ColumnTypes() {}

  /**
   * The type of a column's values.
   *
   * @throws IllegalArgumentException for a form that this version does not know
   */
  public static ColumnType of(Column column) {
    return parse(column.carriedAs());
  }

  /** How a type of PostgreSQL itself is carried by default. */
  public static ColumnType builtIn(int typeOid, int typmod) {
    return builtIn(typeOid, typmod, TypeOptions.DEFAULT);
  }

  /**
   * How a type of PostgreSQL itself is carried, arrays left out, which only the catalog can tell;
   * all that have no form of their own are text.
   */
  public static ColumnType builtIn(int typeOid, int typmod, TypeOptions options) {
    return switch (typeOid) {
      case 16 -> new BooleanType();
      case 17 -> new ByteaType();
      case 20 -> new BigIntType();
      case 21 -> new IntegerType(true);
      case 23 -> new IntegerType(false);
      case 26, 28, 29 -> new BigIntType(); // oid, xid and cid have 32 bits without a sign
      case 700 -> new RealType();
      case 701 -> new DoubleType();
      case 1082 -> new DateType();
      case 1114 -> options.timestampNtz() ? new TimestampNtzType() : new TimestampType(false);
      case 1184 -> new TimestampType(true);
      case 1700 -> numeric(typmod, options);
      default -> new TextType();
    };
  }

  /**
   * numeric's modifier: (precision << 16 | scale as 11 bits two's complement) + 4. A scale below
   * zero, or above the precision, moves the digits that there are away from the point (PostgreSQL
   * 15 and later), and the decimal must hold the zeros between, too.
   */
  private static ColumnType numeric(int typmod, TypeOptions options) {
    if (typmod >= 4) {
      int precision = (typmod - 4) >> 16 & 0xFFFF;
      int scale = ((typmod - 4 & 0x7FF) ^ 1024) - 1024;
      int digits = Math.max(scale < 0 ? precision - scale : precision, scale);
      if (digits <= DecimalType.MAX_PRECISION) {
        return new DecimalType(digits, Math.max(scale, 0));
      }
    }
    return options
        .numericScale()
        .<ColumnType>map(scale -> new DecimalType(DecimalType.MAX_PRECISION, scale))
        .orElseGet(TextType::new);
  }

  /**
   * The inverse of {@link ColumnType#form()}.
   *
   * @throws IllegalArgumentException for anything that is no form, or none of this version
   */
  public static ColumnType parse(String form) {
    if (form.length() <= MAX_FORM) {
      ColumnType type = read(form);
      if (type.form().equals(form)) {
        return type;
      }
    }
    throw unknown(form);
  }

  private static ColumnType read(String form) {
    Matcher decimal = DECIMAL.matcher(form);
    if (decimal.matches()) {
      return new DecimalType(
          Integer.parseInt(decimal.group(1)), Integer.parseInt(decimal.group(2)));
    }
    Matcher array = ARRAY.matcher(form);
    if (array.matches()) {
      ColumnType element = read(array.group(1));
      return array.group(2).isEmpty() ? new ArrayType(element) : new ArrayType(element, ';');
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
      case "ewkb" -> new EwkbType();
      case "date" -> new DateType();
      case "timestamp" -> new TimestampType(false);
      case "timestamp_ntz" -> new TimestampNtzType();
      case "timestamptz" -> new TimestampType(true);
      default -> throw unknown(form);
    };
  }

  private static IllegalArgumentException unknown(String form) {
    String shown = form.length() <= MAX_FORM ? form : form.substring(0, MAX_FORM) + "…";
    return new IllegalArgumentException("no such form of values: " + shown);
  }
}

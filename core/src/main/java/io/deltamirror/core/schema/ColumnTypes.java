package io.deltamirror.core.schema;

import java.util.Optional;

/** Which PostgreSQL type is carried how, by the OIDs of {@code pg_type.dat}. */
public final class ColumnTypes {
  private ColumnTypes() {}

  /** The type of a column, or empty when it is not mirrored yet. */
  public static Optional<ColumnType> of(Column column) {
    return switch (column.typeOid()) {
      case 16 -> Optional.of(new BooleanType());
      case 17 -> Optional.of(new ByteaType());
      case 20 -> Optional.of(new BigIntType());
      case 21 -> Optional.of(new IntegerType(true));
      case 23 -> Optional.of(new IntegerType(false));
      case 25, 114, 1042, 1043, 2950, 3802 -> Optional.of(new TextType());
      case 700 -> Optional.of(new RealType());
      case 701 -> Optional.of(new DoubleType());
      case 1082 -> Optional.of(new DateType());
      case 1114 -> Optional.of(new TimestampType(false));
      case 1184 -> Optional.of(new TimestampType(true));
      case 1700 -> decimal(column.typmod());
      default -> Optional.empty();
    };
  }

  /** numeric's modifier: (precision << 16 | scale as 11 bits two's complement) + 4. */
  private static Optional<ColumnType> decimal(int typmod) {
    if (typmod < 4) {
      return Optional.empty();
    }
    int precision = (typmod - 4) >> 16 & 0xFFFF;
    int scale = ((typmod - 4 & 0x7FF) ^ 1024) - 1024;
    if (precision > DecimalType.MAX_PRECISION || scale < 0 || scale > precision) {
      return Optional.empty();
    }
    return Optional.of(new DecimalType(precision, scale));
  }
}

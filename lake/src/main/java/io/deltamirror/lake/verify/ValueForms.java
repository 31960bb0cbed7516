package io.deltamirror.lake.verify;

import io.delta.kernel.types.BinaryType;
import io.delta.kernel.types.BooleanType;
import io.delta.kernel.types.ByteType;
import io.delta.kernel.types.DataType;
import io.delta.kernel.types.DateType;
import io.delta.kernel.types.DecimalType;
import io.delta.kernel.types.DoubleType;
import io.delta.kernel.types.FloatType;
import io.delta.kernel.types.IntegerType;
import io.delta.kernel.types.LongType;
import io.delta.kernel.types.ShortType;
import io.delta.kernel.types.StringType;
import io.delta.kernel.types.TimestampNTZType;
import io.delta.kernel.types.TimestampType;
import java.util.Optional;

/** Which Delta type may hold which PostgreSQL type, and how the two are compared. */
final class ValueForms {
  private ValueForms() {}

  /**
   * The form of a column, or empty when a Delta column of that type cannot be its mirror.
   *
   * @param typeOid of PostgreSQL, by {@code pg_type.dat}
   */
  static Optional<ValueForm> of(int typeOid, DataType mirrored) {
    return switch (typeOid) {
      case 16 ->
          when(
              mirrored instanceof BooleanType,
              (vector, row, into) -> into.put(vector.getBoolean(row) ? 't' : 'f'));
      case 17 ->
          when(
              mirrored instanceof BinaryType,
              (vector, row, into) -> HexForm.put(vector.getBinary(row), into));
      case 20, 21, 23 -> wholeNumber(mirrored);
      case 700 -> when(mirrored instanceof FloatType, new RealForm());
      case 701 -> when(mirrored instanceof DoubleType, new DoubleForm());
      case 1082 ->
          when(
              mirrored instanceof DateType,
              (vector, row, into) -> IsoForm.putDate(vector.getInt(row), into));
      case 1114 -> timestamp(mirrored, false);
      case 1184 -> timestamp(mirrored, true);
      case 1700 ->
          mirrored instanceof DecimalType
              ? Optional.of(
                  (vector, row, into) -> into.putAscii(vector.getDecimal(row).toPlainString()))
              : text(mirrored);
      default -> text(mirrored);
    };
  }

  private static Optional<ValueForm> when(boolean fits, ValueForm form) {
    return fits ? Optional.of(form) : Optional.empty();
  }

  private static Optional<ValueForm> wholeNumber(DataType mirrored) {
    if (mirrored instanceof LongType) {
      return Optional.of((vector, row, into) -> into.putNumber(vector.getLong(row), 1));
    }
    if (mirrored instanceof IntegerType) {
      return Optional.of((vector, row, into) -> into.putNumber(vector.getInt(row), 1));
    }
    if (mirrored instanceof ShortType) {
      return Optional.of((vector, row, into) -> into.putNumber(vector.getShort(row), 1));
    }
    return when(
        mirrored instanceof ByteType,
        (vector, row, into) -> into.putNumber(vector.getByte(row), 1));
  }

  private static Optional<ValueForm> timestamp(DataType mirrored, boolean zoned) {
    return when(
        mirrored instanceof TimestampType || mirrored instanceof TimestampNTZType,
        (vector, row, into) -> IsoForm.putTimestamp(vector.getLong(row), zoned, into));
  }

  /** What the mirror keeps as text it keeps in PostgreSQL's; {@link LakeReader} reads its bytes. */
  private static Optional<ValueForm> text(DataType mirrored) {
    return when(
        mirrored instanceof StringType,
        (vector, row, into) -> {
          byte[] utf8 = vector.getBinary(row);
          into.put(utf8, 0, utf8.length);
        });
  }
}

package io.deltamirror.lake.verify;

import io.delta.kernel.data.ColumnVector;
import io.delta.kernel.types.ArrayType;
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

  /** The form of a column, or empty when a Delta column of that type cannot be its mirror. */
  static Optional<ValueForm> of(SourceType type, DataType mirrored) {
    if (mirrored instanceof StringType) {
      return Optional.of(ValueForms::putText);
    }
    if (mirrored instanceof ArrayType array) {
      return type.element().flatMap(element -> array(element, array));
    }
    // By the OIDs of pg_type.dat.
    return switch (type.oid()) {
      case 16 ->
          when(
              mirrored instanceof BooleanType,
              (vector, row, into) -> into.put(vector.getBoolean(row) ? 't' : 'f'));
      case 17 ->
          when(
              mirrored instanceof BinaryType,
              (vector, row, into) -> HexForm.putBytea(vector.getBinary(row), into));
      case 20, 21, 23 -> wholeNumber(mirrored);
      case 26, 28, 29 -> // oid, xid, cid: 32 bits without sign
          mirrored instanceof LongType ? wholeNumber(mirrored) : Optional.empty();
      case 700 -> when(mirrored instanceof FloatType, new RealForm());
      case 701 -> when(mirrored instanceof DoubleType, new DoubleForm());
      case 1082 ->
          when(
              mirrored instanceof DateType,
              (vector, row, into) -> IsoForm.putDate(vector.getInt(row), into));
      case 1114 ->
          when(
              mirrored instanceof TimestampType || mirrored instanceof TimestampNTZType,
              (vector, row, into) -> IsoForm.putTimestamp(vector.getLong(row), false, into));
      case 1184 ->
          when(
              mirrored instanceof TimestampType,
              (vector, row, into) -> IsoForm.putTimestamp(vector.getLong(row), true, into));
      case 1700 ->
          mirrored instanceof DecimalType decimal
              ? Optional.of(number(type.typmod(), decimal))
              : Optional.empty();
      default ->
          when(
              type.isGeometry() && mirrored instanceof BinaryType,
              (vector, row, into) -> HexForm.putEwkb(vector.getBinary(row), into));
    };
  }

  private static Optional<ValueForm> when(boolean fits, ValueForm form) {
    return fits ? Optional.of(form) : Optional.empty();
  }

  /** What the mirror keeps as text it keeps in PostgreSQL's; {@link LakeReader} reads its bytes. */
  private static void putText(ColumnVector vector, int row, RowImage into) {
    byte[] utf8 = vector.getBinary(row);
    into.put(utf8, 0, utf8.length);
  }

  /** PostgreSQL has one element type for any number of dimensions, Delta a list in a list. */
  private static Optional<ValueForm> array(SourceType element, ArrayType mirrored) {
    int levels = 1;
    DataType value = mirrored.getElementType();
    while (value instanceof ArrayType inner) {
      levels++;
      value = inner.getElementType();
    }
    int depth = levels;
    return of(element, value).map(form -> new ArrayForm(form, depth, element.delimiter()));
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

  /**
   * By each digit where the column says how many there are behind the point ({@code
   * make_numeric_typmod} of numeric.c: the scale in 11 bits with sign, all of it plus 4).
   */
  private static ValueForm number(int typmod, DecimalType mirrored) {
    int scale = ((typmod - 4 & 0x7FF) ^ 1024) - 1024;
    boolean declared = typmod >= 4 && Math.max(scale, 0) == mirrored.getScale();
    return declared
        ? (vector, row, into) -> into.putAscii(vector.getDecimal(row).toPlainString())
        : new NumberForm();
  }
}

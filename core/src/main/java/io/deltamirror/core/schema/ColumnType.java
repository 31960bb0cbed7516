package io.deltamirror.core.schema;

import io.deltamirror.core.ErrorCode;
import io.deltamirror.core.MirrorException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.apache.avro.Schema;
import org.apache.avro.io.Decoder;
import org.apache.avro.io.Encoder;

/**
 * How one PostgreSQL type is read and carried: the only reading of its text form, used alike for
 * rows of a copy and for changes of the WAL, so that the two cannot differ.
 *
 * <p>Text is PostgreSQL's output form in UTF-8 under the session settings of {@code
 * source.SourceSession}. Implementations are immutable and safe for any number of threads.
 */
public sealed interface ColumnType
    permits ArrayType,
        BigIntType,
        BooleanType,
        ByteaType,
        DateType,
        DecimalType,
        DoubleType,
        EwkbType,
        IntegerType,
        RealType,
        TextType,
        TimestampNtzType,
        TimestampType {

  /**
   * The longest text form that is read, in bytes. A value is held several times over on its way
   * (message, row, batch, Parquet page), so this bounds what one of them can take.
   */
  int MAX_BYTES = 16 << 20;

  /**
   * Its name in a table's shape, from which {@link ColumnTypes#parse} makes it again. It never
   * changes its meaning, as shapes are kept in states, events and Delta tables.
   */
  String form();

  /** The Avro schema of a value that is not null. */
  Schema avro();

  /**
   * Reads the text form.
   *
   * @return an {@code Integer}, {@code Long}, {@code BigInteger}, {@code Boolean}, {@code Float},
   *     {@code Double}, {@code org.apache.avro.util.Utf8}, {@code java.nio.ByteBuffer} or {@code
   *     java.util.List}, as the type says; it does not refer to the given array
   * @throws MirrorException {@code UNREPRESENTABLE_VALUE} when the mirror's type cannot hold it;
   *     {@code VALUE_TOO_LARGE}; {@code TEXT_NOT_UTF8}
   */
  Object parse(byte[] text, int offset, int length);

  /** Writes a value that {@link #parse} or {@link #read} returned. */
  void write(Object value, Encoder out) throws IOException;

  /** Reads a value as {@link #parse} would have returned it. */
  Object read(Decoder in) throws IOException;

  /**
   * Refuses a text form that is too long to be carried.
   *
   * @throws MirrorException {@code VALUE_TOO_LARGE}
   */
  static void checkLength(String type, int length) {
    if (length > MAX_BYTES) {
      throw new MirrorException(
          ErrorCode.VALUE_TOO_LARGE,
          "a value of type " + type + " has " + length + " bytes as text, more than " + MAX_BYTES);
    }
  }

  /** For values that do not fit; the message names the type and the kind of trouble, no value. */
  static MirrorException unrepresentable(String type, String why) {
    return new MirrorException(
        ErrorCode.UNREPRESENTABLE_VALUE, "a value of type " + type + " cannot be held: " + why);
  }

  /** The text as ASCII, for the forms that are. */
  static String ascii(byte[] text, int offset, int length) {
    return new String(text, offset, length, StandardCharsets.ISO_8859_1);
  }
}

package io.deltamirror.core.schema;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.deltamirror.core.ErrorCode;
import io.deltamirror.core.MirrorException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import org.apache.avro.io.BinaryEncoder;
import org.apache.avro.io.DecoderFactory;
import org.apache.avro.io.EncoderFactory;
import org.apache.avro.util.Utf8;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ColumnTypeTest {
  private static Object parse(ColumnType type, String text) {
    byte[] bytes = ("##" + text + "##").getBytes(StandardCharsets.UTF_8);
    Object value = type.parse(bytes, 2, bytes.length - 4);
    assertThat(roundTrip(type, value)).isEqualTo(value);
    return value;
  }

  private static Object roundTrip(ColumnType type, Object value) {
    try {
      ByteArrayOutputStream out = new ByteArrayOutputStream();
      BinaryEncoder encoder = EncoderFactory.get().binaryEncoder(out, null);
      type.write(value, encoder);
      encoder.flush();
      return type.read(DecoderFactory.get().binaryDecoder(out.toByteArray(), null));
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  private static void refused(ColumnType type, String text) {
    assertThatThrownBy(() -> parse(type, text))
        .isInstanceOfSatisfying(
            MirrorException.class,
            e -> {
              assertThat(e.code()).isEqualTo(ErrorCode.UNREPRESENTABLE_VALUE);
              assertThat(text.length() < 4 || !e.getMessage().contains(text)).isTrue();
            });
  }

  @ParameterizedTest
  @ValueSource(longs = {0, 1, -1, 42, Long.MAX_VALUE, Long.MIN_VALUE})
  void bigintReadsItsWholeRange(long value) {
    assertThat(parse(new BigIntType(), Long.toString(value))).isEqualTo(value);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "-", "9223372036854775808", "-9223372036854775809", "1x", " 1"})
  void bigintRefusesWhatIsNone(String text) {
    refused(new BigIntType(), text);
  }

  @Test
  void integersAndBooleans() {
    assertThat(parse(new IntegerType(true), "-32768")).isEqualTo(-32768);
    assertThat(parse(new IntegerType(false), "2147483647")).isEqualTo(Integer.MAX_VALUE);
    assertThat(parse(new BooleanType(), "t")).isEqualTo(true);
    assertThat(parse(new BooleanType(), "f")).isEqualTo(false);
    refused(new BooleanType(), "true");
  }

  @Test
  void floatsKeepEveryBit() {
    assertThat(parse(new DoubleType(), "-0")).isEqualTo(-0.0d);
    assertThat(parse(new DoubleType(), "1.7976931348623157e+308")).isEqualTo(Double.MAX_VALUE);
    assertThat(parse(new DoubleType(), "NaN")).isEqualTo(Double.NaN);
    assertThat(parse(new DoubleType(), "-Infinity")).isEqualTo(Double.NEGATIVE_INFINITY);
    assertThat(parse(new RealType(), "1e-45")).isEqualTo(Float.MIN_VALUE);
    assertThat(parse(new RealType(), "Infinity")).isEqualTo(Float.POSITIVE_INFINITY);
  }

  @ParameterizedTest
  @CsvSource({
    "10,2,-12345678.90,-1234567890",
    "18,18,0.123456789012345678,123456789012345678",
    "18,0,999999999999999999,999999999999999999",
    "1,1,0.0,0",
    "3,3,-0.125,-125"
  })
  void decimalsUpTo18DigitsAreLongs(int precision, int scale, String text, long unscaled) {
    assertThat(parse(new DecimalType(precision, scale), text)).isEqualTo(unscaled);
  }

  @Test
  void widerDecimalsAreBigIntegers() {
    String nines = "9".repeat(38);
    assertThat(parse(new DecimalType(38, 0), "-" + nines))
        .isEqualTo(new BigInteger(nines).negate());
    assertThat(parse(new DecimalType(19, 2), "12345678901234567.89"))
        .isEqualTo(new BigInteger("1234567890123456789"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"NaN", "Infinity", "-Infinity", "", "1.2", "1.234", "123456789.00", "."})
  void decimalRefusesWhatItCannotHold(String text) {
    refused(new DecimalType(10, 2), text);
  }

  @Test
  void textKeepsBytesAndLength() {
    assertThat(parse(new TextType(), "")).isEqualTo(new Utf8(""));
    assertThat(parse(new TextType(), "ä€𝄞 \n")).isEqualTo(new Utf8("ä€𝄞 \n"));
  }

  @Test
  void aValueTooLongToBeCarriedIsRefused() {
    String longest = "x".repeat(ColumnType.MAX_BYTES);
    assertThat(parse(new TextType(), longest)).isEqualTo(new Utf8(longest));
    refused(new TextType(), longest + "x");
    refused(new ByteaType(), "\\x" + "0".repeat(ColumnType.MAX_BYTES));
  }

  @Test
  void byteaReadsHex() {
    assertThat(parse(new ByteaType(), "\\x00ff7F"))
        .isEqualTo(ByteBuffer.wrap(new byte[] {0, -1, 0x7f}));
    assertThat(parse(new ByteaType(), "\\x")).isEqualTo(ByteBuffer.allocate(0));
    refused(new ByteaType(), "\\x0");
    refused(new ByteaType(), "\\xzz");
    refused(new ByteaType(), "\\000abc");
  }

  @Test
  void datesReachFromBeforeChristToTheEndOfPostgres() {
    assertThat(parse(new DateType(), "1970-01-01")).isEqualTo(0);
    assertThat(parse(new DateType(), "4713-01-01 BC"))
        .isEqualTo((int) LocalDate.of(-4712, 1, 1).toEpochDay());
    assertThat(parse(new DateType(), "5874897-12-31"))
        .isEqualTo((int) LocalDate.of(5874897, 12, 31).toEpochDay());
    refused(new DateType(), "infinity");
    refused(new DateType(), "-infinity");
    refused(new DateType(), "2024-02-30");
    refused(new DateType(), "02/03/2024");
  }

  @Test
  void timestampsKeepMicroseconds() {
    assertThat(parse(new TimestampType(true), "2024-10-08 05:07:11.066336+00"))
        .isEqualTo(micros(LocalDateTime.of(2024, 10, 8, 5, 7, 11, 66_336_000)));
    assertThat(parse(new TimestampType(false), "1969-12-31 23:59:59.9")).isEqualTo(-100_000L);
    assertThat(parse(new TimestampType(false), "0001-01-01 00:00:00 BC"))
        .isEqualTo(micros(LocalDateTime.of(0, 1, 1, 0, 0)));
    refused(new TimestampType(true), "infinity");
    refused(new TimestampType(true), "2024-10-08 05:07:11+02");
    refused(new TimestampType(false), "2024-10-08");
    refused(new TimestampType(false), "294276-12-31 23:59:59.999999");
  }

  private static long micros(LocalDateTime time) {
    return ChronoUnit.MICROS.between(LocalDateTime.ofEpochSecond(0, 0, ZoneOffset.UTC), time);
  }

  @Test
  void numericWithoutPrecisionOrBeyond38DigitsIsText() {
    assertThat(ColumnTypes.builtIn(1700, -1)).isEqualTo(new TextType());
    assertThat(ColumnTypes.builtIn(1700, (39 << 16) + 4)).isEqualTo(new TextType());
    assertThat(ColumnTypes.builtIn(1700, (10 << 16 | 2) + 4)).isEqualTo(new DecimalType(10, 2));
  }
}

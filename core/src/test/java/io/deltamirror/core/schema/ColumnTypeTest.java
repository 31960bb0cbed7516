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
import java.util.Optional;
import java.util.Random;
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
              assertThat(e.code()).isIn(ErrorCode.UNREPRESENTABLE_VALUE, ErrorCode.TEXT_NOT_UTF8);
              assertThat(text.length() < 4 || !e.getMessage().contains(text)).isTrue();
            });
  }

  private static void tooLarge(ColumnType type, String text) {
    assertThatThrownBy(() -> parse(type, text))
        .isInstanceOfSatisfying(
            MirrorException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.VALUE_TOO_LARGE));
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
    refused(new IntegerType(true), "32768");
    refused(new IntegerType(true), "-32769");
    refused(new IntegerType(false), "2147483648");
    refused(new IntegerType(false), "-2147483649");
  }

  @Test
  void floatsKeepEveryBit() {
    assertThat(parse(new DoubleType(), "-0")).isEqualTo(-0.0d);
    assertThat(parse(new DoubleType(), "1.7976931348623157e+308")).isEqualTo(Double.MAX_VALUE);
    assertThat(parse(new DoubleType(), "NaN")).isEqualTo(Double.NaN);
    assertThat(parse(new DoubleType(), "-Infinity")).isEqualTo(Double.NEGATIVE_INFINITY);
    assertThat(parse(new RealType(), "1e-45")).isEqualTo(Float.MIN_VALUE);
    assertThat(parse(new RealType(), "Infinity")).isEqualTo(Float.POSITIVE_INFINITY);
    assertThat(parse(new RealType(), "NaN")).isEqualTo(Float.NaN);
    assertThat(Float.floatToRawIntBits((Float) parse(new RealType(), "-0"))).isEqualTo(1 << 31);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "-", ".", "1d", "0x1p3", "1f", " 1", "infinity", "nan", "+", "e5", "1e"})
  void floatsRefuseWhatOnlyJavaReads(String text) {
    refused(new DoubleType(), text);
    refused(new RealType(), text);
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
  @ValueSource(
      strings = {
        "NaN",
        "Infinity",
        "-Infinity",
        "",
        "-",
        ".",
        "1.",
        ".5",
        "1.2.3",
        "1e5",
        "+1",
        " 1",
        "1.234",
        "1.001",
        "123456789.00",
        "123456789",
        "123456789.1"
      })
  void decimalRefusesWhatItCannotHold(String text) {
    refused(new DecimalType(10, 2), text);
  }

  @ParameterizedTest
  @CsvSource({
    "1.5,150",
    "1,100",
    "-12345678,-1234567800",
    "0,0",
    "0.0,0",
    "1.500000000000000000000000000000000000000000000,150",
    "00000000000000000000001.25,125",
    "99999999.99000,9999999999"
  })
  void decimalKeepsTheNumberAndNotItsZeros(String text, long unscaled) {
    assertThat(parse(new DecimalType(10, 2), text)).isEqualTo(unscaled);
    assertThat(parse(new DecimalType(38, 2), text)).isEqualTo(BigInteger.valueOf(unscaled));
  }

  @Test
  void decimalNeverRounds() {
    DecimalType wide = new DecimalType(38, 4);
    assertThat(parse(wide, "9".repeat(34) + ".9999")).isEqualTo(new BigInteger("9".repeat(38)));
    assertThat(parse(wide, "9".repeat(34))).isEqualTo(new BigInteger("9".repeat(34) + "0000"));
    refused(wide, "1" + "0".repeat(34));
    refused(wide, "0.00001");
    refused(wide, "1." + "0".repeat(16_382) + "1");
    refused(new DecimalType(3, 3), "5.125");
    assertThat(parse(new DecimalType(5, 5), "0.00123")).isEqualTo(123L);
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
    tooLarge(new TextType(), longest + "x");
    tooLarge(new ByteaType(), "\\x" + "0".repeat(ColumnType.MAX_BYTES));
    tooLarge(new EwkbType(), "00" + "0".repeat(ColumnType.MAX_BYTES));
    tooLarge(new ArrayType(new TextType()), "{" + longest + "}");
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
    refused(new DateType(), "9999999-01-01");
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
    refused(new TimestampType(false), "2024-10-08 24:00:00");
    refused(new TimestampType(false), "2024-10-08 23:59:60");
    refused(new TimestampNtzType(), "-infinity");
    assertThat(parse(new TimestampNtzType(), "1969-12-31 23:59:59.9")).isEqualTo(-100_000L);
    refused(new TimestampType(false), "294276-12-31 23:59:59.999999");
  }

  private static long micros(LocalDateTime time) {
    return ChronoUnit.MICROS.between(LocalDateTime.ofEpochSecond(0, 0, ZoneOffset.UTC), time);
  }

  @Test
  void ewkbReadsHexWithoutPrefix() {
    assertThat(parse(new EwkbType(), "0101000020E6"))
        .isEqualTo(ByteBuffer.wrap(new byte[] {1, 1, 0, 0, 0x20, (byte) 0xE6}));
    refused(new EwkbType(), "\\x0101");
    refused(new EwkbType(), "010");
    refused(new EwkbType(), "POINT(1 2)");
  }

  @ParameterizedTest
  @CsvSource({
    "-1,-1,text",
    "39,0,text",
    "39,39,text",
    "1000,1000,text",
    "10,2,'decimal(10,2)'",
    "38,38,'decimal(38,38)'",
    "2,-3,'decimal(5,0)'",
    "30,-8,'decimal(38,0)'",
    "30,-9,text",
    "1,-1000,text",
    "3,5,'decimal(5,5)'",
    "1,38,'decimal(38,38)'",
    "1,39,text"
  })
  void numericIsADecimalWhereOneHoldsIt(int precision, int scale, String form) {
    int typmod = precision < 0 ? -1 : (precision << 16 | (scale & 0x7FF)) + 4;
    assertThat(ColumnTypes.builtIn(1700, typmod).form()).isEqualTo(form);
    String chosen = form.equals("text") ? "decimal(38,7)" : form;
    assertThat(ColumnTypes.builtIn(1700, typmod, WITH_SCALE).form()).isEqualTo(chosen);
  }

  private static final TypeOptions WITH_SCALE = new TypeOptions(true, Optional.of(7));

  @Test
  void optionsChooseTheFormOfTimestamps() {
    assertThat(ColumnTypes.builtIn(1114, -1).form()).isEqualTo("timestamp");
    assertThat(ColumnTypes.builtIn(1114, -1, WITH_SCALE).form()).isEqualTo("timestamp_ntz");
    assertThat(ColumnTypes.builtIn(1184, -1, WITH_SCALE).form()).isEqualTo("timestamptz");
  }

  @ParameterizedTest
  @ValueSource(ints = {26, 28, 29})
  void numbersWithoutSignAreBigints(int oid) {
    assertThat(parse(ColumnTypes.builtIn(oid, -1), "4294967295")).isEqualTo(0xFFFF_FFFFL);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "smallint",
        "integer",
        "bigint",
        "boolean",
        "real",
        "double",
        "decimal(1,0)",
        "decimal(38,38)",
        "text",
        "binary",
        "ewkb",
        "date",
        "timestamp",
        "timestamp_ntz",
        "timestamptz",
        "array(integer)",
        "array(decimal(10,2))",
        "array(text;)",
        "array(array(array(text;)))",
        "array(array(array(array(array(array(timestamp_ntz))))))"
      })
  void aFormIsTheNameOfItsType(String form) {
    assertThat(ColumnTypes.parse(form).form()).isEqualTo(form);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "Text",
        " text",
        "decimal",
        "decimal(0,0)",
        "decimal(39,0)",
        "decimal(01,0)",
        "decimal(5,6)",
        "array",
        "array()",
        "array(;)",
        "array(text",
        "array(text,)",
        "array(text;;)",
        "array(array(text);)",
        "array(text)(text)",
        "array(array(array(array(array(array(array(text)))))))"
      })
  void whatIsNoFormIsRefused(String form) {
    assertThatThrownBy(() -> ColumnTypes.parse(form)).isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void whateverTheBytesOnlyAFaultWithACodeCanCome() {
    long seed = new Random().nextLong();
    Random random = new Random(seed);
    byte[][] words = {
      bytes("NaN"),
      bytes("infinity"),
      bytes("-Infinity"),
      bytes(" BC"),
      bytes("2024-02-29"),
      bytes(" 23:59:59.999999"),
      bytes("+00"),
      bytes("9223372036854775808"),
      bytes("{"),
      bytes("}"),
      bytes("NULL"),
      bytes("\""),
      bytes("\\"),
      bytes(","),
      bytes(";"),
      bytes("\\x0f"),
      bytes("1e309"),
      bytes("-"),
      bytes("."),
      bytes("0"),
      bytes("[2:3]={")
    };
    String[] forms = {
      "smallint", "integer", "bigint", "boolean", "real", "double", "decimal(18,4)",
      "decimal(38,10)", "text", "binary", "ewkb", "date", "timestamp", "timestamp_ntz",
      "timestamptz", "array(integer)", "array(text;)", "array(array(date))"
    };
    for (int i = 0; i < 60_000; i++) {
      ByteArrayOutputStream text = new ByteArrayOutputStream();
      for (int parts = random.nextInt(6); parts > 0; parts--) {
        byte[] noise = new byte[random.nextInt(3)];
        random.nextBytes(noise);
        text.writeBytes(random.nextInt(4) == 0 ? noise : words[random.nextInt(words.length)]);
      }
      ColumnType type = ColumnTypes.parse(forms[random.nextInt(forms.length)]);
      try {
        Object value = type.parse(text.toByteArray(), 0, text.size());
        assertThat(roundTrip(type, value)).isEqualTo(value);
      } catch (MirrorException e) {
        assertThat(e.code()).isIn(ErrorCode.UNREPRESENTABLE_VALUE, ErrorCode.TEXT_NOT_UTF8);
      } catch (RuntimeException e) {
        throw new AssertionError("seed " + seed + ", " + type + ": " + text, e);
      }
    }
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}

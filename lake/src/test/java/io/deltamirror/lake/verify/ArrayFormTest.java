package io.deltamirror.lake.verify;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import io.delta.kernel.types.ArrayType;
import io.delta.kernel.types.BinaryType;
import io.delta.kernel.types.BooleanType;
import io.delta.kernel.types.DataType;
import io.delta.kernel.types.DecimalType;
import io.delta.kernel.types.DoubleType;
import io.delta.kernel.types.IntegerType;
import io.delta.kernel.types.StringType;
import io.delta.kernel.types.StructType;
import io.delta.kernel.types.TimestampType;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class ArrayFormTest {
  private static final DataType INTS = list(IntegerType.INTEGER);
  private static final DataType TEXTS = list(StringType.STRING);

  private static ArrayType list(DataType element) {
    return new ArrayType(element, true);
  }

  /** Of an array whose elements have the given OID. */
  private static ValueForm form(int elementOid, DataType mirrored) {
    SourceType element = SourceType.builtIn(elementOid, -1);
    return ValueForms.of(element.array(1), mirrored).orElseThrow();
  }

  private static byte[] source(ValueForm form, String text) {
    byte[] bytes = ("<" + text + ">").getBytes(StandardCharsets.UTF_8);
    RowImage image = RowImage.keyed(1, new int[] {0});
    image.begin();
    form.putSource(bytes, 1, bytes.length - 1, image);
    image.end();
    return image.key().value(0);
  }

  private static byte[] mirrored(ValueForm form, DataType type, List<?> value) {
    RowBatch batch =
        new RowBatch(new StructType().add("a", type), List.<Object[]>of(new Object[] {value}));
    RowImage image = RowImage.keyed(1, new int[] {0});
    image.begin();
    form.putMirrored(batch.getColumnVector(0), 0, image);
    image.end();
    return image.key().value(0);
  }

  private static List<byte[]> utf8(String... texts) {
    List<byte[]> bytes = new ArrayList<>();
    for (String text : texts) {
      bytes.add(text == null ? null : text.getBytes(StandardCharsets.UTF_8));
    }
    return bytes;
  }

  private static void assertEqual(int elementOid, DataType type, String text, List<?> value) {
    ValueForm form = form(elementOid, type);
    assertThat(source(form, text)).isEqualTo(mirrored(form, type, value));
  }

  private static void assertDifferent(int elementOid, DataType type, String text, List<?> value) {
    ValueForm form = form(elementOid, type);
    assertThat(source(form, text)).isNotEqualTo(mirrored(form, type, value));
  }

  @Test
  void elementsAreComparedInTheirOwnForm() {
    assertEqual(23, INTS, "{1,-2,NULL}", Arrays.asList(1, -2, null));
    assertEqual(16, list(BooleanType.BOOLEAN), "{t,f}", List.of(true, false));
    assertEqual(
        701,
        list(DoubleType.DOUBLE),
        "{1e+300,NaN,-Infinity,-0}",
        List.of(1e300, Double.NaN, Double.NEGATIVE_INFINITY, -0.0));
    assertEqual(
        1114, list(TimestampType.TIMESTAMP), "{\"1970-01-01 00:00:00.5\"}", List.of(500_000L));
    assertEqual(
        17, list(BinaryType.BINARY), "{\"\\\\x00ff\"}", List.of(new byte[] {0, (byte) 0xFF}));
    assertEqual(1700, list(new DecimalType(38, 4)), "{1.5,100}", decimals("1.5000", "100.0000"));
    assertDifferent(1700, list(new DecimalType(38, 4)), "{1.5}", decimals("1.5001"));
    assertDifferent(701, list(DoubleType.DOUBLE), "{-0}", List.of(0.0));
  }

  private static List<BigDecimal> decimals(String... values) {
    return Arrays.stream(values).map(BigDecimal::new).toList();
  }

  @Test
  void quotesAndEscapesAreResolved() {
    assertEqual(
        25,
        TEXTS,
        "{plain,\"a b\",\"\",\"{x}\",\"a,b\",\"q\\\"q\",\"b\\\\b\",\"NULL\",NULL,\"ä€😀\",null}",
        utf8("plain", "a b", "", "{x}", "a,b", "q\"q", "b\\b", "NULL", null, "ä€😀", "null"));
    assertDifferent(25, TEXTS, "{NULL}", utf8("NULL"));
    assertDifferent(25, TEXTS, "{\"\"}", utf8((String) null));
    assertDifferent(25, TEXTS, "{\"a,b\"}", utf8("a", "b"));
  }

  @Test
  void listsInListsKeepTheirBorders() {
    DataType nested = list(list(INTS));
    assertEqual(
        23,
        nested,
        "{{{1,2},{3,NULL}},{{5,6},{7,8}}}",
        List.of(
            List.of(List.of(1, 2), Arrays.asList(3, null)), List.of(List.of(5, 6), List.of(7, 8))));
    assertDifferent(23, list(INTS), "{{1,2},{3,4}}", List.of(List.of(1, 2, 3, 4)));
    assertDifferent(23, list(INTS), "{{1},{2}}", List.of(List.of(1, 2)));
    assertDifferent(23, list(INTS), "{1,2}", List.of(List.of(1, 2)));
    assertDifferent(23, INTS, "{{1,2}}", List.of(1, 2));
  }

  @Test
  void anEmptyArrayIsTheEmptyListOfAnyDepth() {
    assertEqual(23, INTS, "{}", List.of());
    assertEqual(23, list(list(INTS)), "{}", List.of());
    assertDifferent(23, list(INTS), "{}", List.of(List.of()));
    assertDifferent(23, INTS, "{}", Arrays.asList((Integer) null));
    assertDifferent(23, list(INTS), "{NULL}", List.of());
  }

  @Test
  void boundsOfItsOwnAreNothingThatAListHas() {
    assertDifferent(23, INTS, "[0:1]={1,2}", List.of(1, 2));
    assertThat(form(23, INTS).text(source(form(23, INTS), "[0:1]={1,2}"))).isEqualTo("[0:1]={1,2}");
  }

  @Test
  void eachTypeHasItsDelimiter() {
    SourceType box = new SourceType(603, "box", -1, "box", ';', true, java.util.Optional.empty());
    ValueForm form = ValueForms.of(box.array(1020), TEXTS).orElseThrow();

    assertThat(source(form, "{(2,2),(1,1);(4,4),(3,3)}"))
        .isEqualTo(mirrored(form, TEXTS, utf8("(2,2),(1,1)", "(4,4),(3,3)")));
  }

  @Test
  void anArrayIsShownInPostgresqlsForm() {
    ValueForm form = form(23, list(INTS));
    for (String text : List.of("{}", "{{1,2},{NULL,4}}", "{{1}}")) {
      assertThat(form.text(source(form, text))).isEqualTo(text);
    }
  }

  @Test
  void onlyAnArrayIsMirroredAsOne() {
    assertThat(ValueForms.of(SourceType.builtIn(25, -1), TEXTS)).isEmpty();
    assertThat(ValueForms.of(SourceType.builtIn(25, -1).array(1009), INTS)).isEmpty();
  }

  @Test
  void whatIsNoArrayIsRefused() {
    for (String text : List.of("", "1", "{", "{1", "{1,", "{\"a", "{\"a\"x}", "{1}}", "[0:1]")) {
      assertThatIllegalStateException().isThrownBy(() -> source(form(23, TEXTS), text));
    }
  }

  @Test
  void arraysThatDifferInOnePlaceAreDifferent() {
    long seed = System.nanoTime();
    Random random = new Random(seed);
    ValueForm form = form(25, TEXTS);
    for (int i = 0; i < 2000; i++) {
      List<String> values = new ArrayList<>();
      random.ints(1 + random.nextInt(4), 0, 6).forEach(n -> values.add(SAMPLES.get(n)));
      List<String> other = new ArrayList<>(values);
      int place = random.nextInt(values.size());
      other.set(place, SAMPLES.get(random.nextInt(6)));

      byte[] ofSource = source(form, quoted(values));

      assertThat(Arrays.equals(ofSource, mirrored(form, TEXTS, utf8(other.toArray(String[]::new)))))
          .as("seed %s", seed)
          .isEqualTo(values.equals(other));
    }
  }

  private static final List<String> SAMPLES =
      Arrays.asList(null, "", "NULL", "a\"b", "x\\{,}", " ");

  private static String quoted(List<String> values) {
    List<String> texts = new ArrayList<>();
    for (String value : values) {
      texts.add(
          value == null ? "NULL" : "\"" + value.replace("\\", "\\\\").replace("\"", "\\\"") + "\"");
    }
    return "{" + String.join(",", texts) + "}";
  }
}

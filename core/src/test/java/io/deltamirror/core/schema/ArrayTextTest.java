package io.deltamirror.core.schema;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.deltamirror.core.ErrorCode;
import io.deltamirror.core.MirrorException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.apache.avro.util.Utf8;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ArrayTextTest {
  private static List<?> parse(String form, String text) {
    byte[] bytes = ("}," + text + ",}").getBytes(StandardCharsets.UTF_8);
    return (List<?>) ColumnTypes.parse(form).parse(bytes, 2, bytes.length - 4);
  }

  private static List<Utf8> texts(String... texts) {
    return Stream.of(texts).map(text -> text == null ? null : new Utf8(text)).toList();
  }

  private static void refused(String form, String text) {
    assertThatThrownBy(() -> parse(form, text))
        .isInstanceOfSatisfying(
            MirrorException.class,
            e -> assertThat(e.code()).isEqualTo(ErrorCode.UNREPRESENTABLE_VALUE));
  }

  @Test
  void elementsAreReadByTheirOwnType() {
    assertThat(parse("array(integer)", "{1,-2,NULL}")).isEqualTo(Arrays.asList(1, -2, null));
    assertThat(parse("array(decimal(10,2))", "{1.50,0.00}")).isEqualTo(List.of(150L, 0L));
    assertThat(parse("array(boolean)", "{t,f}")).isEqualTo(List.of(true, false));
    assertThat(parse("array(timestamp)", "{\"1970-01-01 00:00:01\"}"))
        .isEqualTo(List.of(1_000_000L));
    assertThat(parse("array(double)", "{NaN,-Infinity}"))
        .isEqualTo(List.of(Double.NaN, Double.NEGATIVE_INFINITY));
    assertThat(parse("array(binary)", "{\"\\\\x00ff\"}"))
        .isEqualTo(List.of(java.nio.ByteBuffer.wrap(new byte[] {0, -1})));
  }

  @Test
  void quotesKeepEverything() {
    assertThat(parse("array(text)", "{a,\"\",\" \",\"a,b\",\"{}\",\"\\\"\\\\\",ä𝄞,\"\n\"}"))
        .isEqualTo(texts("a", "", " ", "a,b", "{}", "\"\\", "ä𝄞", "\n"));
    assertThat(parse("array(text)", "{\"x\\\"y\",plain,\"\\\\\"}"))
        .isEqualTo(texts("x\"y", "plain", "\\"));
  }

  @Test
  void aNullIsNoText() {
    assertThat(parse("array(text)", "{NULL,\"NULL\",\"null\",NULLS,NUL}"))
        .isEqualTo(
            Arrays.asList(
                null, new Utf8("NULL"), new Utf8("null"), new Utf8("NULLS"), new Utf8("NUL")));
  }

  @Test
  void dimensionsAreListsOfLists() {
    assertThat(parse("array(array(integer))", "{{1,2},{3,NULL}}"))
        .isEqualTo(List.of(List.of(1, 2), Arrays.asList(3, null)));
    assertThat(parse("array(array(array(text)))", "{{{a},{\"b c\"}}}"))
        .isEqualTo(List.of(List.of(texts("a"), texts("b c"))));
  }

  @ParameterizedTest
  @ValueSource(strings = {"array(text)", "array(array(integer))", "array(array(array(date)))"})
  void theEmptyArrayHasNoDimensions(String form) {
    assertThat(parse(form, "{}")).isEmpty();
  }

  @Test
  void boxesStandBetweenSemicolons() {
    assertThat(parse("array(text;)", "{(1,1),(0,0);(2,2),(1,1);NULL}"))
        .isEqualTo(texts("(1,1),(0,0)", "(2,2),(1,1)", null));
    assertThat(parse("array(array(text;))", "{{(1,1),(0,0)};{(2,2),(1,1)}}"))
        .isEqualTo(List.of(texts("(1,1),(0,0)"), texts("(2,2),(1,1)")));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "array(integer)|{{1,2},{3,4}}",
        "array(integer)|{{1}}",
        "array(array(integer))|{1,2}",
        "array(array(integer))|{{{1}}}",
        "array(array(integer))|{NULL}",
        "array(array(integer))|{{1},NULL}",
        "array(array(integer))|{{1},{}}",
        "array(integer)|[0:1]={1,2}",
        "array(integer)|[1:2]={1,2}",
        "array(integer)|[-1:-1]={1}",
        "array(array(integer))|[1:1][2:3]={{1,2}}",
        "array(date)|{infinity}",
        "array(decimal(3,1))|{1.0,NaN}"
      })
  void whatAListCannotSayIsRefused(String form, String text) {
    refused(form, text);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "{",
        "}",
        "{,}",
        "{a,}",
        "{,a}",
        "{a",
        "{\"a}",
        "{\"a\"",
        "{\"a\\",
        "{\"a\\\"}",
        "{a}b",
        "{a}}",
        "{a}{b}",
        "{a\"b}",
        "{a\\b}",
        "{\"a\"b}",
        "{a{b}",
        "a",
        "NULL",
        "{a;b},",
        "{ }{"
      })
  void whatPostgresNeverPrintsIsRefused(String text) {
    refused("array(text)", text);
  }

  @Test
  void ofTooManyElementsNoneIsAList() {
    String most = "{" + "1,".repeat(ArrayType.MAX_ELEMENTS - 1) + "1}";
    assertThat(parse("array(integer)", most)).hasSize(ArrayType.MAX_ELEMENTS);
    refused("array(integer)", most.replaceFirst("1", "1,1"));
    refused("array(array(integer))", "{" + most + "}");
  }

  @Test
  void depthOfTheTextIsNoDepthOfTheReader() {
    refused("array(integer)", "{".repeat(8 << 20));
    refused("array(array(integer))", "{".repeat(4 << 20) + "}".repeat(4 << 20));
  }

  @Test
  void aListCannotBeChanged() {
    assertThat(parse("array(integer)", "{1}")).isUnmodifiable();
  }

  @Test
  void onlyDelimitersOfPostgresAreKnown() {
    assertThatThrownBy(() -> new ArrayType(new TextType(), '|'))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> new ArrayType(new ArrayType(new TextType()), ';'))
        .isInstanceOf(IllegalArgumentException.class);
  }
}

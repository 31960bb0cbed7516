package io.deltamirror.reader;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.math.BigDecimal;
import java.time.Instant;
import java.time.LocalDate;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class ValueTextTest {
  @Test
  void datesAndTimesAreAsPostgresPrintsThem() {
    assertThat(ValueText.of("date", LocalDate.of(2026, 11, 21))).isEqualTo("2026-11-21");
    assertThat(ValueText.of("date", LocalDate.of(0, 3, 15))).isEqualTo("0001-03-15 BC");
    assertThat(ValueText.of("date", LocalDate.of(12345, 1, 1))).isEqualTo("12345-01-01");
    Instant moment = Instant.parse("1969-12-31T23:59:59.120Z");
    assertThat(ValueText.of("timestamp without time zone", moment))
        .isEqualTo("1969-12-31 23:59:59.12");
    assertThat(ValueText.of("timestamp with time zone", moment))
        .isEqualTo("1969-12-31 23:59:59.12+00");
  }

  @Test
  void numbersKeepTheirScaleAndBits() {
    assertThat(ValueText.of("numeric", new BigDecimal("1E-10").setScale(12)))
        .isEqualTo("0.000000000100");
    assertThat(ValueText.of("double precision", -0.0)).isEqualTo("8000000000000000");
    assertThat(ValueText.of("real", Float.MIN_VALUE)).isEqualTo("00000001");
    assertThat(ValueText.of("real", Float.intBitsToFloat(0xffc00001))).isEqualTo("NaN");
  }

  @Test
  void aValueOfAnotherTypeFails() {
    assertThatThrownBy(() -> ValueText.of("integer", 1L)).isInstanceOf(ClassCastException.class);
    assertThatThrownBy(() -> ValueText.of("integer", "1")).isInstanceOf(ClassCastException.class);
    assertThatThrownBy(() -> ValueText.of("inet", 1)).isInstanceOf(ClassCastException.class);
  }

  @Test
  void arraysAreAsPostgresPrintsThem() {
    assertThat(ValueText.of("integer[]", List.of())).isEqualTo("{}");
    assertThat(ValueText.of("integer[]", Arrays.asList(1, null))).isEqualTo("{1,NULL}");
    assertThat(ValueText.of("integer[]", List.of(List.of(1, 2), List.of(3, 4))))
        .isEqualTo("{{1,2},{3,4}}");
    assertThat(ValueText.of("text[]", Arrays.asList("a b", "", "NULL", "\"\\", "x", null)))
        .isEqualTo("{\"a b\",\"\",\"NULL\",\"\\\"\\\\\",x,NULL}");
    assertThat(ValueText.of("bytea[]", List.of(new byte[] {0, -1}))).isEqualTo("{\"\\\\x00ff\"}");
  }
}

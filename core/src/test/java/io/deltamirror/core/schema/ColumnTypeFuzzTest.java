package io.deltamirror.core.schema;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.deltamirror.core.ErrorCode;
import io.deltamirror.core.MirrorException;
import java.util.List;

/** Any bytes as the text of any form: read, or refused with a code. */
class ColumnTypeFuzzTest {
  private static final List<ColumnType> TYPES =
      List.of(
              "smallint",
              "bigint",
              "boolean",
              "real",
              "double",
              "decimal(18,4)",
              "decimal(38,10)",
              "text",
              "binary",
              "ewkb",
              "date",
              "timestamp",
              "timestamptz",
              "array(integer)",
              "array(text;)",
              "array(array(array(text)))")
          .stream()
          .map(ColumnTypes::parse)
          .toList();

  @FuzzTest
  void anyTextIsReadOrRefused(byte[] text) {
    for (ColumnType type : TYPES) {
      try {
        assertThat(type.parse(text, 0, text.length)).isNotNull();
      } catch (MirrorException e) {
        assertThat(e.code()).isIn(ErrorCode.UNREPRESENTABLE_VALUE, ErrorCode.TEXT_NOT_UTF8);
      }
    }
  }
}

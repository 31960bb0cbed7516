package io.deltamirror.core.state;

import static org.assertj.core.api.Assertions.assertThat;

import io.deltamirror.core.schema.Column;
import io.deltamirror.core.schema.ReplicaIdentity;
import io.deltamirror.core.schema.TableName;
import io.deltamirror.core.schema.TableSchema;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ShapeWordsTest {
  private static TableSchema shape(String name, Column... columns) {
    return new TableSchema(
        5, new TableName("public", name), List.of(columns), ReplicaIdentity.DEFAULT);
  }

  private static Column column(String name, String form) {
    return new Column(2, name, 1114, -1, "some type", 0, form);
  }

  private static String difference(String before, String after) {
    List<String> differences =
        ShapeWords.differences(shape("t", column("v", before)), shape("t", column("v", after)));
    assertThat(differences).hasSize(1);
    return differences.get(0);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "timestamp | timestamp_ntz | --timestamp-ntz changed from off to on",
        "timestamp_ntz | timestamp | --timestamp-ntz changed from on to off",
        "array(array(timestamp)) | array(array(timestamp_ntz))"
            + " | --timestamp-ntz changed from off to on",
        "text | decimal(38,4) | --numeric-scale changed from none to 4",
        "decimal(38,4) | text | --numeric-scale changed from 4 to none",
        "array(decimal(38,4)) | array(decimal(38,0)) | --numeric-scale changed from 4 to 0",
      })
  void anotherFormOfTheSameTypeNamesTheOptionThatChanged(String before, String after, String why) {
    assertThat(difference(before, after))
        .isEqualTo("column v is carried as " + after + ", as the option " + why);
  }

  @Test
  void whatNoOptionMakesNamesNone() {
    assertThat(difference("date", "text")).isEqualTo("column v is carried as text");
    assertThat(difference("decimal(10,2)", "text")).isEqualTo("column v is carried as text");
  }

  @Test
  void namesOfTheTableAndOfColumnsAreComparedByAttnum() {
    assertThat(
            ShapeWords.differences(
                shape("t", column("v", "text")), shape("u", column("w", "text"))))
        .containsExactly("the table public.t is renamed to public.u", "column v is renamed to w");
  }
}

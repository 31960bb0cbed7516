package io.deltamirror.reader;

import static org.assertj.core.api.Assertions.assertThat;

import io.deltamirror.reader.SourceTable.SourceColumn;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class RowDifferencesTest {
  private static final SourceTable TABLE =
      new SourceTable(
          "s",
          "t",
          List.of(
              new SourceColumn("a", "integer"),
              new SourceColumn("v", "text"),
              new SourceColumn("b", "text")),
          List.of(0, 2));

  private static TableRows rows(List<List<String>> rows) {
    return TableRows.of(TABLE, TABLE.columnNames(), rows);
  }

  @Test
  void equalRowsInAnyOrderDoNotDiffer() {
    List<String> one = List.of("1", "x", "k");
    List<String> two = Arrays.asList("2", null, "k");
    assertThat(RowDifferences.between(TABLE, rows(List.of(one, two)), rows(List.of(two, one))))
        .isEmpty();
  }

  @Test
  void eachDifferenceNamesItsKey() {
    List<String> five = List.of("5", "x", "k");
    TableRows source =
        rows(
            List.of(
                List.of("1", "x", "k"),
                Arrays.asList("2", null, "k"),
                List.of("3", "x", "k"),
                five));
    TableRows mirror =
        rows(
            List.of(
                List.of("1", "y", "k"), List.of("2", "", "k"), List.of("4", "x", "k"), five, five));
    assertThat(RowDifferences.between(TABLE, source, mirror))
        .containsExactly(
            "s.t [5, k]: twice in the mirror",
            "s.t [1, k]: column v (text) is 'x', in the mirror 'y'",
            "s.t [2, k]: column v (text) is NULL, in the mirror ''",
            "s.t [3, k]: missing in the mirror",
            "s.t [4, k]: in the mirror alone");
  }

  @Test
  void otherColumnsDiffer() {
    TableRows mirror = TableRows.of(TABLE, List.of("a", "b"), List.of());
    assertThat(RowDifferences.between(TABLE, rows(List.of()), mirror))
        .containsExactly("s.t: columns [a, v, b], in the mirror [a, b]");
  }
}

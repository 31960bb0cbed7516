package io.deltamirror.lake.delta;

import static org.assertj.core.api.Assertions.assertThat;

import io.deltamirror.core.change.Position;
import io.deltamirror.core.schema.Column;
import io.deltamirror.core.schema.ReplicaIdentity;
import io.deltamirror.core.schema.TableName;
import io.deltamirror.core.schema.TableSchema;
import io.deltamirror.core.storage.LocalLakeStorage;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ColumnNamesTest {
  @TempDir Path lake;

  /** Columns of these names with the attnums from 1. */
  private static List<Column> columns(String... names) {
    return IntStream.range(0, names.length)
        .mapToObj(i -> new Column(i + 1, names[i], 23, -1, "integer", i == 0 ? 1 : 0))
        .toList();
  }

  private static List<String> names(String... names) {
    return ColumnNames.of(columns(names));
  }

  @Test
  void namesAreThoseOfTheSource() {
    assertThat(names("id", "Mixed Case", "mixed_case", "a.b", "SELECT"))
        .containsExactly("id", "Mixed Case", "mixed_case", "a.b", "SELECT");
  }

  @Test
  void theLaterOfTwoNamesThatDifferByCaseGetsItsNumber() {
    assertThat(names("id", "ID", "Id")).containsExactly("id", "ID_2", "Id_3");
    assertThat(names("É", "é")).containsExactly("É", "é_2");
  }

  @Test
  void aNumberedNameIsLikeNoOther() {
    assertThat(names("a_3", "a", "A")).containsExactly("a_3", "a", "A_3_3");
    assertThat(names("a", "A", "A_2")).containsExactly("a", "A_2", "A_2_3");
  }

  @Test
  void aColumnThatIsAddedLeavesTheOthersTheirNames() {
    List<String> before = names("a", "A", "b");
    assertThat(names("a", "A", "b", "A_2", "a_2_4").subList(0, 3)).isEqualTo(before);
  }

  @Test
  void namesThatSomeReaderTakesForEqualAreToldApart() {
    assertThat(names("straße", "STRASSE")).as("equal in upper case").endsWith("STRASSE_2");
    assertThat(names("i", "\u0130")).as("one by one").endsWith("\u0130_2");
    assertThat(names("\u03c3", "\u03c2")).as("two lower cases of Σ").endsWith("\u03c2_2");
    assertThat(names("k", "\u212a")).as("the sign of the Kelvin").endsWith("\u212a_2");
  }

  @Test
  void noTwoNamesAreEqualButForCase() {
    long seed = 20261121;
    Random random = new Random(seed);
    String[] parts = {"a", "A", "_1", "_2", "_3", "ß", "SS", "i", "İ", "ı", "I", "\\", "/", "n"};
    for (int round = 0; round < 2_000; round++) {
      String[] given =
          IntStream.range(0, 8)
              .mapToObj(
                  i ->
                      random
                          .ints(1 + random.nextInt(3), 0, parts.length)
                          .mapToObj(part -> parts[part])
                          .collect(Collectors.joining()))
              .distinct()
              .toArray(String[]::new);
      List<String> names = names(given);
      for (int i = 0; i < names.size(); i++) {
        for (int j = 0; j < i; j++) {
          String one = names.get(i);
          String other = names.get(j);
          assertThat(
                  one.equalsIgnoreCase(other)
                      || one.toLowerCase(Locale.ROOT).equals(other.toLowerCase(Locale.ROOT))
                      || one.toUpperCase(Locale.ROOT).equals(other.toUpperCase(Locale.ROOT)))
              .as("%s and %s of %s, seed %d", one, other, Arrays.toString(given), seed)
              .isFalse();
        }
        assertThat(names.get(i)).as("seed %d", seed).doesNotContain("\\n");
      }
    }
  }

  @Test
  void aTableOfHostileNamesIsWrittenAndRead() throws IOException {
    String[] hostile = {
      "id",
      "ID",
      "a b",
      "a.b",
      "a,b;{c}(d)=",
      "tab\tbreak\nreturn\r",
      "\\n",
      "\\",
      "q\"u'o`te",
      "`",
      ".",
      "..",
      " ",
      "\u0001",
      "é\uD834\uDD1E",
      "\uFEFF",
      "select",
      "_metadata",
      "_change_type",
      "_metadata.row_index",
      "__delta_internal_row_index",
      "list.element",
      "%s",
      "$",
      "a/b",
      "*",
      "x".repeat(63),
      "X".repeat(63)
    };
    TableSchema shape =
        new TableSchema(
            1, new TableName("public", "hostile"), columns(hostile), ReplicaIdentity.DEFAULT);
    DeltaTables tables = new DeltaTables(new LocalLakeStorage(lake), 1);
    Object[] row = IntStream.range(0, hostile.length).boxed().toArray();

    TestTables.seed(
        tables, "m", shape, 1, TestTables.SNAPSHOT, Position.startOf(1), List.<Object[]>of(row));

    List<String> expected = new ArrayList<>(List.of(hostile));
    expected.set(1, "ID_2");
    expected.set(6, "/n");
    expected.set(hostile.length - 1, "X".repeat(63) + "_" + hostile.length);
    TableVersion version =
        new DeltaTables(new LocalLakeStorage(lake), 1).of(shape.name()).current().orElseThrow();
    assertThat(version.columns().all()).extracting(TableColumn::name).isEqualTo(expected);
    assertThat(version.columns().accept(shape)).isTrue();
    assertThat(version.snapshot().getSchema().fieldNames()).isEqualTo(expected);
    assertThat(TestTables.read(lake, "Tables/public/hostile")).containsExactly(Arrays.asList(row));
  }
}

package io.deltamirror.core.storage;

import static org.assertj.core.api.Assertions.assertThat;

import io.deltamirror.core.schema.TableName;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Names that PostgreSQL allows and paths do not: each is one folder, and none another's. */
class HostileNamesTest {
  private static final List<String> NAMES =
      List.of(
          "x",
          "X",
          ".",
          "..",
          "../../x",
          "/",
          "\\",
          "a/b",
          "a.b",
          "a_x002E_b",
          "a_x005F_x002E_b",
          "_x",
          "_x005F_x",
          "_delta_log",
          "_x005F_delta_log",
          "_Delta_log",
          "con",
          "nul.",
          "a%2Fb",
          "%2e%2e",
          "a b",
          "a\nb",
          "a\u001b[2Jb",
          "\u202eabc",
          "~unknown",
          ".".repeat(63),
          ".".repeat(62) + "/",
          "_x".repeat(31),
          "\u6ce8".repeat(21),
          "\uD83D\uDE00".repeat(15),
          "\u00e9",
          "e\u0301");

  @Test
  void everyNameIsOneFolderOfItsOwn() {
    Set<String> paths = new HashSet<>();
    for (String name : NAMES) {
      String table = LakePaths.table(new TableName("public", name));
      String schema = LakePaths.table(new TableName(name, "t"));
      assertThat(paths.add(table)).as(table).isTrue();
      assertThat(paths.add(schema)).as(schema).isTrue();
      for (String path : List.of(table, schema)) {
        String[] parts = path.split("/", -1);
        assertThat(parts).hasSize(3);
        assertThat(parts[0]).isEqualTo("Tables");
        for (String part : parts) {
          assertThat(part).doesNotMatch("\\.*").isNotEqualTo("_delta_log").isNotEmpty();
          assertThat(part).doesNotContain("%", ".", "\\", "\n", "\u001b");
          assertThat(part.getBytes(StandardCharsets.UTF_8).length).isLessThan(256);
        }
      }
    }
  }
}

package io.deltamirror.lake.verify;

import static org.assertj.core.api.Assertions.assertThat;

import io.deltamirror.core.schema.Column;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class MirroredNamesTest {
  private static List<String> names(String... source) {
    List<Column> columns = new ArrayList<>();
    for (String name : source) {
      columns.add(new Column(columns.size() + 1, name, 25, -1, "text", 0));
    }
    return MirroredNames.of(columns);
  }

  @Test
  void namesStay() {
    assertThat(names("id", "Na me", "a.b", "ä\"")).containsExactly("id", "Na me", "a.b", "ä\"");
  }

  @Test
  void laterColumnsThatDifferOnlyByCaseGetTheirAttnum() {
    assertThat(names("a", "b", "A", "Ä", "ä")).containsExactly("a", "b", "A_3", "Ä", "ä_5");
  }

  @Test
  void allNamesAreDifferent() {
    assertThat(names("a_2", "a", "A", "a_3", "A_3"))
        .doesNotHaveDuplicates()
        .extracting(name -> name.toLowerCase(java.util.Locale.ROOT))
        .doesNotHaveDuplicates();
  }
}

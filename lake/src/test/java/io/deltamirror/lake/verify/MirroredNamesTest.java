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
  void whatAnyReaderTakesForTheSameNameIs() {
    // Kelvin's sign is a k in lower case, a sharp s is SS in upper case, a dotless i is an I.
    assertThat(names("k", "\u212a", "ß", "SS", "i", "\u0131"))
        .containsExactly("k", "\u212a_2", "ß", "SS_4", "i", "\u0131_6");
  }

  @Test
  void aNameGetsItsAttnumUntilItIsItsOwn() {
    assertThat(names("a_3", "a", "A", "a_3_3")).containsExactly("a_3", "a", "A_3_3", "a_3_3_4");
  }

  @Test
  void aBackslashBeforeAnNIsASlash() {
    assertThat(names("a\\nb", "a/nb", "a\nb")).containsExactly("a/nb", "a/nb_2", "a\nb");
  }

  @Test
  void allNamesAreDifferent() {
    assertThat(names("a_2", "a", "A", "a_3", "A_3"))
        .doesNotHaveDuplicates()
        .extracting(name -> name.toLowerCase(java.util.Locale.ROOT))
        .doesNotHaveDuplicates();
  }
}

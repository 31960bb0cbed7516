package io.deltamirror.core.source;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class SourceNamesTest {
  @Test
  void aNameThatIsSafeStaysReadable() {
    assertThat(SourceNames.of("shop"))
        .isEqualTo(new SourceNames("mirror_shop", "mirror_shop_full", "mirror_shop_insert"));
  }

  @Test
  void namesThatDifferStayDifferentAndFitPostgres() {
    List<String> mirrors = List.of("a-b", "a_b", "A_b", "A-B", "x".repeat(40), "X".repeat(40));
    List<String> names =
        mirrors.stream()
            .map(SourceNames::of)
            .flatMap(of -> List.of(of.slot(), of.full(), of.insertOnly()).stream())
            .toList();
    assertThat(names).doesNotHaveDuplicates().allMatch(name -> name.matches("[a-z0-9_]{1,63}"));
  }
}

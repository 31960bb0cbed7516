package io.deltamirror.core.source;

import static org.assertj.core.api.Assertions.assertThat;

import io.deltamirror.core.schema.TableName;
import java.util.List;
import org.junit.jupiter.api.Test;

class TablePatternsTest {
  private static boolean matches(String pattern, String schema, String name) {
    return new TablePatterns(List.of(pattern)).matches(new TableName(schema, name));
  }

  @Test
  void aStarStandsForAnything() {
    assertThat(matches("public.*", "public", "a.b")).isTrue();
    assertThat(matches("public.*", "sales", "a")).isFalse();
    assertThat(matches("*.ord*s", "sales", "orders")).isTrue();
    assertThat(matches("sales.orders", "sales", "orders2")).isFalse();
  }

  @Test
  void nothingElseIsSpecial() {
    assertThat(matches("public.a+(b", "public", "a+(b")).isTrue();
    assertThat(matches("public.a?c", "public", "abc")).isFalse();
  }

  @Test
  void aBareNameIsInPublicAndNoPatternIsEverything() {
    assertThat(matches("orders", "public", "orders")).isTrue();
    assertThat(new TablePatterns(List.of()).matches(new TableName("x", "y"))).isTrue();
  }
}

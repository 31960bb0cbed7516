package io.deltamirror.local.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.deltamirror.core.ErrorCode;
import io.deltamirror.core.MirrorException;
import io.deltamirror.core.state.MirrorDefinition.Source;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SourceUriTest {
  private static Source parse(String uri) {
    return SourceUri.parse(uri, Optional.empty());
  }

  @Test
  void namesUserHostPortAndDatabase() {
    assertThat(parse("postgresql://reader@db.example:6543/shop"))
        .isEqualTo(new Source("db.example", 6543, "shop", "reader", Optional.empty()));
    assertThat(parse("postgres://a%40b@[::1]/my%20db"))
        .isEqualTo(new Source("::1", 5432, "my db", "a@b", Optional.empty()));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "shop",
        "mysql://u@h/d",
        "postgresql://h/d",
        "postgresql://u@h",
        "postgresql://u@h/",
        "postgresql://u@h/d?sslmode=require",
        "postgresql://u @h/d"
      })
  void refusesWhatIsNoneWithTheReason(String uri) {
    assertThatThrownBy(() -> parse(uri))
        .isInstanceOfSatisfying(
            MirrorException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.INVALID_ARGUMENT))
        .hasMessageStartingWith("--source ");
  }

  @Test
  void refusesAPasswordWithoutRepeatingIt() {
    assertThatThrownBy(() -> parse("postgresql://u:hunter2@h/d"))
        .hasMessageContaining("PGPASSWORD")
        .hasMessageNotContaining("hunter2");
  }
}

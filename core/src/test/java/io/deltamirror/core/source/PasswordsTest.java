package io.deltamirror.core.source;

import static org.assertj.core.api.Assertions.assertThat;

import io.deltamirror.core.state.MirrorDefinition.Source;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PasswordsTest {
  @TempDir private Path home;

  private Optional<String> password(Map<String, String> environment, Optional<String> variable) {
    return new EnvironmentPasswords(environment, home)
        .password(new Source("db.example", 5432, "shop", "reader", variable));
  }

  @Test
  void theNamedVariableComesFirstAndAlone() {
    Map<String, String> environment = Map.of("PGPASSWORD", "b", "SHOP_PW", "a");
    assertThat(password(environment, Optional.of("SHOP_PW"))).contains("a");
    assertThat(password(environment, Optional.of("OTHER"))).isEmpty();
    assertThat(password(environment, Optional.empty())).contains("b");
  }

  @Test
  void theFirstMatchingLineOfThePasswordFileCounts() throws IOException {
    Files.writeString(
        home.resolve(".pgpass"),
        """
        # comment
        other:5432:shop:reader:no
        db.example:*:shop:reader:a\\:b\\\\c
        *:*:*:*:last
        """);
    assertThat(password(Map.of(), Optional.empty())).contains("a:b\\c");
  }

  @Test
  void withoutAnyThereIsNone() {
    assertThat(password(Map.of(), Optional.empty())).isEmpty();
  }
}

package io.deltamirror.functions;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.deltamirror.core.ErrorCode;
import io.deltamirror.core.control.MirrorControl;
import io.deltamirror.core.control.ReportedFault;
import io.deltamirror.core.state.MirrorDefinition;
import io.deltamirror.core.state.MirrorDefinition.Source;
import io.deltamirror.core.state.SqliteMirrorStore;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StandstillsTest {
  private static final Instant START = Instant.parse("2026-11-01T10:00:00Z");

  @TempDir private Path folder;
  private SqliteMirrorStore store;
  private Instant now = START;

  @BeforeEach
  void open() {
    store = new SqliteMirrorStore(folder.resolve("mirror.db"));
    Source source = new Source("localhost", 1, "d", "u", Optional.empty());
    control().define(new MirrorDefinition("m", source, List.of()));
  }

  @AfterEach
  void close() {
    store.close();
  }

  private MirrorControl control() {
    return new MirrorControl(store, () -> now);
  }

  private Optional<ReportedFault> said() {
    return control().status("m").error();
  }

  private Standstills standstills() {
    return new Standstills(store, () -> now);
  }

  private static void fail(Standstills standstills, Exception with) {
    assertThatThrownBy(
            () ->
                standstills.watch(
                    () -> List.of("m"),
                    "apply:0",
                    () -> {
                      throw with;
                    }))
        .isSameAs(with);
  }

  private static void succeed(Standstills standstills) throws IOException {
    standstills.<IOException>watch(() -> List.of("m"), "apply:0", () -> {});
  }

  @Test
  void whatFailsIsSaidWithTheTimeSinceWhenUntilItSucceeds() throws IOException {
    Standstills standstills = standstills();
    fail(standstills, new IOException("No space left on device"));
    now = START.plusSeconds(30);
    fail(standstills, new IOException("No space left on device"));
    assertThat(said().orElseThrow().errorCode()).isEqualTo(ErrorCode.STORAGE_FULL);
    assertThat(said().orElseThrow().at()).isEqualTo(START);

    succeed(standstills);
    assertThat(said()).isEmpty();
  }

  @Test
  void whatAnEarlierProcessSaidGoesWithTheFirstSuccess() throws IOException {
    fail(standstills(), new IOException("reset"));
    assertThat(said().orElseThrow().errorCode()).isEqualTo(ErrorCode.STORAGE_UNAVAILABLE);

    succeed(standstills());
    assertThat(said()).isEmpty();
  }

  @Test
  void whatNobodyRepeatsIsForgotten() {
    fail(standstills(), new IOException("reset"));
    now = START.plus(Duration.ofMinutes(4));
    assertThat(said()).isEmpty();
  }
}

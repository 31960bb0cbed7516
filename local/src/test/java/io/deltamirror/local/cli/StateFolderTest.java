package io.deltamirror.local.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StateFolderTest {
  @TempDir private Path lake;

  @Test
  void isBesideTheTablesUnlessARunPutItElsewhere() throws IOException {
    StateFolder folder = new StateFolder(lake);
    Path own = folder.resolve(Optional.empty());
    assertThat(own.startsWith(lake)).isTrue();

    Path elsewhere = lake.resolveSibling("elsewhere");
    folder.remember(folder.resolve(Optional.of(elsewhere)));
    assertThat(new StateFolder(lake).resolve(Optional.empty())).isEqualTo(elsewhere);

    folder.remember(own);
    assertThat(new StateFolder(lake).resolve(Optional.empty())).isEqualTo(own);
  }
}

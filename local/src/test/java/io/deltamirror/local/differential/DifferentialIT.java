package io.deltamirror.local.differential;

import static org.assertj.core.api.Assertions.assertThat;

import io.deltamirror.core.source.SourceSession;
import io.deltamirror.local.faults.PostgresVersion;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.sql.Connection;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Random tables, changes of rows and changes of shape from several sessions at once, on the oldest
 * and the newest PostgreSQL in turns; then source and mirror must be equal. {@code
 * -Ddifferential.seeds=200} runs more, {@code -Ddifferential.first=…} from another one on.
 *
 * <p>From a seed follow its tables and each session's statements. How sessions and the mirror
 * interleave does not; the log of statements that is left beside the classes says how it was.
 */
class DifferentialIT {
  /** Seeds at once: what they wait for they wait for together. */
  private static final int AT_ONCE = 5;

  @TempDir private Path folder;

  @Test
  void sourceAndMirrorAreEqualWhateverIsDoneToTables() throws Exception {
    long first = Long.getLong("differential.first", 1);
    int count = Integer.getInteger("differential.seeds", 10);
    List<String> failures = new ArrayList<>();
    for (PostgresVersion version : PostgresVersion.values()) {
      List<Long> seeds = new ArrayList<>();
      for (long seed = first; seed < first + count; seed++) {
        PostgresVersion itsOwn = seed % 2 == 0 ? PostgresVersion.V14 : PostgresVersion.V18;
        if (version == itsOwn) {
          seeds.add(seed);
        }
      }
      if (!seeds.isEmpty()) {
        run(version, seeds, failures);
      }
    }
    assertThat(failures).isEmpty();
  }

  private void run(PostgresVersion version, List<Long> seeds, List<String> failures)
      throws Exception {
    try (SharedMirror mirror = SharedMirror.start(folder.resolve(version.name()), version)) {
      try (Connection connection = mirror.postgres().connect()) {
        SourceSession.execute(connection, functions());
      }
      ExecutorService threads = Executors.newFixedThreadPool(AT_ONCE);
      try {
        List<Future<String>> runs = new ArrayList<>();
        for (long seed : seeds) {
          runs.add(threads.submit(new SeedRun(mirror, seed)));
        }
        for (int i = 0; i < runs.size(); i++) {
          String seed = "differential: seed " + seeds.get(i) + " on " + version + ": ";
          try {
            System.out.println(seed + runs.get(i).get());
          } catch (ExecutionException e) {
            String failure =
                seed
                    + e.getCause().getMessage()
                    + "\n  replay it with mvn -B -pl local -am verify -Dtest=None"
                    + " -Dit.test=DifferentialIT -Dsurefire.failIfNoSpecifiedTests=false"
                    + " -Dfailsafe.failIfNoSpecifiedTests=false -Ddifferential.seeds=1"
                    + " -Ddifferential.first="
                    + seeds.get(i);
            System.out.println(failure);
            failures.add(failure);
          }
        }
      } finally {
        threads.shutdownNow();
      }
    }
  }

  private static String functions() throws IOException {
    try (InputStream in = DifferentialIT.class.getResourceAsStream("/differential/fuzz.sql")) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
  }
}

package io.deltamirror.lake.verify;

import static org.assertj.core.api.Assertions.assertThat;

import io.delta.kernel.types.DoubleType;
import io.delta.kernel.types.IntegerType;
import io.delta.kernel.types.StringType;
import io.delta.kernel.types.StructType;
import io.delta.kernel.types.TimestampType;
import io.deltamirror.core.source.SourceSession;
import io.deltamirror.core.storage.LocalLakeStorage;
import io.deltamirror.lake.verify.MirrorProgress.Standing;
import io.deltamirror.lake.verify.RowDifference.Kind;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** A PostgreSQL, the table public.small in it, empty before each test, and what verifies it. */
abstract class SmallTableFixture {
  static final StructType SMALL =
      new StructType()
          .add("id", IntegerType.INTEGER, false)
          .add("name", StringType.STRING)
          .add("ratio", DoubleType.DOUBLE)
          .add("seen at", TimestampType.TIMESTAMP);
  static final long NOON = 1_790_000_000_000_000L;

  static SourceDatabase source;

  @TempDir Path lake;

  @BeforeAll
  static void start() throws IOException {
    source = new SourceDatabase();
  }

  @AfterAll
  static void stop() throws IOException {
    source.close();
  }

  @BeforeEach
  void createSmallTable() {
    source.run(
        "DROP TABLE IF EXISTS public.small",
        "CREATE TABLE public.small (id int PRIMARY KEY, name text, ratio float8,"
            + " \"seen at\" timestamp)");
  }

  MirroredTable mirrorOfSmall(Object[]... rows) {
    MirroredTable mirror = new MirroredTable(lake, "small", SMALL);
    mirror.append(rows);
    return mirror;
  }

  /** Inserts into the source what {@link #row} gives for the mirror. */
  static void insertSmall(int... ids) {
    for (int id : ids) {
      source.run(
          String.format(
              "INSERT INTO public.small VALUES (%d, 'n%d', %d.5,"
                  + " timestamp 'epoch' + interval '%d us')",
              id, id, id, NOON + id));
    }
  }

  static Object[] row(int id) {
    return new Object[] {id, "n" + id, id + 0.5, NOON + id};
  }

  static Object[][] rows(int... ids) {
    return Arrays.stream(ids).mapToObj(SmallTableFixture::row).toArray(Object[][]::new);
  }

  VerifyReport verify(String... tables) {
    return verify(VerifyOptions.defaults(), (oid, atMost) -> new Standing.CaughtUp(), tables);
  }

  VerifyReport verify(VerifyOptions options, MirrorProgress progress, String... tables) {
    return verify(source.session(), options, progress, tables);
  }

  VerifyReport verify(
      SourceSession session, VerifyOptions options, MirrorProgress progress, String... tables) {
    try {
      return new MirrorVerifier(session, new LocalLakeStorage(lake), progress, options)
          .verify(Arrays.stream(tables).map(source::table).toList(), VerifyListener.SILENT);
    } catch (IOException | InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  static VerifyOptions rounds(int rounds) {
    return new VerifyOptions(16, 1 << 20, 100, 5, rounds, Duration.ofSeconds(5));
  }

  static TableReport only(VerifyReport report) {
    assertThat(report.tables()).hasSize(1);
    return report.tables().get(0);
  }

  static RowDifference difference(Kind kind, int id, String... columns) {
    return new RowDifference(kind, Map.of("id", "" + id), List.of(columns));
  }
}

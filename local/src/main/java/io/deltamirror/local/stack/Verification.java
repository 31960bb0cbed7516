package io.deltamirror.local.stack;

import io.deltamirror.core.schema.TableName;
import io.deltamirror.core.schema.TableSchema;
import io.deltamirror.core.source.Catalog;
import io.deltamirror.core.source.Catalog.SourceTable;
import io.deltamirror.core.source.SourceErrors;
import io.deltamirror.core.source.SourceSession;
import io.deltamirror.core.source.TablePatterns;
import io.deltamirror.core.source.TableRules;
import io.deltamirror.core.state.MirrorState;
import io.deltamirror.core.storage.LakeStorage;
import io.deltamirror.lake.verify.MirrorVerifier;
import io.deltamirror.lake.verify.VerifyListener;
import io.deltamirror.lake.verify.VerifyOptions;
import io.deltamirror.lake.verify.VerifyReport;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Clock;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/** Compares the tables of a mirror that can be mirrored with their source. */
public final class Verification {
  private static final long TELL_NANOS = TimeUnit.SECONDS.toNanos(2);

  private final SourceSession source;
  private final TablePatterns patterns;
  private final LakeStorage lake;
  private final ObservedProgress progress;

  public Verification(
      SourceSession source, TablePatterns patterns, LakeStorage lake, MirrorState mirror) {
    this.source = source;
    this.patterns = patterns;
    this.lake = lake;
    this.progress = new ObservedProgress(source, mirror, Clock.systemUTC());
  }

  /**
   * Compares them.
   *
   * @param say hears of the progress, every two seconds
   * @throws io.deltamirror.core.MirrorException with a {@code SOURCE_…} code
   */
  public VerifyReport run(Consumer<String> say) throws InterruptedException {
    if (!progress.isRunning()) {
      say.accept("the mirror is not running: what it has not read yet counts as a difference");
    }
    return new MirrorVerifier(source, lake, progress, VerifyOptions.defaults())
        .verify(tables(say), new Teller(say));
  }

  private List<TableSchema> tables(Consumer<String> say) {
    try (Connection connection = source.open()) {
      List<SourceTable> chosen =
          new Catalog(connection)
              .tables().stream().filter(t -> patterns.matches(t.schema().name())).toList();
      chosen.forEach(
          table ->
              TableRules.refusal(table, Clock.systemUTC().instant())
                  .ifPresent(
                      fault ->
                          say.accept(table.schema().name() + " is left out: " + fault.message())));
      return chosen.stream()
          .filter(table -> TableRules.refusal(table, Clock.systemUTC().instant()).isEmpty())
          .map(SourceTable::schema)
          .toList();
    } catch (SQLException e) {
      throw SourceErrors.of("cannot list the tables", e);
    }
  }

  private static final class Teller implements VerifyListener {
    private final Consumer<String> say;
    private long told = System.nanoTime();

    Teller(Consumer<String> say) {
      this.say = say;
    }

    @Override
    public void waiting(TableName table) {
      tell("waiting for the mirror of " + table);
    }

    @Override
    public void gone(TableName table) {
      say.accept(table + " was dropped on the source meanwhile");
    }

    @Override
    public void reading(TableName table, long sourceRows, long mirrorRows) {
      tell(
          String.format(
              Locale.ROOT,
              "reading %s: %,d rows of the source, %,d of the mirror",
              table,
              sourceRows,
              mirrorRows));
    }

    @Override
    public void lookingAgain(TableName table, int rows) {
      tell("looking again at " + rows + " rows of " + table);
    }

    private void tell(String what) {
      long now = System.nanoTime();
      if (now - told >= TELL_NANOS) {
        told = now;
        say.accept(what);
      }
    }
  }
}

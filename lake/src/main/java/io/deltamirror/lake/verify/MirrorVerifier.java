package io.deltamirror.lake.verify;

import io.delta.kernel.defaults.engine.DefaultEngine;
import io.delta.kernel.engine.Engine;
import io.deltamirror.core.schema.TableSchema;
import io.deltamirror.core.source.SourceSession;
import io.deltamirror.core.storage.LakeStorage;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * Checks that the mirror has every row of the source with the same values, and nothing else. It
 * reads both sides whole, in streams and in bounded memory, and writes nothing except barriers into
 * the source's WAL; a source that is being written to does not disturb it. The source sees one
 * connection and one snapshot per table. Thread-safe; each call is on its own.
 */
public final class MirrorVerifier {
  private final SourceSession source;
  private final LakeStorage storage;
  private final MirrorProgress progress;
  private final VerifyOptions options;

  public MirrorVerifier(
      SourceSession source, LakeStorage storage, MirrorProgress progress, VerifyOptions options) {
    this.source = source;
    this.storage = storage;
    this.progress = progress;
    this.options = options;
  }

  /**
   * Compares the given tables one after another.
   *
   * @param tables as the source's catalog has them; their columns are read again with their rows
   * @param listener hears of the progress
   * @return the outcome; what keeps a table from being compared makes that table undecided, and one
   *     that the source has dropped is left out
   * @throws InterruptedException when interrupted while waiting for the mirror
   */
  public VerifyReport verify(List<TableSchema> tables, VerifyListener listener)
      throws InterruptedException {
    Engine engine = DefaultEngine.create(new LakeFileIO(storage));
    Patience patience = new Patience(progress, options.timeout());
    ExecutorService mirrorThread =
        Executors.newSingleThreadExecutor(task -> new Thread(task, "verify-mirror"));
    try {
      TableSides.Opener opener = new TableSides.Opener(source, engine, mirrorThread, listener);
      TableVerification verification = new TableVerification(opener, patience, options, listener);
      List<TableReport> reports = new ArrayList<>();
      for (TableSchema table : tables) {
        Optional<TableReport> report = verification.verify(table);
        report.ifPresentOrElse(listener::done, () -> listener.gone(table.name()));
        report.ifPresent(reports::add);
      }
      return VerifyReport.of(reports);
    } finally {
      mirrorThread.shutdown();
    }
  }
}

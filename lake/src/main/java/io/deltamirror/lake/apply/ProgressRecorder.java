package io.deltamirror.lake.apply;

import io.deltamirror.core.change.Position;
import io.deltamirror.core.state.Documents;
import io.deltamirror.core.state.TableProgress;
import io.deltamirror.lake.delta.CommitSummary;
import io.deltamirror.lake.delta.TableVersion;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.Optional;

/** Writes down, for people, what a table's commits have brought. Thread-safe. */
final class ProgressRecorder implements BatchApplier.CommitListener {
  private final Documents<TableProgress> documents;
  private final long oid;
  private final InstantSource clock;

  ProgressRecorder(Documents<TableProgress> documents, long oid, InstantSource clock) {
    this.documents = documents;
    this.oid = oid;
    this.clock = clock;
  }

  /** When the source committed a change at or before the position, if that is on record. */
  Optional<Instant> sourceTime(Position at) {
    return documents
        .get(TableProgress.document(oid))
        .filter(seen -> seen.applied().filter(applied -> !applied.isAfter(at)).isPresent())
        .flatMap(seen -> seen.lastSync().map(sync -> sync.minusMillis(seen.latencyMillis())));
  }

  @Override
  public void committed(TableVersion version, CommitSummary summary, long bytes) {
    Instant now = clock.instant();
    Instant source = Instant.EPOCH.plus(summary.toMicros(), ChronoUnit.MICROS);
    documents.change(
        TableProgress.document(oid),
        present -> {
          TableProgress before = present.orElseGet(() -> TableProgress.none(oid));
          return Optional.of(
              new TableProgress(
                  oid,
                  Optional.of(version.position()),
                  version.version(),
                  version.rows(),
                  before.processedRows() + summary.changes(),
                  before.processedBytes() + bytes,
                  Optional.of(now),
                  Math.max(0, ChronoUnit.MILLIS.between(source, now)),
                  before.copy()));
        });
  }
}

package io.deltamirror.core.control;

import io.deltamirror.core.schema.TableName;
import io.deltamirror.core.state.MirrorState;
import io.deltamirror.core.state.PartitionMark;
import io.deltamirror.core.state.SeedStage;
import io.deltamirror.core.state.SourceIdentity;
import io.deltamirror.core.state.TableState;
import io.deltamirror.core.state.TableStatus;
import java.util.Collection;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * Whether a mirror has everything that was committed on the source before a moment. Thread-safe.
 *
 * <p>The moment is an LSN read on the source before a barrier was sent into its stream ({@code
 * source.Barrier}): once every partition is marked at or behind it and every table is live, all is
 * in Delta.
 */
public final class CatchUp {
  private final MirrorState mirror;

  public CatchUp(MirrorState mirror) {
    this.mirror = mirror;
  }

  /**
   * What is still missing, in words, or empty when nothing is. A table that cannot go on is not
   * waited for: it is {@code Failed} or {@code Stopped} and says so itself.
   *
   * @param lsn of the barrier
   * @param tables chosen on the source, by OID
   */
  public Optional<String> missing(long lsn, Map<Long, TableName> tables) {
    Optional<SourceIdentity> identity = mirror.identity();
    if (identity.isEmpty()) {
      return Optional.of("the capture worker has not started");
    }
    Map<Long, TableState> states =
        mirror.tables().list("table:").stream()
            .collect(Collectors.toMap(TableState::oid, Function.identity()));
    return missingTable(tables, states)
        .or(() -> missingPartition(lsn, identity.get(), states.values()));
  }

  private static Optional<String> missingTable(
      Map<Long, TableName> tables, Map<Long, TableState> states) {
    for (Map.Entry<Long, TableName> table : tables.entrySet()) {
      TableState state = states.get(table.getKey());
      if (state == null) {
        return Optional.of(table.getValue() + " has not joined");
      }
      boolean ended = state.status() == TableStatus.FAILED || state.status() == TableStatus.STOPPED;
      if (!ended && state.stage() != SeedStage.LIVE) {
        return Optional.of(state.name() + " is " + state.status().label());
      }
    }
    return Optional.empty();
  }

  private Optional<String> missingPartition(
      long lsn, SourceIdentity identity, Collection<TableState> states) {
    if (states.isEmpty()) {
      return Optional.empty();
    }
    Map<Integer, PartitionMark> marks =
        mirror.marks().list("watermark:").stream()
            .collect(Collectors.toMap(PartitionMark::partition, Function.identity()));
    for (int p = 0; p < identity.partitions(); p++) {
      PartitionMark mark = marks.get(p);
      boolean there =
          mark != null
              && mark.position().generation() == identity.generation()
              && Long.compareUnsigned(mark.position().commitLsn(), lsn) >= 0;
      if (!there) {
        return Optional.of("partition " + p + " is behind");
      }
    }
    return Optional.empty();
  }
}

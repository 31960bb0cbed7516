package io.deltamirror.lake.delta;

import io.delta.kernel.data.Row;
import io.delta.kernel.engine.Engine;
import io.delta.kernel.internal.SnapshotImpl;
import io.deltamirror.core.change.Position;
import java.util.List;
import java.util.Optional;

/**
 * Where a table's log keeps the applied position: in {@code txn} actions of the same commit as the
 * rows, which checkpoints keep and every Delta writer leaves alone.
 *
 * @param counter one more with each of our commits
 */
record TransactionIds(String counter, String generation, String lsn, String ordinal) {

  static TransactionIds of(String mirror, long oid) {
    String counter = "delta-mirror/" + mirror + "/" + oid;
    return new TransactionIds(
        counter, counter + "/generation", counter + "/lsn", counter + "/ordinal");
  }

  List<Row> actions(long count, Position position, long nowMillis) {
    return List.of(
        FileActions.transaction(counter, count, nowMillis),
        FileActions.transaction(generation, position.generation(), nowMillis),
        FileActions.transaction(lsn, position.commitLsn(), nowMillis),
        FileActions.transaction(ordinal, position.ordinal(), nowMillis));
  }

  long readCounter(SnapshotImpl snapshot, Engine engine) {
    return snapshot.getLatestTransactionVersion(engine, counter).orElse(0L);
  }

  Optional<Position> readPosition(SnapshotImpl snapshot, Engine engine) {
    return snapshot
        .getLatestTransactionVersion(engine, generation)
        .map(
            first ->
                new Position(
                    first,
                    snapshot.getLatestTransactionVersion(engine, lsn).orElse(0L),
                    snapshot.getLatestTransactionVersion(engine, ordinal).orElse(0L)));
  }
}

package io.deltamirror.worker.stream;

import io.deltamirror.core.ErrorCode;
import io.deltamirror.core.MirrorException;
import io.deltamirror.core.change.ChangeWriter;
import io.deltamirror.core.change.HubEvent.ChangeBatch;
import io.deltamirror.core.change.Position;
import io.deltamirror.core.change.RowChange;
import io.deltamirror.core.schema.ReplicaIdentity;
import io.deltamirror.core.schema.RowCodec;
import io.deltamirror.core.schema.TableSchema;
import io.deltamirror.worker.pgoutput.Relation;
import io.deltamirror.worker.pgoutput.Tuple;
import java.util.Arrays;
import java.util.Optional;

/**
 * One table of the stream: its shape as shown last, the batch that is being collected, and the
 * chain of positions.
 *
 * <p>Changes that will be missed take part in the chain: should any be sent after them without a
 * new seed, the hole is seen.
 */
final class TableBuffer {
  private final long oid;
  private Optional<Relation> relation = Optional.empty();
  private long shownLsn;
  private boolean decided = true;
  private TableShape shape = TableShape.ignored();
  private ChangeWriter open;
  private Position previous;
  private Position last;

  /**
   * A table that the stream has not shown yet.
   *
   * @param last position of its last change that was sent
   */
  TableBuffer(long oid, Position last) {
    this.oid = oid;
    this.previous = last;
    this.last = last;
  }

  long oid() {
    return oid;
  }

  /** The shape that the stream showed last. */
  Optional<Relation> relation() {
    return relation;
  }

  /**
   * Remembers a shape; what follows from it is decided at the next change.
   *
   * @param commitLsn of the transaction that shows it
   */
  void show(Relation shown, long commitLsn) {
    relation = Optional.of(shown);
    shownLsn = commitLsn;
    decided = false;
  }

  /** Whether a transaction that committed at or behind an LSN has shown its shape. */
  boolean isShownBehind(long lsn) {
    return relation.isPresent() && Long.compareUnsigned(shownLsn, lsn) >= 0;
  }

  /** Whether {@link #decide} was called for the shape that was shown last. */
  boolean isDecided() {
    return decided;
  }

  /** To be called with no batch open. */
  void decide(TableShape now) {
    shape = now;
    decided = true;
  }

  /** From here on its changes are not sent; what is collected already still is. */
  void withhold() {
    shape = TableShape.withheld();
  }

  /** What was withheld may go on: that is decided anew at the next change. */
  void reconsider() {
    decided &= !shape.missed();
  }

  /** Whether changes that are not sent will be missed. */
  boolean isMissed() {
    return shape.missed();
  }

  boolean isSent() {
    return shape.rows().isPresent();
  }

  /** The shape in which its changes are sent; not to be called when {@link #isSent} is false. */
  TableSchema schema() {
    return shape.rows().orElseThrow().table();
  }

  /**
   * Whether nothing tells which row an UPDATE is about: its key is among what the WAL does not
   * repeat, and there is no old row. Early minor versions of PostgreSQL 14 do that with keys so
   * long that they are TOASTed.
   */
  boolean lacksKey(RowChange change) {
    if (change.unchanged().length == 0 || change.old() != null) {
      return false;
    }
    TableSchema schema = schema();
    return Arrays.stream(change.unchanged())
        .anyMatch(column -> schema.columns().get(column).isKey());
  }

  /**
   * Whether an old row that should be whole is not: it says so itself, or lacks a TOASTed value,
   * which the change left alone and which so is not NULL. Of a partitioned table PostgreSQL tells
   * the root's identity, whatever the partition delivers.
   */
  boolean lacksOld(Tuple old, Tuple row) {
    if (old == null || schema().identity() != ReplicaIdentity.FULL) {
      return false;
    }
    return old.isKeyOnly() || (row != null && Arrays.stream(row.unchanged()).anyMatch(old::isNull));
  }

  /** Position of the last change that was collected, sent or missed. */
  Position last() {
    return last;
  }

  /** Bytes collected, before compression. */
  int bytes() {
    return open == null ? 0 : open.bytes();
  }

  boolean isEmpty() {
    return open == null;
  }

  /** Adds a change to the batch; not to be called when {@link #isSent} is false. */
  void add(RowChange change) {
    if (open == null) {
      open = new ChangeWriter(shape.rows().orElseThrow());
    }
    open.add(change);
    last = change.position(last.generation());
  }

  /** Passes over a change that will be missed. */
  void miss(Position at) {
    last = at;
    if (open == null) {
      previous = at;
    }
  }

  /** Ends the batch, which is not empty. */
  ChangeBatch cut(String mirror, long fence) {
    ChangeBatch batch = open.finish(mirror, fence, previous);
    open = null;
    previous = last;
    return batch;
  }

  /** The values of a tuple in the columns' types; null for no tuple. */
  Object[] row(Tuple tuple) {
    if (tuple == null) {
      return null;
    }
    RowCodec rows = shape.rows().orElseThrow();
    int columns = rows.table().columns().size();
    if (tuple.size() != columns) {
      throw new MirrorException(
          ErrorCode.MALFORMED_EVENT, "a row of " + tuple.size() + " values for " + columns);
    }
    Object[] row = new Object[columns];
    for (int i = 0; i < columns; i++) {
      row[i] = tuple.value(i, rows);
    }
    return row;
  }
}

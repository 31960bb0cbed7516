package io.deltamirror.worker.stream;

import io.deltamirror.core.ErrorCode;
import io.deltamirror.core.MirrorException;
import io.deltamirror.core.change.RowChange;
import io.deltamirror.core.change.RowChange.Kind;
import io.deltamirror.core.failpoint.Failpoint;
import io.deltamirror.core.failpoint.Failpoints;
import io.deltamirror.core.schema.UnfitValueException;
import io.deltamirror.core.source.Barrier;
import io.deltamirror.worker.pgoutput.PgOutputListener;
import io.deltamirror.worker.pgoutput.Relation;
import io.deltamirror.worker.pgoutput.Tuple;
import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.LongSupplier;

/**
 * Collects the changes of each table into batches, and says for each event from where to go on
 * after it ({@link StreamTables} has the rule for that). For one thread.
 */
final class StreamAssembler implements PgOutputListener {
  /** Others' WAL and the server's own housekeeping must not make for many events. */
  private static final long QUIET_NANOS = 5_000_000_000L;

  private final StreamSettings settings;
  private final TableShapes shapes;
  private final LongSupplier nanoTime;
  private final StreamPlace place;
  private final ShownPartitions partitions = new ShownPartitions();
  private final StreamTables tables;
  private final StreamMarks marks;

  private boolean watermarkAsked;
  private long watermarkNanos;

  /**
   * Starts at a place in the stream.
   *
   * @param fence number of this worker
   * @param from transactions up to it are passed over
   * @param out takes the events in their order; may wait
   * @param nanoTime the clock for the linger, as {@link System#nanoTime()}
   */
  StreamAssembler(
      String mirror,
      long fence,
      StreamOffset from,
      StreamSettings settings,
      TableShapes shapes,
      Consumer<Outgoing> out,
      LongSupplier nanoTime) {
    this.settings = settings;
    this.shapes = shapes;
    this.nanoTime = nanoTime;
    this.place = new StreamPlace(from);
    this.tables = new StreamTables(mirror, fence, place, settings, out, nanoTime);
    this.marks = new StreamMarks(mirror, fence, place, tables, shapes);
    this.watermarkNanos = nanoTime.getAsLong();
  }

  /** Puts marks into the stream where it is; for the same thread. */
  StreamMarks marks() {
    return marks;
  }

  @Override
  public void begin(long commitLsn, long commitMicros, long xid) {
    place.begin(new Transaction(commitLsn, commitMicros, xid));
  }

  @Override
  public void commit(long commitLsn, long endLsn, long commitMicros) {
    place.end(commitLsn, endLsn);
    if (!place.isRepeated()) {
      Failpoints.reach(Failpoint.STREAM_TRANSACTION_ENDED);
    }
    tick();
  }

  /** Sends what has waited long enough; to be called often, also when nothing comes. */
  void tick() {
    if (place.inTransaction() || place.isTold()) {
      return;
    }
    marks.takeIn();
    long now = nanoTime.getAsLong();
    if (watermarkAsked || now - watermarkNanos >= settings.watermark().toNanos()) {
      cutWithWatermark(now);
    } else if (tables.lingered(now)) {
      tables.cutAtBoundary();
    }
  }

  /**
   * The server has sent all that it has up to an LSN, and it was nothing of ours: the offset moves
   * there. A server that shuts down waits until its last WAL is confirmed, for ever if need be.
   *
   * @param lsn of a keepalive, read behind everything before it
   */
  void quiet(long lsn) {
    long now = nanoTime.getAsLong();
    StreamOffset offset = place.offset();
    boolean nothingOpen = !place.inTransaction() && tables.isEmpty() && place.isTold();
    if (!nothingOpen
        || offset.commitLsn() == 0
        || Long.compareUnsigned(lsn, offset.endLsn()) <= 0
        || now - watermarkNanos < QUIET_NANOS) {
      return;
    }
    place.pass(lsn);
    cutWithWatermark(now);
  }

  private void cutWithWatermark(long now) {
    tables.cutWithWatermark();
    watermarkAsked = false;
    watermarkNanos = now;
  }

  @Override
  public void relation(Relation relation) {
    partitions.show(relation.oid());
    TableBuffer table = tables.table(relation.oid());
    tables.cut(table); // a batch has one shape
    table.show(relation, place.inTransaction() ? place.transaction().commitLsn() : 0);
  }

  @Override
  public void insert(long oid, Tuple row) {
    change(Kind.INSERT, oid, null, row);
  }

  @Override
  public void update(long oid, Tuple old, Tuple row) {
    change(Kind.UPDATE, oid, old, row);
  }

  @Override
  public void delete(long oid, Tuple old) {
    change(Kind.DELETE, oid, old, null);
  }

  @Override
  public void truncate(long[] oids) {
    for (long oid : oids) {
      change(Kind.TRUNCATE, oid, null, null);
    }
  }

  @Override
  public void message(boolean transactional, long lsn, String prefix, ByteBuffer content) {
    watermarkAsked |= transactional && !place.isRepeated() && prefix.equals(Barrier.PREFIX);
  }

  private void change(Kind kind, long oid, Tuple old, Tuple row) {
    partitions.end();
    place.change();
    if (place.isRepeated()) {
      partitions.take(oid); // they were recorded before their rows were sent
      return;
    }
    TableBuffer table = tables.table(oid);
    if (!table.isDecided()) {
      Relation shown = table.relation().orElseThrow();
      tables.goOn(
          table, shapes.of(shown, partitions.take(oid), place.transaction(), place.before()));
    }
    take(table, kind, old, row);
  }

  private void take(TableBuffer table, Kind kind, Tuple old, Tuple row) {
    if (table.isSent()) {
      collect(table, kind, old, row);
    } else if (table.isMissed()) {
      table.miss(place.position());
    }
  }

  private void collect(TableBuffer table, Kind kind, Tuple old, Tuple row) {
    Transaction in = place.transaction();
    if (table.lacksOld(old, row)) {
      Relation shown = table.relation().orElseThrow();
      goOn(table, shapes.partial(shown, place.position(), in), kind, old, row);
      return;
    }
    RowChange change;
    try {
      change =
          new RowChange(
              kind,
              in.commitLsn(),
              place.ordinal(),
              in.xid(),
              in.commitMicros(),
              table.row(old),
              table.row(row),
              row == null ? RowChange.NONE : row.unchanged());
    } catch (UnfitValueException e) {
      goOn(table, shapes.unfit(table.schema(), place.position(), in, e), kind, old, row);
      return;
    } catch (MirrorException e) {
      if (e.code() != ErrorCode.VALUE_TOO_LARGE && e.code() != ErrorCode.TEXT_NOT_UTF8) {
        throw e;
      }
      refuse(table, e);
      return;
    }
    if (table.lacksKey(change)) {
      refuse(
          table, new MirrorException(ErrorCode.KEY_NOT_LOGGED, "an UPDATE without its row's key"));
      return;
    }
    tables.collect(table, change);
  }

  /** The table goes on with this change in another shape, behind a new seed. */
  private void goOn(
      TableBuffer table, Optional<TableShape> shape, Kind kind, Tuple old, Tuple row) {
    if (shape.isEmpty()) {
      return; // a copy has this change
    }
    tables.goOn(table, shape.get());
    take(table, kind, old, row);
  }

  /** One table's bad value is that table's fault alone. */
  private void refuse(TableBuffer table, MirrorException why) {
    if (shapes.failed(table.oid(), place.position(), place.transaction(), why)) {
      table.withhold();
      table.miss(place.position());
    }
  }
}

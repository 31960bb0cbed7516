package io.deltamirror.worker.stream;

import io.deltamirror.core.ErrorCode;
import io.deltamirror.core.MirrorException;
import io.deltamirror.core.change.HubEvent;
import io.deltamirror.core.change.HubEvent.SeedBegin;
import io.deltamirror.core.change.HubEvent.SeedReady;
import io.deltamirror.core.change.HubEvent.TableDropped;
import io.deltamirror.core.change.HubEvent.Watermark;
import io.deltamirror.core.change.Position;
import io.deltamirror.core.change.RowChange;
import io.deltamirror.core.change.RowChange.Kind;
import io.deltamirror.core.failpoint.Failpoint;
import io.deltamirror.core.failpoint.Failpoints;
import io.deltamirror.core.schema.UnfitValueException;
import io.deltamirror.core.source.Barrier;
import io.deltamirror.core.source.Catalog.SourceTable;
import io.deltamirror.worker.pgoutput.PgOutputListener;
import io.deltamirror.worker.pgoutput.Relation;
import io.deltamirror.worker.pgoutput.Tuple;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.LongSupplier;

/**
 * Collects the changes of each table into batches, and says for each event from where to go on
 * after it. For one thread.
 *
 * <p>The rule that everything hangs on: an event carries a new offset only when it is the last of
 * all events up to that transaction's end. So an offset that is stored never has half a transaction
 * behind it, and a transaction that was interrupted is sent again as a whole; what of it had
 * arrived is recognised by position, whatever batches it was cut into.
 */
final class StreamAssembler implements PgOutputListener {
  /** Others' WAL and the server's own housekeeping must not make for many events. */
  private static final long QUIET_NANOS = 5_000_000_000L;

  private final String mirror;
  private final long fence;
  private final StreamSettings settings;
  private final TableShapes shapes;
  private final Consumer<Outgoing> out;
  private final LongSupplier nanoTime;

  private final Map<Long, TableBuffer> tables = new HashMap<>();
  private final OpenBatches open;

  /** Shapes that the catalog showed at places that are still ahead; the last of each table. */
  private final Map<Long, SeenInCatalog> seen = new HashMap<>();

  /** The last offset that an event carried. */
  private StreamOffset offset;

  /** The last transaction that ended, and the LSN behind it. */
  private Transaction ended;

  private long endedLsn;

  private Transaction current;
  private boolean repeated;
  private long ordinal;

  private boolean watermarkAsked;
  private long watermarkNanos;
  private long openSinceNanos;

  /** The table of the last change; most changes have the same. */
  private TableBuffer lastTable;

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
    this.mirror = mirror;
    this.fence = fence;
    this.open = new OpenBatches(mirror, fence);
    this.offset = from;
    this.ended = new Transaction(from.commitLsn(), from.commitMicros(), 0);
    this.endedLsn = from.endLsn();
    this.settings = settings;
    this.shapes = shapes;
    this.out = out;
    this.nanoTime = nanoTime;
    this.watermarkNanos = nanoTime.getAsLong();
  }

  /**
   * What the catalog showed of a table.
   *
   * @param lsn at which the table had that shape
   */
  private record SeenInCatalog(SourceTable table, long lsn) {}

  @Override
  public void begin(long commitLsn, long commitMicros, long xid) {
    current = new Transaction(commitLsn, commitMicros, xid);
    repeated = Long.compareUnsigned(commitLsn, offset.commitLsn()) <= 0;
    ordinal = 0;
  }

  @Override
  public void commit(long commitLsn, long endLsn, long commitMicros) {
    if (current == null || current.commitLsn() != commitLsn) {
      throw malformed("a COMMIT without its BEGIN");
    }
    if (!repeated) {
      ended = current;
      endedLsn = endLsn;
      Failpoints.reach(Failpoint.STREAM_TRANSACTION_ENDED);
    }
    current = null;
    tick();
  }

  /** Sends what has waited long enough; to be called often, also when nothing comes. */
  void tick() {
    if (current != null || ended.commitLsn() == offset.commitLsn()) {
      return;
    }
    reshape();
    long now = nanoTime.getAsLong();
    boolean watermark = watermarkAsked || now - watermarkNanos >= settings.watermark().toNanos();
    boolean lingered = !open.isEmpty() && now - openSinceNanos >= settings.linger().toNanos();
    if (watermark || lingered) {
      cutAtBoundary(watermark, now);
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
    boolean nothingOpen =
        current == null && open.isEmpty() && ended.commitLsn() == offset.commitLsn();
    if (!nothingOpen
        || offset.commitLsn() == 0
        || Long.compareUnsigned(lsn, offset.endLsn()) <= 0
        || now - watermarkNanos < QUIET_NANOS) {
      return;
    }
    endedLsn = lsn;
    cutAtBoundary(true, now);
  }

  private void cutAtBoundary(boolean watermark, long now) {
    List<HubEvent> events = open.cutAll();
    if (watermark) {
      events.add(
          new Watermark(
              mirror,
              fence,
              Position.endOf(offset.generation(), ended.commitLsn()),
              ended.commitMicros()));
      watermarkAsked = false;
      watermarkNanos = now;
    }
    StreamOffset reached =
        new StreamOffset(
            offset.generation(), ended.commitLsn(), endedLsn, ended.commitMicros(), positions());
    for (int i = 0; i < events.size(); i++) {
      out.accept(new Outgoing(events.get(i), i == events.size() - 1 ? reached : offset));
    }
    offset = reached;
  }

  private Map<Long, Position> positions() {
    Map<Long, Position> positions = new HashMap<>(offset.sent());
    Position none = Position.startOf(offset.generation());
    tables.forEach(
        (oid, table) -> {
          if (table.last().isAfter(none)) {
            positions.put(oid, table.last());
          }
        });
    return positions;
  }

  @Override
  public void relation(Relation relation) {
    TableBuffer table = table(relation.oid());
    cut(table); // a batch has one shape
    table.show(relation, current == null ? 0 : current.commitLsn());
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
    watermarkAsked |= transactional && !repeated && prefix.equals(Barrier.PREFIX);
  }

  private void change(Kind kind, long oid, Tuple old, Tuple row) {
    if (current == null) {
      throw malformed("a change outside of a transaction");
    }
    // Counted for every change that the plugin shows, so that it is the same each time.
    ordinal++;
    if (repeated) {
      return;
    }
    TableBuffer table = table(oid);
    if (!table.isDecided()) {
      decide(table);
    }
    if (table.isSent()) {
      collect(table, kind, old, row);
    } else if (table.isMissed()) {
      table.miss(position());
    }
  }

  private void decide(TableBuffer table) {
    Position before = new Position(offset.generation(), current.commitLsn(), ordinal - 1);
    TableShape shape = shapes.of(table.relation().orElseThrow(), current, before);
    table.decide(shape);
    shape.newSeed().ifPresent(seed -> sendSeedBegin(table, seed));
  }

  private void collect(TableBuffer table, Kind kind, Tuple old, Tuple row) {
    if (table.lacksOld(old, row)) {
      Relation shown = table.relation().orElseThrow();
      goOn(table, shapes.partial(shown, position(), current), kind, old, row);
      return;
    }
    RowChange change;
    try {
      change =
          new RowChange(
              kind,
              current.commitLsn(),
              ordinal,
              current.xid(),
              current.commitMicros(),
              table.row(old),
              table.row(row),
              row == null ? RowChange.NONE : row.unchanged());
    } catch (UnfitValueException e) {
      goOn(table, shapes.unfit(table.schema(), position(), current, e), kind, old, row);
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
    collect(table, change);
  }

  private void collect(TableBuffer table, RowChange change) {
    if (open.isEmpty()) {
      openSinceNanos = nanoTime.getAsLong();
    }
    open.add(table, change);
    if (table.bytes() >= settings.batchBytes()) {
      cut(table);
    } else if (open.bytes() >= settings.openBytes()) {
      open.cutAll().forEach(this::send);
    }
  }

  /** The table goes on with this change in another shape, behind a new seed. */
  private void goOn(
      TableBuffer table, Optional<TableShape> shape, Kind kind, Tuple old, Tuple row) {
    if (shape.isEmpty()) {
      return; // a copy has this change
    }
    cut(table);
    table.decide(shape.get());
    shape.get().newSeed().ifPresent(seed -> sendSeedBegin(table, seed));
    if (table.isSent()) {
      collect(table, kind, old, row);
    } else if (table.isMissed()) {
      table.miss(position());
    }
  }

  /** One table's bad value is that table's fault alone. */
  private void refuse(TableBuffer table, MirrorException why) {
    if (shapes.failed(table.oid(), position(), current, why)) {
      table.withhold();
      table.miss(position());
    }
  }

  /** Sends a table's open batch; it may be in the middle of a transaction. */
  private void cut(TableBuffer table) {
    if (!table.isEmpty()) {
      send(open.cut(table));
    }
  }

  private void send(HubEvent event) {
    out.accept(new Outgoing(event, offset));
  }

  /** Starts a seed of a table here; see {@link SeedMarks#begin}. */
  void beginSeed(long oid, int seed) {
    TableBuffer table = table(oid);
    Optional<TableShape> shape = shapes.atSeed(oid, seed, table.relation(), latest());
    if (shape.isPresent()) {
      cut(table);
      table.decide(shape.get());
      sendSeedBegin(table, seed);
    }
  }

  /** Empty for one of before the start, whose xid is not known. */
  private Optional<Transaction> latest() {
    return Optional.of(current == null ? ended : current).filter(known -> known.xid() != 0);
  }

  private void sendSeedBegin(TableBuffer table, int seed) {
    send(new SeedBegin(mirror, fence, table.oid(), seed, table.last()));
  }

  /** Says that a seed's rows are committed; see {@link SeedMarks#ready}. */
  void readySeed(long oid, int seed) {
    TableBuffer table = table(oid);
    cut(table);
    table.reconsider(); // it may have been withheld until now
    send(new SeedReady(mirror, fence, oid, seed, table.last()));
  }

  /** Goes on in the shape of the catalog; see {@link SeedMarks#reshape}. */
  void reshape(SourceTable table, long lsn) {
    seen.put(table.schema().oid(), new SeenInCatalog(table, lsn));
  }

  /**
   * Takes in what the catalog showed at a place that the stream has passed. The change of shape
   * stands behind everything of the last transaction, which no offset and no watermark has told of
   * yet, and before what follows.
   */
  private void reshape() {
    for (Iterator<SeenInCatalog> each = seen.values().iterator(); each.hasNext(); ) {
      SeenInCatalog shown = each.next();
      if (Long.compareUnsigned(ended.commitLsn(), shown.lsn()) < 0) {
        continue;
      }
      TableBuffer table = table(shown.table().schema().oid());
      Position end = Position.endOf(offset.generation(), ended.commitLsn());
      if (table.isShownBehind(shown.lsn())) {
        each.remove(); // and that was decided then
      } else if (end.isAfter(table.last())) {
        each.remove();
        reshape(table, shown);
      }
    }
  }

  private void reshape(TableBuffer table, SeenInCatalog shown) {
    Optional<TableShape> shape =
        shapes.inCatalog(shown.table(), shown.lsn(), table.last(), table.relation());
    if (shape.isEmpty()) {
      return;
    }
    cut(table);
    table.decide(shape.get());
    if (shape.get().newSeed().isPresent()) {
      sendSeedBegin(table, shape.get().newSeed().get());
    } else if (table.isSent()) {
      collect(table, RowChange.reshape(ended.commitLsn(), ended.xid(), ended.commitMicros()));
    }
  }

  /** Says that a table is gone; see {@link SeedMarks#drop}. */
  void drop(long oid) {
    TableBuffer table = table(oid);
    seen.remove(oid);
    cut(table);
    table.decide(TableShape.ignored());
    send(new TableDropped(mirror, fence, oid, table.last()));
  }

  private TableBuffer table(long oid) {
    if (lastTable == null || lastTable.oid() != oid) {
      lastTable =
          tables.computeIfAbsent(
              oid,
              unseen ->
                  new TableBuffer(
                      unseen,
                      offset.sent().getOrDefault(unseen, Position.startOf(offset.generation()))));
    }
    return lastTable;
  }

  private Position position() {
    return new Position(offset.generation(), current.commitLsn(), ordinal);
  }

  private static MirrorException malformed(String what) {
    return new MirrorException(ErrorCode.MALFORMED_EVENT, "the replication stream has " + what);
  }
}

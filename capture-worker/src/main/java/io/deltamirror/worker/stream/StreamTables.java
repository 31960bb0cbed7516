package io.deltamirror.worker.stream;

import io.deltamirror.core.change.HubEvent;
import io.deltamirror.core.change.HubEvent.SeedBegin;
import io.deltamirror.core.change.HubEvent.Watermark;
import io.deltamirror.core.change.Position;
import io.deltamirror.core.change.RowChange;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.LongSupplier;

/**
 * The tables of the stream, what is collected of them, and its way out. For one thread.
 *
 * <p>The rule that everything hangs on: an event carries a new offset only when it is the last of
 * all events up to that transaction's end. So an offset that is stored never has half a transaction
 * behind it, and a transaction that was interrupted is sent again as a whole; what of it had
 * arrived is recognised by position, whatever batches it was cut into.
 */
final class StreamTables {
  private final String mirror;
  private final long fence;
  private final StreamPlace place;
  private final StreamSettings settings;
  private final Consumer<Outgoing> out;
  private final LongSupplier nanoTime;

  private final Map<Long, TableBuffer> tables = new HashMap<>();
  private final OpenBatches open;
  private long openSinceNanos;

  /** The table of the last change; most changes have the same. */
  private TableBuffer lastTable;

  /**
   * @param fence number of this worker
   * @param out takes the events in their order; may wait
   */
  StreamTables(
      String mirror,
      long fence,
      StreamPlace place,
      StreamSettings settings,
      Consumer<Outgoing> out,
      LongSupplier nanoTime) {
    this.mirror = mirror;
    this.fence = fence;
    this.place = place;
    this.settings = settings;
    this.out = out;
    this.nanoTime = nanoTime;
    this.open = new OpenBatches(mirror, fence);
  }

  TableBuffer table(long oid) {
    if (lastTable == null || lastTable.oid() != oid) {
      lastTable =
          tables.computeIfAbsent(
              oid,
              unseen ->
                  new TableBuffer(
                      unseen, place.offset().sent().getOrDefault(unseen, startOfGeneration())));
    }
    return lastTable;
  }

  private Position startOfGeneration() {
    return Position.startOf(place.offset().generation());
  }

  /** Whether nothing is collected. */
  boolean isEmpty() {
    return open.isEmpty();
  }

  /** Whether something has been collected for long enough. */
  boolean lingered(long now) {
    return !open.isEmpty() && now - openSinceNanos >= settings.linger().toNanos();
  }

  /** Adds a change to its table's batch, and sends what is large enough. */
  void collect(TableBuffer table, RowChange change) {
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

  /** A table goes on otherwise from here, behind a new seed where there is one. */
  void goOn(TableBuffer table, TableShape shape) {
    cut(table);
    table.decide(shape);
    shape.newSeed().ifPresent(seed -> beginSeed(table, seed));
  }

  /** Says that a seed begins behind all that was sent of the table. */
  void beginSeed(TableBuffer table, int seed) {
    send(new SeedBegin(mirror, fence, table.oid(), seed, table.last()));
  }

  /** Sends a table's open batch; it may be in the middle of a transaction. */
  void cut(TableBuffer table) {
    if (!table.isEmpty()) {
      send(open.cut(table));
    }
  }

  /** Sends an event behind which the stream goes on from where it would have anyway. */
  void send(HubEvent event) {
    out.accept(new Outgoing(event, place.offset()));
  }

  /** Sends all that is collected, behind the end of a transaction. */
  void cutAtBoundary() {
    sendAtBoundary(open.cutAll());
  }

  /** The same, with a watermark behind it. */
  void cutWithWatermark() {
    List<HubEvent> events = open.cutAll();
    events.add(new Watermark(mirror, fence, place.end(), place.ended().commitMicros()));
    sendAtBoundary(events);
  }

  private void sendAtBoundary(List<HubEvent> events) {
    StreamOffset reached = place.reached(positions());
    for (int i = 0; i < events.size(); i++) {
      boolean last = i == events.size() - 1;
      out.accept(new Outgoing(events.get(i), last ? reached : place.offset()));
    }
    place.tell(reached);
  }

  private Map<Long, Position> positions() {
    Map<Long, Position> positions = new HashMap<>(place.offset().sent());
    Position none = startOfGeneration();
    tables.forEach(
        (oid, table) -> {
          if (table.last().isAfter(none)) {
            positions.put(oid, table.last());
          }
        });
    return positions;
  }
}

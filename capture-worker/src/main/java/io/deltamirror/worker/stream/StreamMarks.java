package io.deltamirror.worker.stream;

import io.deltamirror.core.change.HubEvent.SeedReady;
import io.deltamirror.core.change.HubEvent.TableDropped;
import io.deltamirror.core.change.RowChange;
import io.deltamirror.core.source.Catalog.SourceTable;
import java.util.HashMap;
import java.util.Iterator;
import java.util.Map;
import java.util.Optional;

/**
 * What the worker's other parts put into the stream ({@link SeedMarks}), at the place where it is.
 * For the stream's thread.
 */
final class StreamMarks {
  private final String mirror;
  private final long fence;
  private final StreamPlace place;
  private final StreamTables tables;
  private final TableShapes shapes;

  /** Shapes that the catalog showed at places that are still ahead; the last of each table. */
  private final Map<Long, SeenInCatalog> seen = new HashMap<>();

  StreamMarks(
      String mirror, long fence, StreamPlace place, StreamTables tables, TableShapes shapes) {
    this.mirror = mirror;
    this.fence = fence;
    this.place = place;
    this.tables = tables;
    this.shapes = shapes;
  }

  /**
   * What the catalog showed of a table.
   *
   * @param lsn at which the table had that shape
   */
  private record SeenInCatalog(SourceTable table, long lsn) {

    /** The earlier one, where no ALTER was between them: it is passed sooner. */
    SeenInCatalog orElse(SeenInCatalog later) {
      boolean same =
          table.schema().equals(later.table.schema())
              && table.storage().equals(later.table.storage())
              && Long.compareUnsigned(lsn, later.lsn) <= 0;
      return same ? this : later;
    }
  }

  /** Starts a seed of a table here; see {@link SeedMarks#begin}. */
  void begin(long oid, int seed) {
    TableBuffer table = tables.table(oid);
    Optional<TableShape> shape = shapes.atSeed(oid, seed, table.relation(), place.latest());
    if (shape.isPresent()) {
      tables.goOn(table, shape.get());
      tables.beginSeed(table, seed);
    }
  }

  /** Says that a seed's rows are committed; see {@link SeedMarks#ready}. */
  void ready(long oid, int seed) {
    TableBuffer table = tables.table(oid);
    tables.cut(table);
    table.reconsider(); // it may have been withheld until now
    tables.send(new SeedReady(mirror, fence, oid, seed, table.last()));
  }

  /** Says that a table is gone; see {@link SeedMarks#drop}. */
  void drop(long oid) {
    TableBuffer table = tables.table(oid);
    seen.remove(oid);
    tables.goOn(table, TableShape.ignored());
    tables.send(new TableDropped(mirror, fence, oid, table.last()));
  }

  /**
   * Goes on in the shape of the catalog; see {@link SeedMarks#reshape}. The same shape comes again
   * and again until it is registered, each time with a later LSN: a stream that stays behind would
   * never get there.
   */
  void reshape(SourceTable table, long lsn) {
    seen.merge(table.schema().oid(), new SeenInCatalog(table, lsn), SeenInCatalog::orElse);
  }

  /**
   * Takes in what the catalog showed at a place that the stream has passed; to be called between
   * transactions. The change of shape stands behind everything of the last transaction, which no
   * offset and no watermark has told of yet, and before what follows.
   */
  void takeIn() {
    for (Iterator<SeenInCatalog> each = seen.values().iterator(); each.hasNext(); ) {
      SeenInCatalog shown = each.next();
      if (Long.compareUnsigned(place.ended().commitLsn(), shown.lsn()) < 0) {
        continue;
      }
      TableBuffer table = tables.table(shown.table().schema().oid());
      if (table.isShownBehind(shown.lsn())) {
        each.remove(); // and that was decided then
      } else if (place.end().isAfter(table.last())) {
        each.remove();
        takeIn(table, shown);
      }
    }
  }

  private void takeIn(TableBuffer table, SeenInCatalog shown) {
    Optional<TableShape> shape =
        shapes.inCatalog(shown.table(), shown.lsn(), table.last(), table.relation());
    if (shape.isEmpty()) {
      return;
    }
    tables.goOn(table, shape.get());
    if (shape.get().newSeed().isEmpty() && table.isSent()) {
      Transaction ended = place.ended();
      tables.collect(
          table, RowChange.reshape(ended.commitLsn(), ended.xid(), ended.commitMicros()));
    }
  }
}

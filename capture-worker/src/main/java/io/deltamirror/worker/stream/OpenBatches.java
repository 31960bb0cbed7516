package io.deltamirror.worker.stream;

import io.deltamirror.core.change.HubEvent;
import io.deltamirror.core.change.RowChange;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** The batches that are being collected, with their size together. For one thread. */
final class OpenBatches {
  private final String mirror;
  private final long fence;
  private final Set<TableBuffer> tables = new LinkedHashSet<>();
  private long bytes;

  OpenBatches(String mirror, long fence) {
    this.mirror = mirror;
    this.fence = fence;
  }

  boolean isEmpty() {
    return tables.isEmpty();
  }

  /** Bytes of all, before compression. */
  long bytes() {
    return bytes;
  }

  void add(TableBuffer table, RowChange change) {
    int before = table.bytes();
    if (table.isEmpty()) {
      tables.add(table);
    }
    table.add(change);
    bytes += table.bytes() - before;
  }

  /** Ends a table's batch, which is not empty. */
  HubEvent cut(TableBuffer table) {
    tables.remove(table);
    bytes -= table.bytes();
    return table.cut(mirror, fence);
  }

  /** Ends all. */
  List<HubEvent> cutAll() {
    List<HubEvent> events = new ArrayList<>();
    for (TableBuffer table : tables) {
      events.add(table.cut(mirror, fence));
    }
    tables.clear();
    bytes = 0;
    return events;
  }
}

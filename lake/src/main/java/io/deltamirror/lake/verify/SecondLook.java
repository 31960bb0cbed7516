package io.deltamirror.lake.verify;

import io.deltamirror.core.schema.TableSchema;
import io.deltamirror.lake.verify.MirrorProgress.Standing;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Looks again at rows that differed, until each is equal or stably different: both sides had the
 * same values at two looks in a row, and the mirror had caught up with the source between them.
 */
final class SecondLook {
  private final TableSides.Opener opener;
  private final Patience patience;
  private final VerifyOptions options;
  private final VerifyListener listener;

  /**
   * What came of it.
   *
   * @param first the first differences, by key
   * @param differences how many there are
   * @param moving rows that still changed at the last look
   * @param reason why not all could be looked at to the end
   */
  record Result(List<RowDifference> first, long differences, int moving, Optional<String> reason) {}

  SecondLook(
      TableSides.Opener opener, Patience patience, VerifyOptions options, VerifyListener listener) {
    this.opener = opener;
    this.patience = patience;
    this.options = options;
    this.listener = listener;
  }

  Result at(TableSchema table, List<RowKey> candidates) throws InterruptedException {
    Map<RowKey, Optional<Sighting>> open = new TreeMap<>();
    candidates.forEach(key -> open.put(key, Optional.empty()));
    TreeMap<RowKey, RowDifference> found = new TreeMap<>();
    Optional<String> reason = Optional.empty();
    for (int round = 0; round < options.rounds() && !open.isEmpty(); round++) {
      listener.waiting(table.name());
      reason = reason(patience.catchUp(table.oid()));
      if (reason.isPresent()) {
        break;
      }
      listener.lookingAgain(table.name(), open.size());
      look(table, open, found);
    }
    List<RowDifference> first = found.values().stream().limit(options.keysShown()).toList();
    return new Result(first, found.size(), open.size(), reason);
  }

  private void look(
      TableSchema table, Map<RowKey, Optional<Sighting>> open, Map<RowKey, RowDifference> found) {
    List<RowKey> keys = List.copyOf(open.keySet());
    Sightings seen = new Sightings(keys);
    try (TableSides sides = opener.open(table)) {
      RowShape shape = sides.shape();
      if (!shape.table().equals(table)) {
        throw new CannotTellException("its columns were changed meanwhile");
      }
      sides.readKeys(keys, seen::addSource, seen::addMirrored);
      Iterator<Map.Entry<RowKey, Optional<Sighting>>> entries = open.entrySet().iterator();
      while (entries.hasNext()) {
        Map.Entry<RowKey, Optional<Sighting>> entry = entries.next();
        Sighting now = seen.of(entry.getKey());
        boolean stable = entry.getValue().filter(now::equals).isPresent();
        if (stable && !now.agrees()) {
          found.put(entry.getKey(), difference(entry.getKey(), now, shape));
        }
        if (stable || now.agrees()) {
          entries.remove();
        } else {
          entry.setValue(Optional.of(now));
        }
      }
    }
  }

  private static RowDifference difference(RowKey key, Sighting seen, RowShape shape) {
    return new RowDifference(
        seen.kind(), shape.texts(key), seen.differingColumns(shape.columnNames()));
  }

  /** Why the mirror has not caught up, or empty when it has. */
  static Optional<String> reason(Standing standing) {
    if (standing instanceof Standing.StreamBehind behind) {
      return Optional.of(behind.reason());
    }
    if (standing instanceof Standing.TableNotReady notReady) {
      return Optional.of(notReady.reason());
    }
    return Optional.empty();
  }
}

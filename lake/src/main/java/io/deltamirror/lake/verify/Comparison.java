package io.deltamirror.lake.verify;

import io.deltamirror.core.schema.TableSchema;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Collections;
import java.util.List;
import java.util.Set;

/**
 * The comparison of two whole sides as they were opened.
 *
 * @param table as the source's snapshot saw it
 * @param candidates keys whose rows differ, in order; on a busy source most of them only because
 *     the mirror is a moment behind
 * @param complete whether these are all
 */
record Comparison(
    TableSchema table,
    long sourceRows,
    long mirrorRows,
    String sourceLsn,
    long version,
    List<RowKey> candidates,
    boolean complete) {

  /** Reads both sides, and where they differ once more for the keys. */
  static Comparison of(TableSides sides, VerifyOptions options) {
    KeyBuckets source = new KeyBuckets(options.buckets());
    KeyBuckets mirror = new KeyBuckets(options.buckets());
    sides.readAll(source, mirror);

    List<RowKey> keys = new ArrayList<>();
    List<BitSet> groups = source.differing(mirror, options.heldBytes());
    int limit = options.candidates(sides.shape().columnCount());
    int read = 0;
    while (read < groups.size() && keys.size() <= limit) {
      keys.addAll(differingKeys(sides, source, groups.get(read++)));
    }
    Collections.sort(keys);
    boolean complete = read == groups.size() && keys.size() <= limit;
    return new Comparison(
        sides.shape().table(),
        source.rows(),
        mirror.rows(),
        sides.sourceLsn(),
        sides.version(),
        List.copyOf(keys.subList(0, Math.min(keys.size(), limit))),
        complete);
  }

  private static Set<RowKey> differingKeys(TableSides sides, KeyBuckets buckets, BitSet group) {
    KeyBalance balance = new KeyBalance();
    sides.readAll(
        row -> {
          if (group.get(buckets.bucket(row))) {
            balance.addSource(row);
          }
        },
        row -> {
          if (group.get(buckets.bucket(row))) {
            balance.addMirrored(row);
          }
        });
    return balance.unbalanced();
  }
}

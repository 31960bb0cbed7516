package io.deltamirror.core.source;

import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.zip.CRC32;

/**
 * The files of a partitioned table's leaves, as text that tells later whether rows came or went
 * without a trace in the table's own WAL: pgoutput publishes neither a TRUNCATE of a partition nor
 * the rows that a partition brings when it is attached or takes along when it is detached or
 * dropped.
 *
 * <p>The text has one entry for each leaf: its OID, its file where that is not the first one, and a
 * fingerprint of how it hangs in the tree, which a detaching and attaching again changes. A plus
 * says that the WAL has told of all that happened to the leaf's rows, so it may be new: it still
 * has its first file, and is empty or was made as a partition of this very table. It counts for new
 * leaves only, so that it is of no concern when an empty one is filled.
 *
 * <p>{@code ALTER TABLE … VACUUM FULL} and TRUNCATE of the whole table look like a TRUNCATE of the
 * leaves: they cannot be told apart.
 */
public final class PartitionFiles {
  /** Tens of thousands of leaves; beyond, any change counts as one of the rows. */
  private static final int LONGEST = 200_000;

  private static final int RADIX = 36;
  private static final String DIGEST = "#";
  private static final String TOLD = "+";

  /** Like no place of a leaf. */
  private static final String NOWHERE = "@-";

  private final String text;
  private final SortedMap<Long, String> leaves;

  private PartitionFiles(String text, SortedMap<Long, String> leaves) {
    this.text = text;
    this.leaves = leaves;
  }

  /**
   * A leaf.
   *
   * @param filenode {@code pg_class.relfilenode}
   * @param links transactions that hung it and the tables above it in the tree
   * @param told whether the WAL has told of all its rows
   */
  record Leaf(long filenode, String links, boolean told) {}

  static PartitionFiles of(Map<Long, Leaf> present) {
    SortedMap<Long, String> leaves = new TreeMap<>();
    present.forEach(
        (oid, leaf) ->
            leaves.put(
                oid,
                (leaf.filenode() == oid ? "" : ":" + Long.toString(leaf.filenode(), RADIX))
                    + "@"
                    + Long.toString(hash32(leaf.links()), RADIX)
                    + (leaf.told() ? TOLD : "")));
    return of(leaves);
  }

  private static PartitionFiles of(SortedMap<Long, String> leaves) {
    String text =
        leaves.entrySet().stream()
            .map(leaf -> Long.toString(leaf.getKey(), RADIX) + leaf.getValue())
            .collect(Collectors.joining(" "));
    return new PartitionFiles(
        text.length() <= LONGEST
            ? text
            : DIGEST + Long.toString(Fingerprint.of(text).value(), RADIX),
        leaves);
  }

  static PartitionFiles parse(String text) {
    SortedMap<Long, String> leaves = new TreeMap<>();
    if (!text.isEmpty() && !text.startsWith(DIGEST)) {
      for (String entry : text.split(" ", -1)) {
        int end = entry.indexOf(entry.indexOf(':') < 0 ? '@' : ':');
        leaves.put(Long.parseLong(entry.substring(0, end), RADIX), entry.substring(end));
      }
    }
    return new PartitionFiles(text, leaves);
  }

  /**
   * What happened to the given leaves, besides what the WAL tells, from this to the other; of too
   * many leaves that is not known.
   */
  Optional<String> untold(Set<Long> oids, PartitionFiles now) {
    if (isDigest() || now.isDigest()) {
      return Optional.empty();
    }
    for (long oid : oids) {
      String leaf = now.leaves.get(oid);
      if (leaf == null) {
        return Optional.of("a partition was detached or dropped");
      }
      if (!leaves.containsKey(oid) && !leaf.endsWith(TOLD)) {
        return Optional.of("a partition was attached");
      }
    }
    return Optional.empty();
  }

  /**
   * These, and those of the given ones that are new: where they are if the WAL has told of all
   * their rows, and else in no place at all, so that whoever compares finds them changed.
   */
  PartitionFiles with(Set<Long> oids, PartitionFiles now) {
    if (isDigest() || now.isDigest()) {
      return this;
    }
    SortedMap<Long, String> more = new TreeMap<>(leaves);
    for (long oid : oids) {
      String leaf = now.leaves.get(oid);
      more.putIfAbsent(oid, leaf != null && leaf.endsWith(TOLD) ? leaf : NOWHERE);
    }
    return of(more);
  }

  /** These, those that are in both as they are in the other, and its own. */
  PartitionFiles under(PartitionFiles later) {
    if (isDigest() || later.isDigest()) {
      return later;
    }
    SortedMap<Long, String> all = new TreeMap<>(leaves);
    all.putAll(later.leaves);
    return of(all);
  }

  private boolean isDigest() {
    return text.startsWith(DIGEST);
  }

  /** What happened to rows, besides what the WAL tells, from this to the other, if anything did. */
  Optional<String> until(PartitionFiles now) {
    if (isDigest() || now.isDigest()) {
      return text.equals(now.text) ? Optional.empty() : Optional.of("its partitions changed");
    }
    for (Map.Entry<Long, String> leaf : leaves.entrySet()) {
      String present = now.leaves.get(leaf.getKey());
      if (present == null) {
        return Optional.of("a partition was detached or dropped");
      }
      if (!place(present).equals(place(leaf.getValue()))) {
        return Optional.of("a partition was truncated, rewritten or attached anew");
      }
    }
    boolean attached =
        now.leaves.entrySet().stream()
            .anyMatch(
                leaf -> !leaves.containsKey(leaf.getKey()) && !leaf.getValue().endsWith(TOLD));
    return attached ? Optional.of("a partition was attached") : Optional.empty();
  }

  private static String place(String leaf) {
    return leaf.endsWith(TOLD) ? leaf.substring(0, leaf.length() - 1) : leaf;
  }

  @Override
  public String toString() {
    return text;
  }

  /** One number for all files, by the leaves' OIDs: never 0 but for a table without leaves. */
  public static long fingerprint(Map<Long, Long> filenodes) {
    if (filenodes.isEmpty()) {
      return 0;
    }
    return Fingerprint.of(
            new TreeMap<>(filenodes)
                .entrySet().stream()
                    .map(leaf -> leaf.getKey() + ":" + leaf.getValue())
                    .collect(Collectors.joining(" ")))
        .value();
  }

  private static long hash32(String text) {
    CRC32 crc = new CRC32();
    crc.update(text.getBytes(StandardCharsets.UTF_8));
    return crc.getValue();
  }
}

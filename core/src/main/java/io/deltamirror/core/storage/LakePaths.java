package io.deltamirror.core.storage;

import io.deltamirror.core.change.Position;
import io.deltamirror.core.schema.TableName;
import java.util.Locale;

/** Where things are in the lake: tables for readers, files for the mirror itself. */
public final class LakePaths {
  private static final String OWN = "Files/_delta-mirror/";

  private LakePaths() {}

  /** The folder of a Delta table. */
  public static String table(TableName name) {
    return "Tables/" + safe(name.schema()) + "/" + safe(name.name());
  }

  /** Folder of the batches that wait for a seed. */
  public static String spool(String mirror, long oid, int seed) {
    return OWN + safe(mirror) + "/spool/" + oid + "/" + seed;
  }

  /** One waiting batch; names sort in the order of the stream. */
  public static String spooled(String mirror, long oid, int seed, Position first, Position last) {
    return spool(mirror, oid, seed) + "/" + sortable(first) + "_" + sortable(last) + ".avro";
  }

  /**
   * A batch too large for an event. The hash is part of the name: what is sent again after a crash
   * is another file, as its header differs, and the events sent before still refer to the first
   * one.
   */
  public static String large(
      String mirror, long oid, Position first, Position last, String sha256) {
    return OWN
        + safe(mirror)
        + "/large/"
        + oid
        + "/"
        + sortable(first)
        + "_"
        + sortable(last)
        + "_"
        + sha256
        + ".avro";
  }

  /** Folder of the lists of files that a seed's copy wrote. */
  public static String copied(String mirror, long oid, int seed) {
    return OWN + safe(mirror) + "/copied/" + oid + "/" + seed;
  }

  /** An event that could not be read, by the partition it came from and the hash of its body. */
  public static String deadLetter(int partition, String sha256) {
    return OWN + "dead-letters/" + partition + "/" + sha256 + ".avro";
  }

  private static String sortable(Position position) {
    return String.format(
        Locale.ROOT,
        "%012d-%016x-%019d",
        position.generation(),
        position.commitLsn(),
        position.ordinal());
  }

  /** Letters, digits, dash and underscore stay; anything else becomes its code point. */
  private static String safe(String name) {
    StringBuilder path = new StringBuilder();
    name.codePoints()
        .forEach(
            c -> {
              if (c == '_' || c == '-' || Character.isLetterOrDigit(c)) {
                path.appendCodePoint(c);
              } else {
                path.append(String.format(Locale.ROOT, "_x%04X_", c));
              }
            });
    return path.toString();
  }
}

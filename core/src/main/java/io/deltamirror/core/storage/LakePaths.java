package io.deltamirror.core.storage;

import io.deltamirror.core.change.Hash;
import io.deltamirror.core.change.Position;
import io.deltamirror.core.schema.TableName;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Optional;

/** Where things are in the lake: tables for readers, files for the mirror itself. */
public final class LakePaths {
  private static final String OWN = "Files/_delta-mirror/";

  /** Characters of a name; a name has at most 63 bytes in PostgreSQL, so few reach this. */
  private static final int LONGEST_NAME = 120;

  private static final int HASH_LENGTH = 32;

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

  /**
   * Folder of the events that could not be used: those of a mirror, or those that belong to none
   * that is known. No mirror's name has a tilde.
   */
  public static String deadLetters(Optional<String> mirror) {
    return OWN + "dead-letters/" + mirror.map(LakePaths::safe).orElse("~unknown");
  }

  private static String sortable(Position position) {
    return String.format(
        Locale.ROOT,
        "%012d-%016x-%019d",
        position.generation(),
        position.commitLsn(),
        position.ordinal());
  }

  /**
   * One folder's or file's name. Letters, digits, dash and underscore stay; anything else becomes
   * its code point, {@code _x002E_} for a point. So that no two names are the same path, and none
   * is one that means something to Delta readers, an underscore that begins such a code, or {@code
   * _delta_log}, becomes its code too. File systems take 255 bytes: what would be longer is cut and
   * ends in its hash.
   */
  private static String safe(String name) {
    StringBuilder path = new StringBuilder();
    for (int i = 0; i < name.length(); ) {
      int c = name.codePointAt(i);
      boolean plain =
          c == '_'
              ? !name.startsWith("_x", i) && !name.equals("_delta_log")
              : c == '-' || Character.isLetterOrDigit(c);
      if (plain) {
        path.appendCodePoint(c);
      } else {
        path.append(String.format(Locale.ROOT, "_x%04X_", c));
      }
      i += Character.charCount(c);
    }
    return path.length() <= LONGEST_NAME ? path.toString() : cut(path, name);
  }

  /** Ends in {@code _x_} and a hash, which no other name does: {@code _x} is always a code. */
  private static String cut(StringBuilder path, String name) {
    int end = LONGEST_NAME - HASH_LENGTH;
    int whole = Character.isHighSurrogate(path.charAt(end - 1)) ? end - 1 : end;
    String hash = Hash.hex(name.getBytes(StandardCharsets.UTF_8)).substring(0, HASH_LENGTH);
    return path.substring(0, whole) + "_x_" + hash;
  }
}

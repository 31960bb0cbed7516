package io.deltamirror.core.source;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Locale;

/**
 * How a mirror's objects on the source are called. A slot's name takes lower-case letters, digits
 * and underscores only, at most 63 (PostgreSQL: "Replication Slots"), and is unique in the server.
 *
 * @param slot the replication slot
 * @param full the publication of inserts, updates, deletes and truncates
 * @param insertOnly the publication for tables whose updates must not be published
 */
public record SourceNames(String slot, String full, String insertOnly) {
  private static final String PREFIX = "mirror_";

  /** The names of a mirror; names of mirrors that differ give names that differ. */
  public static SourceNames of(String mirror) {
    String safe = mirror.toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9_]", "_");
    String unique = PREFIX + (safe.equals(mirror) ? safe : safe + "_" + digest(mirror));
    return new SourceNames(unique, unique + "_full", unique + "_insert");
  }

  private static String digest(String mirror) {
    try {
      byte[] hash =
          MessageDigest.getInstance("SHA-256").digest(mirror.getBytes(StandardCharsets.UTF_8));
      return HexFormat.of().formatHex(hash, 0, 4);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JRE has SHA-256", e);
    }
  }
}

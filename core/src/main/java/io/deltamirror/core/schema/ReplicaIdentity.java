package io.deltamirror.core.schema;

/** What PostgreSQL writes to the WAL of the old row ({@code pg_class.relreplident}). */
public enum ReplicaIdentity {
  DEFAULT('d'),
  NOTHING('n'),
  FULL('f'),
  INDEX('i');

  private final char code;

  ReplicaIdentity(char code) {
    this.code = code;
  }

  /**
   * The identity of a catalog's or a RELATION message's letter.
   *
   * @throws IllegalArgumentException for a letter PostgreSQL does not define
   */
  public static ReplicaIdentity of(char code) {
    for (ReplicaIdentity identity : values()) {
      if (identity.code == code) {
        return identity;
      }
    }
    throw new IllegalArgumentException("unknown replica identity: " + code);
  }
}

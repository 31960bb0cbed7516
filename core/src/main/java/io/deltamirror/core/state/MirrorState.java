package io.deltamirror.core.state;

import java.util.Optional;

/**
 * All that is known of one mirror, by kind of document. Thread-safe.
 *
 * @param store where it is kept
 * @param mirror its name
 */
public record MirrorState(MirrorStore store, String mirror) {

  public Documents<MirrorDefinition> definitions() {
    return new Documents<>(store, mirror, MirrorDefinition.class);
  }

  public Documents<MirrorRun> runs() {
    return new Documents<>(store, mirror, MirrorRun.class);
  }

  public Documents<SourceIdentity> identities() {
    return new Documents<>(store, mirror, SourceIdentity.class);
  }

  /** Named by {@link TableState#document}. */
  public Documents<TableState> tables() {
    return new Documents<>(store, mirror, TableState.class);
  }

  /** Named by {@link TableProgress#document}. */
  public Documents<TableProgress> progress() {
    return new Documents<>(store, mirror, TableProgress.class);
  }

  /** Named by {@link CopyPart#document}. */
  public Documents<CopyPart> parts() {
    return new Documents<>(store, mirror, CopyPart.class);
  }

  /** Named by {@link PartitionMark#document}. */
  public Documents<PartitionMark> marks() {
    return new Documents<>(store, mirror, PartitionMark.class);
  }

  /** Named by {@link Standstill#document}. */
  public Documents<Standstill> standstills() {
    return new Documents<>(store, mirror, Standstill.class);
  }

  public Optional<MirrorDefinition> definition() {
    return definitions().get(MirrorDefinition.DOCUMENT);
  }

  public Optional<MirrorRun> run() {
    return runs().get(MirrorRun.DOCUMENT);
  }

  public Optional<MirrorLease> lease() {
    return new Documents<>(store, mirror, MirrorLease.class).get(MirrorLease.DOCUMENT);
  }

  public Optional<SourceIdentity> identity() {
    return identities().get(SourceIdentity.DOCUMENT);
  }

  public Optional<TableState> table(long oid) {
    return tables().get(TableState.document(oid));
  }
}

package io.deltamirror.worker.lease;

import io.deltamirror.core.ErrorCode;
import io.deltamirror.core.MirrorException;
import io.deltamirror.core.state.MirrorRun;
import io.deltamirror.core.state.MirrorState;
import io.deltamirror.core.state.MirrorStore;
import io.deltamirror.core.state.SourceIdentity;
import io.deltamirror.core.state.TableState;
import io.deltamirror.worker.stream.OffsetDocument;
import java.util.List;
import java.util.Optional;
import java.util.function.BooleanSupplier;

/**
 * A mirror's store as its owner writes to it: each write is refused once the lease is over or
 * another worker has taken a fence. Thread-safe.
 *
 * <p>Between that look and the write another worker may take over. What is written then was read
 * before, so {@link #seal} makes it fail: the new owner writes every document anew that an earlier
 * one may have in hand, before it reads any of them.
 */
final class FencedStore implements MirrorStore {
  private final MirrorStore store;
  private final MirrorState state;
  private final long fence;
  private final BooleanSupplier held;

  FencedStore(MirrorStore store, String mirror, long fence, BooleanSupplier held) {
    this.store = store;
    this.state = new MirrorState(store, mirror);
    this.fence = fence;
    this.held = held;
  }

  /** Throws {@code STALE_WRITER} when this worker does not own the mirror any more. */
  void check() {
    if (!held.getAsBoolean()) {
      throw stale("the lease of " + state.mirror() + " is over");
    }
    long present = state.run().map(MirrorRun::fence).orElse(0L);
    if (present != fence) {
      throw stale(state.mirror() + " has another owner: fence " + present + ", not " + fence);
    }
  }

  static MirrorException stale(String why) {
    return new MirrorException(ErrorCode.STALE_WRITER, why);
  }

  /**
   * Gives every document that decides anything a new version. One that cannot be replaced was
   * changed since it was listed here, which has the same effect.
   */
  void seal() {
    String mirror = state.mirror();
    store.get(mirror, SourceIdentity.DOCUMENT).ifPresent(this::touch);
    store.get(mirror, OffsetDocument.NAME).ifPresent(this::touch);
    store.list(mirror, TableState.PREFIX).forEach(this::touch);
  }

  private void touch(Document document) {
    store.replace(document, document.text());
  }

  @Override
  public Optional<Document> get(String mirror, String name) {
    return store.get(mirror, name);
  }

  @Override
  public Optional<Document> create(String mirror, String name, String text) {
    check();
    return store.create(mirror, name, text);
  }

  @Override
  public Optional<Document> replace(Document read, String text) {
    check();
    return store.replace(read, text);
  }

  @Override
  public boolean delete(Document read) {
    check();
    return store.delete(read);
  }

  @Override
  public List<Document> list(String mirror, String namePrefix) {
    return store.list(mirror, namePrefix);
  }

  @Override
  public List<String> mirrors() {
    return store.mirrors();
  }

  /** The store stays open: it belongs to others too. */
  @Override
  public void close() {}
}

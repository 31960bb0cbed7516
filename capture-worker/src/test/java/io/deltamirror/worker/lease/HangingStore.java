package io.deltamirror.worker.lease;

import io.deltamirror.core.state.MirrorStore;
import java.util.List;
import java.util.Optional;

/** A store that does not answer while it hangs; what was asked meanwhile is answered later. */
public final class HangingStore implements MirrorStore {
  private final MirrorStore store;
  private boolean hanging;

  public HangingStore(MirrorStore store) {
    this.store = store;
  }

  public synchronized void hang() {
    hanging = true;
  }

  public synchronized void answer() {
    hanging = false;
    notifyAll();
  }

  private synchronized MirrorStore store() {
    boolean interrupted = false;
    while (hanging) {
      try {
        wait();
      } catch (InterruptedException e) {
        interrupted = true; // as one that waits for a disk
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
    return store;
  }

  @Override
  public Optional<Document> get(String mirror, String name) {
    return store().get(mirror, name);
  }

  @Override
  public Optional<Document> create(String mirror, String name, String text) {
    return store().create(mirror, name, text);
  }

  @Override
  public Optional<Document> replace(Document read, String text) {
    return store().replace(read, text);
  }

  @Override
  public boolean delete(Document read) {
    return store().delete(read);
  }

  @Override
  public List<Document> list(String mirror, String namePrefix) {
    return store().list(mirror, namePrefix);
  }

  @Override
  public List<String> mirrors() {
    return store().mirrors();
  }

  @Override
  public void close() {
    store.close();
  }
}

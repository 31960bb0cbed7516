package io.deltamirror.worker.stream;

import io.deltamirror.core.state.MirrorStore;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Counts how often a document is read.
 *
 * @param reads goes up with each
 */
record CountingStore(MirrorStore store, AtomicInteger reads) implements MirrorStore {
  @Override
  public Optional<Document> get(String mirror, String name) {
    reads.incrementAndGet();
    return store.get(mirror, name);
  }

  @Override
  public Optional<Document> create(String mirror, String name, String text) {
    return store.create(mirror, name, text);
  }

  @Override
  public Optional<Document> replace(Document read, String text) {
    return store.replace(read, text);
  }

  @Override
  public boolean delete(Document read) {
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

  @Override
  public void close() {
    store.close();
  }
}

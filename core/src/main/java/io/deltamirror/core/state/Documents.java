package io.deltamirror.core.state;

import io.deltamirror.core.ErrorCode;
import io.deltamirror.core.MirrorException;
import io.deltamirror.core.json.Json;
import io.deltamirror.core.state.MirrorStore.Document;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.UnaryOperator;

/**
 * Documents of one type and one mirror in a {@link MirrorStore}, as records. Thread-safe.
 *
 * @param <T> a record that Jackson reads and writes
 */
public final class Documents<T> {
  /** Far more than writers of one document there are; more means that something is broken. */
  private static final int MAX_ATTEMPTS = 100;

  private final MirrorStore store;
  private final String mirror;
  private final Class<T> type;

  public Documents(MirrorStore store, String mirror, Class<T> type) {
    this.store = store;
    this.mirror = mirror;
    this.type = type;
  }

  public Optional<T> get(String name) {
    return store.get(mirror, name).map(this::read);
  }

  public List<T> list(String prefix) {
    return store.list(mirror, prefix).stream().map(this::read).toList();
  }

  /** Writes it if there is none; returns what is there afterwards. */
  public T createIfAbsent(String name, T value) {
    while (true) {
      if (store.create(mirror, name, Json.write(value)).isPresent()) {
        return value;
      }
      Optional<T> present = get(name);
      if (present.isPresent()) {
        return present.get();
      }
    }
  }

  /** Writes it whatever is there; for documents with one writer. */
  public void put(String name, T value) {
    change(name, ignored -> Optional.of(value));
  }

  /**
   * Changes what is there, again and again until no one else changed it meanwhile.
   *
   * @param change from the present value to the next; returning the same object writes nothing
   * @return the value that is there afterwards, or empty when there is no such document
   */
  public Optional<T> update(String name, UnaryOperator<T> change) {
    return change(name, present -> present.map(change));
  }

  /**
   * As {@link #update}, also for a document that is not there yet.
   *
   * @param change from the present value, if any, to the next; empty leaves things as they are
   */
  public Optional<T> change(String name, Function<Optional<T>, Optional<T>> change) {
    for (int attempt = 0; attempt < MAX_ATTEMPTS; attempt++) {
      Optional<Document> document = store.get(mirror, name);
      Optional<T> present = document.map(this::read);
      Optional<T> next = change.apply(present);
      if (next.isEmpty() || next.get() == present.orElse(null)) {
        return present;
      }
      String text = Json.write(next.get());
      boolean written =
          document.isPresent()
              ? store.replace(document.get(), text).isPresent()
              : store.create(mirror, name, text).isPresent();
      if (written) {
        return next;
      }
    }
    throw new MirrorException(ErrorCode.MIRROR_CONFLICT, "no end of writers of " + name);
  }

  /** Removes it, whatever it says. */
  public void delete(String name) {
    while (true) {
      Optional<Document> document = store.get(mirror, name);
      if (document.isEmpty() || store.delete(document.get())) {
        return;
      }
    }
  }

  private T read(Document document) {
    return Json.read(document.text(), type);
  }
}

package io.deltamirror.worker.stream;

import io.deltamirror.core.ErrorCode;
import io.deltamirror.core.MirrorException;
import io.deltamirror.core.json.Json;
import io.deltamirror.core.state.MirrorStore;
import io.deltamirror.core.state.MirrorStore.Document;
import java.util.Map;
import java.util.Optional;

/**
 * The stored offset of a mirror's stream: one document, durable when a write returns. Whoever opens
 * it later takes it over: the next write of an earlier one fails. Thread-safe.
 */
public final class OffsetDocument {
  /** Name of the document. */
  public static final String NAME = "offset";

  private final MirrorStore store;
  private final String mirror;
  private Optional<Document> document;

  /** Opens the document, also when there is none yet. */
  public OffsetDocument(MirrorStore store, String mirror) {
    this.store = store;
    this.mirror = mirror;
    this.document = store.get(mirror, NAME);
  }

  /** The offset stored last. */
  public synchronized Optional<StreamOffset> offset() {
    return document.map(stored -> StreamOffset.fromConnect(Json.read(stored.text(), Map.class)));
  }

  /**
   * Stores an offset.
   *
   * @throws MirrorException {@code STALE_WRITER} when another worker has written meanwhile
   */
  public void write(StreamOffset offset) {
    write(Json.write(offset.toConnect()));
  }

  synchronized Optional<String> text() {
    return document.map(Document::text);
  }

  /**
   * Stores an offset in Connect's form.
   *
   * @throws MirrorException {@code STALE_WRITER} when another worker has written meanwhile
   */
  synchronized void write(String text) {
    Optional<Document> written =
        document.isPresent()
            ? store.replace(document.get(), text)
            : store.create(mirror, NAME, text);
    document =
        Optional.of(
            written.orElseThrow(
                () ->
                    new MirrorException(
                        ErrorCode.STALE_WRITER, "another worker streams " + mirror)));
  }
}

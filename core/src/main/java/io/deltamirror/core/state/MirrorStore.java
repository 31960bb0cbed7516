package io.deltamirror.core.state;

import java.util.List;
import java.util.Optional;

/**
 * Where mirrors, table states, offsets and copy parts are kept: small documents with optimistic
 * concurrency. The truth about what a table holds is in its Delta log; this is for resuming quickly
 * and for people.
 *
 * <p>A document is text of at most {@link #MAX_LENGTH} characters under (mirror, name). Names
 * consist of letters, digits and {@code - . _ :}. Every write is durable when the call returns, and
 * is seen by every later read of any process (Table storage: strongly consistent within a region;
 * SQLite: one writer). Implementations are safe for any number of threads.
 *
 * <p>All methods throw {@link io.deltamirror.core.MirrorException} with {@code STATE_UNAVAILABLE}
 * when the store cannot be reached.
 */
public interface MirrorStore extends AutoCloseable {
  /** Longest document, in characters. */
  int MAX_LENGTH = 400_000;

  /**
   * A document as it was read.
   *
   * @param etag changes with every write; opaque
   */
  record Document(String mirror, String name, String text, String etag) {}

  Optional<Document> get(String mirror, String name);

  /** Writes a new document; empty when there is one already. */
  Optional<Document> create(String mirror, String name, String text);

  /** Writes over the version that was read; empty when it was changed or deleted meanwhile. */
  Optional<Document> replace(Document read, String text);

  /** Removes the version that was read; false when it was changed meanwhile, true when gone. */
  boolean delete(Document read);

  /** All documents of a mirror whose name starts with the prefix, in the order of their names. */
  List<Document> list(String mirror, String namePrefix);

  /** Names of all mirrors that have a document, in order. */
  List<String> mirrors();

  @Override
  void close();
}

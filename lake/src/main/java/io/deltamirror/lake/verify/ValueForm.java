package io.deltamirror.lake.verify;

import io.delta.kernel.data.ColumnVector;
import java.nio.charset.StandardCharsets;

/**
 * How the values of one column are brought to the same bytes from both sides. By default these are
 * PostgreSQL's text: the source's as it comes, the mirror's as PostgreSQL would print it.
 * Stateless.
 */
@FunctionalInterface
interface ValueForm {
  /** Puts a value of the mirror, which is not NULL. */
  void putMirrored(ColumnVector vector, int row, RowImage into);

  /** Puts PostgreSQL's text of a value, which may be overwritten. */
  default void putSource(byte[] text, int from, int to, RowImage into) {
    into.put(text, from, to);
  }

  /** The value as text that PostgreSQL reads. */
  default String text(byte[] value) {
    return new String(value, StandardCharsets.UTF_8);
  }
}

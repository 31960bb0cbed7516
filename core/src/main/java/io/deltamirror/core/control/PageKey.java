package io.deltamirror.core.control;

import io.deltamirror.core.ErrorCode;
import io.deltamirror.core.MirrorException;
import io.deltamirror.core.schema.TableName;
import io.deltamirror.core.state.TableState;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Comparator;

/** Where a table stands in the list; the last one of a page is the token for the next. */
record PageKey(TableName name, long oid) implements Comparable<PageKey> {
  /** The one character that PostgreSQL allows in no name. */
  private static final String SEPARATOR = "\0";

  private static final Comparator<PageKey> ORDER =
      Comparator.comparing(PageKey::name).thenComparingLong(PageKey::oid);

  static PageKey of(TableState table) {
    return new PageKey(table.name(), table.oid());
  }

  String token() {
    String text = String.join(SEPARATOR, name.schema(), name.name(), Long.toString(oid));
    return Base64.getUrlEncoder()
        .withoutPadding()
        .encodeToString(text.getBytes(StandardCharsets.UTF_8));
  }

  static PageKey parse(String token) {
    try {
      byte[] text = Base64.getUrlDecoder().decode(token);
      String[] parts = new String(text, StandardCharsets.UTF_8).split(SEPARATOR, -1);
      if (parts.length != 3) {
        throw new IllegalArgumentException("not three parts");
      }
      return new PageKey(new TableName(parts[0], parts[1]), Long.parseLong(parts[2]));
    } catch (IllegalArgumentException e) {
      throw new MirrorException(
          ErrorCode.INVALID_ARGUMENT, "continuationToken is not one that was given out", e);
    }
  }

  @Override
  public int compareTo(PageKey other) {
    return ORDER.compare(this, other);
  }
}

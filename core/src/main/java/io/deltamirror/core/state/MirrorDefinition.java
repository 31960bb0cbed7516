package io.deltamirror.core.state;

import io.deltamirror.core.schema.TypeOptions;
import java.util.List;
import java.util.Optional;

/**
 * What a mirror is: its source and its tables. Holds no secret, only where one is to be found.
 *
 * @param name letters, digits, dash and underscore; at most 40 characters
 * @param source where PostgreSQL is
 * @param tables patterns {@code schema.table} with {@code *}; empty for all
 * @param types how columns are carried
 */
public record MirrorDefinition(String name, Source source, List<String> tables, TypeOptions types) {

  /**
   * A PostgreSQL database.
   *
   * @param passwordVariable name of the environment variable that holds the password, if any
   */
  public record Source(
      String host, int port, String database, String user, Optional<String> passwordVariable) {}

  /** Name of its document. */
  public static final String DOCUMENT = "definition";

  public MirrorDefinition {
    tables = List.copyOf(tables);
    types = types == null ? TypeOptions.DEFAULT : types;
    if (!isName(name)) {
      throw new IllegalArgumentException("not a mirror's name: " + name);
    }
  }

  /** With types as they are by default. */
  public MirrorDefinition(String name, Source source, List<String> tables) {
    this(name, source, tables, TypeOptions.DEFAULT);
  }

  /** Whether a mirror may be called so. */
  public static boolean isName(String text) {
    return text.matches("[A-Za-z0-9_-]{1,40}");
  }
}

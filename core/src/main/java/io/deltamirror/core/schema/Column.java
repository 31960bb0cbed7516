package io.deltamirror.core.schema;

import java.util.Objects;

/**
 * A column as the source's catalog describes it.
 *
 * @param attnum {@code pg_attribute.attnum}: stays the same over a rename
 * @param name as stored, case kept
 * @param typeOid {@code pg_type.oid}; a domain's own OID for a domain
 * @param typmod PostgreSQL's type modifier, -1 for none
 * @param typeName the type as {@code format_type} prints it, for people
 * @param keyOrdinal place in the primary key from 1, or 0
 */
public record Column(
    int attnum, String name, int typeOid, int typmod, String typeName, int keyOrdinal) {
  public Column {
    Objects.requireNonNull(name);
    Objects.requireNonNull(typeName);
  }

  public boolean isKey() {
    return keyOrdinal > 0;
  }
}

package io.deltamirror.core.schema;

import com.fasterxml.jackson.annotation.JsonIgnore;
import java.util.Objects;

/**
 * A column as the source's catalog describes it, and how the mirror carries its values.
 *
 * @param attnum {@code pg_attribute.attnum}: stays the same over a rename, never used again
 * @param name as stored, case kept
 * @param typeOid {@code pg_type.oid}; a domain's own OID for a domain
 * @param typmod PostgreSQL's type modifier, -1 for none
 * @param typeName the type as {@code format_type} prints it, for people
 * @param keyOrdinal place in the key from 1, or 0; the key is what identifies a row in the WAL: see
 *     {@link TableSchema}
 * @param carriedAs the {@link ColumnType#form() form} of its values in batches and in the lake;
 *     text for an array in a key, as a list is nothing to look up
 */
public record Column(
    int attnum,
    String name,
    int typeOid,
    int typmod,
    String typeName,
    int keyOrdinal,
    String carriedAs) {
  public Column {
    Objects.requireNonNull(name);
    Objects.requireNonNull(typeName);
    Objects.requireNonNull(carriedAs);
    if (keyOrdinal > 0 && carriedAs.startsWith("array(")) {
      carriedAs = "text";
    }
  }

  /** A column of a type that PostgreSQL itself brings, carried as such types are by default. */
  public Column(int attnum, String name, int typeOid, int typmod, String typeName, int keyOrdinal) {
    this(
        attnum,
        name,
        typeOid,
        typmod,
        typeName,
        keyOrdinal,
        ColumnTypes.builtIn(typeOid, typmod).form());
  }

  @JsonIgnore
  public boolean isKey() {
    return keyOrdinal > 0;
  }

  /** The same column with values of another form. */
  public Column carriedAs(ColumnType type) {
    return new Column(attnum, name, typeOid, typmod, typeName, keyOrdinal, type.form());
  }
}

package io.deltamirror.lake.verify;

import java.util.Optional;

/**
 * A type of the source without the domains around it.
 *
 * @param oid {@code pg_type.oid}
 * @param name {@code pg_type.typname}
 * @param typmod type modifier, -1 for none; of an array that of its elements
 * @param literal how it is written in a statement, without modifier
 * @param delimiter between its values in an array's text
 * @param ownEquality whether PostgreSQL's own operators compare it, so that it can be looked up
 *     with no other schema in the search path
 * @param element of an array
 */
record SourceType(
    int oid,
    String name,
    int typmod,
    String literal,
    char delimiter,
    boolean ownEquality,
    Optional<SourceType> element) {

  /** A type that PostgreSQL itself brings, by its OID alone. */
  static SourceType builtIn(int oid, int typmod) {
    return new SourceType(oid, "", typmod, "", ',', true, Optional.empty());
  }

  /** An array of elements of this type. */
  SourceType array(int arrayOid) {
    return new SourceType(
        arrayOid, "_" + name, typmod, literal + "[]", ',', true, Optional.of(this));
  }

  /** Whether PostGIS prints it as hexadecimal digits. */
  boolean isGeometry() {
    return !ownEquality && (name.equals("geometry") || name.equals("geography"));
  }
}

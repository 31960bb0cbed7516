package io.deltamirror.core.schema;

import io.deltamirror.core.MirrorException;

/** A value that its column's form cannot hold; as text the column could. */
public final class UnfitValueException extends MirrorException {
  private static final long serialVersionUID = 1L;

  private final int attnum;

  UnfitValueException(Column column, MirrorException why) {
    super(why.code(), "column " + column.name() + ": " + why.getMessage(), why);
    this.attnum = column.attnum();
  }

  /** {@code pg_attribute.attnum} of the column. */
  public int attnum() {
    return attnum;
  }
}

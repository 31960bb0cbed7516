package io.deltamirror.lake.apply;

import io.deltamirror.core.ErrorCode;
import io.deltamirror.core.MirrorException;
import io.deltamirror.core.change.Position;
import io.deltamirror.core.schema.TableSchema;

/** The rows that a table has cannot go on in the shape of the changes that follow. */
final class OtherShapeException extends MirrorException {
  private static final long serialVersionUID = 1L;

  private final transient TableSchema shape;
  private final transient Position before;

  OtherShapeException(TableSchema shape, Position before, String why, Throwable cause) {
    super(ErrorCode.SHAPE_CHANGED, why, cause);
    this.shape = shape;
    this.before = before;
  }

  /** That of the changes that follow. */
  TableSchema shape() {
    return shape;
  }

  /** Up to where all changes are committed: the next one has that shape. */
  Position before() {
    return before;
  }
}

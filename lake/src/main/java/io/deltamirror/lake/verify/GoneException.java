package io.deltamirror.lake.verify;

/** The source has the table no longer, so there is nothing to compare. */
final class GoneException extends RuntimeException {
  GoneException() {
    super("it is gone from the source");
  }
}

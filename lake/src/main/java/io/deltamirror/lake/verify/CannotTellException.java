package io.deltamirror.lake.verify;

/** A table cannot be compared; the message says why, for people. */
final class CannotTellException extends RuntimeException {
  CannotTellException(String reason) {
    super(reason);
  }
}

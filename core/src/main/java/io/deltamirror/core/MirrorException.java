package io.deltamirror.core;

/** A failure with a code that a person can look up; the message says what happened and where. */
public class MirrorException extends RuntimeException {
  private final ErrorCode code;

  public MirrorException(ErrorCode code, String message) {
    this(code, message, null);
  }

  public MirrorException(ErrorCode code, String message, Throwable cause) {
    super(message, cause);
    this.code = code;
  }

  public ErrorCode code() {
    return code;
  }
}

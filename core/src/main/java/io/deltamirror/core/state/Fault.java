package io.deltamirror.core.state;

import io.deltamirror.core.ErrorCode;
import io.deltamirror.core.MirrorException;
import java.time.Instant;

/** Why something is not as it should be: code, what happened, when. */
public record Fault(ErrorCode code, String message, Instant at) {
  /** The fault behind an exception; an unknown one is {@code INTERNAL}. */
  public static Fault of(Exception e, Instant at) {
    return e instanceof MirrorException known
        ? new Fault(known.code(), known.getMessage(), at)
        : new Fault(ErrorCode.INTERNAL, e.getClass().getSimpleName(), at);
  }
}

package io.deltamirror.core.azure;

import java.io.IOException;

/** Storage answered with something that no storage answers; asking again would not help. */
public final class AnswerRefusedException extends IOException {
  public AnswerRefusedException(String message) {
    super(message);
  }
}

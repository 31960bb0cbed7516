package io.deltamirror.local.host;

/** A function has thrown what is the cause. */
final class InvocationFailedException extends Exception {
  InvocationFailedException(String function, Throwable cause) {
    super(function + " failed", cause);
  }
}

package io.deltamirror.local.host;

/** No more events come on a link, for the reason that is the cause; a new link is to be made. */
final class StreamEndedException extends RuntimeException {
  StreamEndedException(Throwable cause) {
    super("no more events come: " + cause.getMessage(), cause);
  }
}

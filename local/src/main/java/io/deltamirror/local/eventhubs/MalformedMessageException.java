package io.deltamirror.local.eventhubs;

/** The bytes are not an AMQP message of the kind that belongs here. */
final class MalformedMessageException extends Exception {
  MalformedMessageException(String message) {
    super(message);
  }

  MalformedMessageException(String message, Throwable cause) {
    super(message, cause);
  }
}

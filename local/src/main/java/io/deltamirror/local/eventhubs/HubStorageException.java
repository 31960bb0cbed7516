package io.deltamirror.local.eventhubs;

import java.io.IOException;

/**
 * The files of a local event hub cannot be used as they are. The message says what is wrong, where,
 * and what to do.
 */
public class HubStorageException extends IOException {
  HubStorageException(String message) {
    super(message);
  }

  HubStorageException(String message, Throwable cause) {
    super(message, cause);
  }
}

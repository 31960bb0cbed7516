package io.deltamirror.local.eventhubs;

/**
 * How other threads reach a connection, whose proton-j objects only its own thread may touch.
 * Thread-safe.
 */
interface Mailbox {
  /** Has the connection look for something to send. */
  void wake();

  /** Has the connection's thread run an action. */
  void post(Runnable action);
}

package io.deltamirror.local.host;

import java.time.Duration;

/** Starts invocations of one kind of trigger, until the host stops. */
interface Listener {
  /**
   * Waits for running invocations, interrupts what is not done in time, and frees what it holds.
   *
   * @param timeout for all of it together
   */
  void end(Duration timeout);
}

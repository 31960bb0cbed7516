package io.deltamirror.local.eventhubs;

/**
 * Faults a test can order. Each is used up as it happens; none is active unless ordered.
 * Thread-safe.
 *
 * <p>Counts add up with what is still outstanding of the same kind.
 */
public interface HubFaults {
  /**
   * Rejects the next {@code count} publications, storing nothing.
   *
   * @param condition the AMQP error condition, such as {@code com.microsoft:server-busy}; replaces
   *     that of an earlier call
   */
  void failSends(int count, String condition);

  /**
   * Stores the next {@code count} publications, but drops the connection instead of acknowledging:
   * the answer is lost.
   */
  void loseAcknowledgements(int count);

  /** Delivers each of the next {@code count} events twice, to whichever receivers come to read. */
  void duplicateDeliveries(int count);

  /** Cuts all connections without a farewell, as a network does. */
  void dropConnections();
}

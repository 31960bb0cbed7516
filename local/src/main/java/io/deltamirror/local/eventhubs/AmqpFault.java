package io.deltamirror.local.eventhubs;

import org.apache.qpid.proton.amqp.Symbol;
import org.apache.qpid.proton.amqp.messaging.Rejected;
import org.apache.qpid.proton.amqp.transport.ErrorCondition;

/**
 * An error as the service words it; clients decide by the condition whether to retry.
 *
 * @param condition one of the conditions in the service's "AMQP error conditions", such as {@code
 *     amqp:not-found}
 */
record AmqpFault(String condition, String description) {
  static final String SERVER_BUSY = "com.microsoft:server-busy";

  static AmqpFault notFound(String entity) {
    return new AmqpFault(
        "amqp:not-found", "The messaging entity '" + entity + "' could not be found.");
  }

  static AmqpFault noSuchPartition(Hub hub, String partition) {
    return new AmqpFault(
        "com.microsoft:argument-out-of-range",
        "The specified partition '"
            + partition
            + "' is invalid for an EventHub partition sender or receiver. It should be between 0 and "
            + (hub.partitions().size() - 1)
            + ".");
  }

  static AmqpFault invalidArgument(String description) {
    return new AmqpFault("com.microsoft:argument-error", description);
  }

  static AmqpFault malformed(String description) {
    return new AmqpFault("amqp:decode-error", description);
  }

  static AmqpFault tooLarge(long size, long limit) {
    return new AmqpFault(
        "amqp:link:message-size-exceeded",
        "The received message (size:"
            + size
            + " bytes) exceeds the limit ("
            + limit
            + " bytes) currently allowed on the link.");
  }

  static AmqpFault stolen(String description) {
    return new AmqpFault("amqp:link:stolen", description);
  }

  static AmqpFault limitExceeded(String description) {
    return new AmqpFault("amqp:resource-limit-exceeded", description);
  }

  /** A fault of ours, such as a full disk; clients retry it. */
  static AmqpFault internal(String description) {
    return new AmqpFault("amqp:internal-error", description);
  }

  ErrorCondition toErrorCondition() {
    return new ErrorCondition(Symbol.valueOf(condition), description);
  }

  Rejected toRejected() {
    Rejected rejected = new Rejected();
    rejected.setError(toErrorCondition());
    return rejected;
  }
}

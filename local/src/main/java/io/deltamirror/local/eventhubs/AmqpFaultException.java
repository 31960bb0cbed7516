package io.deltamirror.local.eventhubs;

/** What a client asked for cannot be; it is told so with the fault, on the link it asked on. */
final class AmqpFaultException extends Exception {
  private final transient AmqpFault fault;

  AmqpFaultException(AmqpFault fault) {
    super(fault.condition() + ": " + fault.description());
    this.fault = fault;
  }

  AmqpFault fault() {
    return fault;
  }
}

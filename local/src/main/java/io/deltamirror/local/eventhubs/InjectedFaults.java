package io.deltamirror.local.eventhubs;

import java.util.concurrent.atomic.AtomicInteger;

/** The faults ordered so far. While none is, each question costs one read of a number. */
final class InjectedFaults implements HubFaults {
  private final Runnable dropConnections;
  private final AtomicInteger sends = new AtomicInteger();
  private final AtomicInteger acknowledgements = new AtomicInteger();
  private final AtomicInteger deliveries = new AtomicInteger();
  private volatile String sendCondition = AmqpFault.SERVER_BUSY;

  InjectedFaults(Runnable dropConnections) {
    this.dropConnections = dropConnections;
  }

  @Override
  public void failSends(int count, String condition) {
    sendCondition = condition;
    sends.addAndGet(count);
  }

  @Override
  public void loseAcknowledgements(int count) {
    acknowledgements.addAndGet(count);
  }

  @Override
  public void duplicateDeliveries(int count) {
    deliveries.addAndGet(count);
  }

  @Override
  public void dropConnections() {
    dropConnections.run();
  }

  boolean failsSend() {
    return takes(sends);
  }

  AmqpFault sendFault() {
    return new AmqpFault(sendCondition, "Failed by order of a fault test.");
  }

  boolean losesAcknowledgement() {
    return takes(acknowledgements);
  }

  boolean duplicatesDelivery() {
    return takes(deliveries);
  }

  private static boolean takes(AtomicInteger left) {
    return left.get() > 0 && left.getAndUpdate(n -> n > 0 ? n - 1 : 0) > 0;
  }
}

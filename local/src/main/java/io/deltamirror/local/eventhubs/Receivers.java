package io.deltamirror.local.eventhubs;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * The receivers of a partition, and the service's rules on who may be one: a receiver with an epoch
 * owns the partition within its consumer group, and yields to a newer one of the same or a higher
 * epoch; without epochs five may share. Thread-safe.
 */
final class Receivers {
  private static final int MAX_SHARING = 5;

  private final List<Receiver> open = new CopyOnWriteArrayList<>();

  /**
   * Lets a receiver in, and those out that must yield to it.
   *
   * @throws AmqpFaultException when it is the new one that must yield
   */
  synchronized void admit(Receiver receiver) throws AmqpFaultException {
    List<Receiver> rivals =
        open.stream().filter(o -> o.consumerGroup().equals(receiver.consumerGroup())).toList();
    for (Receiver rival : rivals) {
      if (rival.epoch() != null && outranks(rival.epoch(), receiver.epoch())) {
        throw new AmqpFaultException(AmqpFault.stolen(refusal(rival, receiver)));
      }
    }
    if (receiver.epoch() != null) {
      rivals.forEach(rival -> evict(rival, receiver));
    } else if (rivals.size() >= MAX_SHARING) {
      throw new AmqpFaultException(
          AmqpFault.limitExceeded(
              "Exceeded the maximum number of allowed receivers per partition in a consumer group which is "
                  + MAX_SHARING
                  + "."));
    }
    open.add(receiver);
  }

  private static boolean outranks(long epoch, Long newcomer) {
    return newcomer == null || epoch > newcomer;
  }

  private void evict(Receiver rival, Receiver receiver) {
    open.remove(rival);
    rival.disconnect(
        AmqpFault.stolen(
            "New receiver with higher epoch of '"
                + receiver.epoch()
                + "' is created hence current receiver with epoch '"
                + rival.epoch()
                + "' is getting disconnected."));
  }

  private static String refusal(Receiver rival, Receiver receiver) {
    return "Receiver with a higher epoch '"
        + rival.epoch()
        + "' already exists. Receiver with epoch '"
        + receiver.epoch()
        + "' cannot be created. Make sure you are creating receiver with increasing epoch value to ensure connectivity, or"
        + " ensure all old epoch receivers are closed or disconnected.";
  }

  void remove(Receiver receiver) {
    open.remove(receiver);
  }

  void wake() {
    open.forEach(Receiver::wake);
  }
}

package io.deltamirror.local.eventhubs;

/** An open receive link, as its partition sees it. Its methods may be called from any thread. */
interface Receiver {
  String consumerGroup();

  /** The owner level ("epoch") its client asked for; null for a receiver that shares. */
  Long epoch();

  /** Events have been appended. */
  void wake();

  /** Another receiver takes this one's place. */
  void disconnect(AmqpFault reason);
}

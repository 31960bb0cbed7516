package io.deltamirror.worker;

import com.azure.core.amqp.AmqpRetryOptions;
import com.azure.messaging.eventhubs.EventHubClientBuilder;
import com.azure.messaging.eventhubs.EventHubProducerClient;
import java.time.Duration;

/**
 * Makes clients of an Event Hubs namespace. Thread-safe.
 *
 * @param connection string of the namespace; a secret
 */
public record HubClients(String connection) {
  /** The client itself tries once: it would wait four seconds, and who uses it goes on anyway. */
  private static final AmqpRetryOptions ONCE =
      new AmqpRetryOptions().setMaxRetries(0).setTryTimeout(Duration.ofSeconds(20));

  /** A client that sends to one hub; to be closed by the caller. */
  public EventHubProducerClient producer(String hub) {
    return new EventHubClientBuilder()
        .connectionString(connection, hub)
        .retryOptions(ONCE)
        .buildProducerClient();
  }

  /** Without the secret. */
  @Override
  public String toString() {
    return "HubClients";
  }
}

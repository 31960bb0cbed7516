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
  /** The client itself tries again but briefly; who uses it goes on for as long as it takes. */
  private static final AmqpRetryOptions BRIEF =
      new AmqpRetryOptions()
          .setMaxRetries(1)
          .setDelay(Duration.ofMillis(100))
          .setTryTimeout(Duration.ofSeconds(20));

  /** A client that sends to one hub; to be closed by the caller. */
  public EventHubProducerClient producer(String hub) {
    return new EventHubClientBuilder()
        .connectionString(connection, hub)
        .retryOptions(BRIEF)
        .buildProducerClient();
  }

  /** Without the secret. */
  @Override
  public String toString() {
    return "HubClients";
  }
}

package io.deltamirror.local.eventhubs;

import static io.deltamirror.local.eventhubs.HubClients.PATIENCE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.azure.core.amqp.exception.AmqpErrorCondition;
import com.azure.core.amqp.exception.AmqpException;
import com.azure.messaging.eventhubs.EventData;
import com.azure.messaging.eventhubs.models.EventPosition;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The faults a test can order, as the SDK's clients meet them. */
class LocalEventHubsFaultsIT {
  @TempDir Path directory;
  private LocalEventHubs hubs;
  private HubClients clients;

  @BeforeEach
  void start() throws IOException {
    hubs = LocalEventHubs.start(LocalEventHubsOptions.in(directory).withHub("changes", 1));
    clients = new HubClients(hubs, "changes");
  }

  @AfterEach
  void stop() throws Exception {
    clients.close();
    hubs.close();
  }

  @Test
  void serverBusyIsRetriedByTheClientAndStoresOnce() {
    hubs.faults().failSends(1, "com.microsoft:server-busy");

    clients.send("0", "event");

    assertThat(clients.producer().getPartitionProperties("0").getLastEnqueuedSequenceNumber())
        .isZero();
  }

  @Test
  void otherConditionReachesTheCallerAndStoresNothing() {
    hubs.faults().failSends(1, "com.microsoft:argument-error");

    assertThatThrownBy(() -> clients.send("0", "event"))
        .isInstanceOfSatisfying(
            AmqpException.class,
            e -> assertThat(e.getErrorCondition()).isEqualTo(AmqpErrorCondition.ARGUMENT_ERROR));

    assertThat(clients.producer().getPartitionProperties("0").isEmpty()).isTrue();
  }

  @Test
  void lostAcknowledgementMakesTheClientSendAgain() {
    hubs.faults().loseAcknowledgements(1);

    clients.send("0", "event");

    assertThat(clients.bodies("0", 2, EventPosition.earliest())).containsExactly("event", "event");
  }

  @Test
  void duplicateDeliveryRepeatsAnEventWithItsNumber() {
    clients.send("0", "first", "second");
    hubs.faults().duplicateDeliveries(1);

    List<EventData> received = clients.receive("0", 3, EventPosition.earliest(), PATIENCE);

    assertThat(received)
        .extracting(EventData::getBodyAsString)
        .containsExactly("first", "first", "second");
    assertThat(received).extracting(EventData::getSequenceNumber).containsExactly(0L, 0L, 1L);
  }

  @Test
  void producerAndConsumerGoOnAfterDroppedConnections() {
    clients.send("0", "before");
    assertThat(clients.bodies("0", 1, EventPosition.earliest())).containsExactly("before");

    hubs.faults().dropConnections();

    clients.send("0", "after");
    assertThat(clients.bodies("0", 2, EventPosition.earliest())).containsExactly("before", "after");
  }
}

package io.deltamirror.local.eventhubs;

import static io.deltamirror.local.eventhubs.HubClients.PATIENCE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;
import static org.awaitility.Awaitility.await;

import com.azure.messaging.eventhubs.EventData;
import com.azure.messaging.eventhubs.models.EventPosition;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.qpid.proton.amqp.Symbol;
import org.apache.qpid.proton.amqp.messaging.Accepted;
import org.apache.qpid.proton.amqp.messaging.Rejected;
import org.apache.qpid.proton.engine.Delivery;
import org.apache.qpid.proton.engine.EndpointState;
import org.apache.qpid.proton.engine.Receiver;
import org.apache.qpid.proton.engine.Sender;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the server owes itself, whatever a client does. */
class AmqpProtocolIT {
  private static final int MIB = 1 << 20;
  private static final String FIRST = "changes/ConsumerGroups/$Default/Partitions/0";

  @TempDir Path directory;
  private LocalEventHubs hubs;
  private HubClients clients;
  private RawAmqpClient raw;

  @BeforeEach
  void start() throws IOException {
    hubs = LocalEventHubs.start(LocalEventHubsOptions.in(directory).withHub("changes", 1));
    clients = new HubClients(hubs, "changes");
    raw = new RawAmqpClient(hubs.port());
  }

  @AfterEach
  void stop() throws Exception {
    raw.close();
    clients.close();
    hubs.close();
  }

  @Test
  void consumerThatStopsReadingCostsLittleMemoryAndNoTime() throws Exception {
    int events = 200;
    AtomicInteger received = new AtomicInteger();
    Receiver receiver = raw.receiver(FIRST, 1_000_000);
    clients.send("0", "credit has been given");
    await()
        .atMost(PATIENCE)
        .until(() -> exchanged() && received.addAndGet(raw.receive(receiver)) == 1);
    long before = usedHeap();
    byte[] body = new byte[MIB - 64 * 1024];
    for (int i = 1; i < events; i++) {
      clients.producer().send(List.of(new EventData(body))); // wakes the stalled connection
    }

    assertThat(usedHeap() - before).isLessThan(32L * MIB);
    assertIdle();
    await()
        .atMost(PATIENCE)
        .pollInterval(Duration.ofMillis(1))
        .until(() -> exchanged() && received.addAndGet(raw.receive(receiver)) == events);
  }

  @Test
  void displacedReceiverDoesNotDisturbOthersOnItsConnection() {
    Receiver displaced = raw.receiver(FIRST, 100, epoch(1));
    Receiver bystander = raw.receiver(FIRST.replace("$Default", "other"), 100);
    await()
        .atMost(PATIENCE)
        .until(() -> exchanged() && bystander.getRemoteState() == EndpointState.ACTIVE);
    Receiver newer = raw.receiver(FIRST, 100, epoch(2));
    await()
        .atMost(PATIENCE)
        .until(() -> exchanged() && displaced.getRemoteState() == EndpointState.CLOSED);

    clients.send("0", "one", "two");

    AtomicInteger received = new AtomicInteger();
    await()
        .atMost(PATIENCE)
        .until(
            () ->
                exchanged()
                    && received.addAndGet(raw.receive(bystander) + raw.receive(newer)) == 4);
    assertThat(raw.receive(displaced)).isZero();
    assertThat(displaced.getRemoteCondition().getCondition().toString())
        .isEqualTo("amqp:link:stolen");
  }

  @Test
  void endedSessionGivesItsReceiversUp() throws IOException {
    Receiver owner = raw.receiver(FIRST, 100, epoch(7));
    await()
        .atMost(PATIENCE)
        .until(() -> exchanged() && owner.getRemoteState() == EndpointState.ACTIVE);
    raw.endSession();
    raw.exchange();
    clients.send("0", "event");

    // As long as the owner counted, a receiver without an epoch would be refused.
    assertThat(clients.bodies("0", 1, EventPosition.earliest())).containsExactly("event");
  }

  private static Map<Symbol, Object> epoch(long epoch) {
    return Map.of(Symbol.valueOf("com.microsoft:epoch"), epoch);
  }

  @Test
  void sleepsWhenThereIsNothingToDo() {
    clients.send("0", "event");
    assertThat(clients.bodies("0", 1, EventPosition.earliest())).containsExactly("event");
    clients.consumer("$Default").receiveFromPartition("0", EventPosition.latest()).subscribe();

    assertIdle();
  }

  @Test
  void malformedEventIsRejectedAndTheLinkGoesOn() {
    Sender sender = raw.sender("changes/Partitions/0");
    byte[] event = EncodedMessages.encode(EncodedMessages.event(new byte[] {1}, Map.of()));

    Delivery nonsense = raw.send(sender, "nonsense".getBytes(StandardCharsets.US_ASCII), 0);
    Delivery cut = raw.send(sender, Arrays.copyOf(event, event.length - 1), 0);
    Delivery noBatch = raw.send(sender, event, Publication.BATCH_FORMAT);
    Delivery whole = raw.send(sender, event, 0);
    await().atMost(PATIENCE).until(() -> exchanged() && whole.remotelySettled());

    assertRejected(nonsense, "amqp:decode-error");
    assertRejected(cut, "amqp:decode-error");
    assertRejected(noBatch, "amqp:decode-error");
    assertThat(whole.getRemoteState()).isInstanceOf(Accepted.class);
    assertThat(clients.receive("0", 1, EventPosition.earliest(), PATIENCE)).hasSize(1);
  }

  @Test
  void messageOfExactlyTheLimitIsTakenAndALargerOneRejected() {
    Sender sender = raw.sender("changes/Partitions/0");
    byte[] limit = eventOf(MIB);
    byte[] larger = eventOf(MIB + 1);
    assertThat(limit).hasSize(MIB);

    Delivery taken = raw.send(sender, limit, 0);
    Delivery refused = raw.send(sender, larger, 0);
    await().atMost(PATIENCE).until(() -> exchanged() && refused.remotelySettled());

    assertThat(taken.getRemoteState()).isInstanceOf(Accepted.class);
    assertRejected(refused, "amqp:link:message-size-exceeded");
  }

  private static byte[] eventOf(int bytes) {
    int overhead =
        EncodedMessages.encode(EncodedMessages.event(new byte[1000], Map.of())).length - 1000;
    return EncodedMessages.encode(EncodedMessages.event(new byte[bytes - overhead], Map.of()));
  }

  @Test
  void messageWithoutEndClosesItsLinkInsteadOfFillingMemory() {
    Sender sender = raw.sender("changes/Partitions/0");
    sender.delivery(new byte[] {1});
    sender.send(new byte[2 * MIB], 0, 2 * MIB); // and never advance

    await()
        .atMost(PATIENCE)
        .until(() -> exchanged() && sender.getRemoteState() == EndpointState.CLOSED);

    assertThat(sender.getRemoteCondition().getCondition().toString())
        .isEqualTo("amqp:link:message-size-exceeded");
  }

  @Test
  void addressesOfNothingAreRefused() {
    for (String address : List.of("nope", "changes/Partitions/9", "changes/x/y", "")) {
      Sender sender = raw.sender(address);
      await()
          .atMost(PATIENCE)
          .until(() -> exchanged() && sender.getRemoteState() == EndpointState.CLOSED);
      assertThat(sender.getRemoteTarget()).as(address).isNull();
    }
    Receiver receiver = raw.receiver("changes", 1);
    await()
        .atMost(PATIENCE)
        .until(() -> exchanged() && receiver.getRemoteState() == EndpointState.CLOSED);
    assertThat(receiver.getRemoteCondition().getCondition().toString()).isEqualTo("amqp:not-found");
  }

  @Test
  void bytesThatAreNoAmqpCloseOnlyTheirConnection() throws IOException {
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), hubs.port())) {
      socket.setSoTimeout((int) PATIENCE.toMillis());
      socket
          .getOutputStream()
          .write("GET / HTTP/1.1\r\nHost: localhost\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
      assertThat(hasEnded(socket)).isTrue();
    }
    clients.send("0", "event");
    assertThat(clients.bodies("0", 1, EventPosition.earliest())).containsExactly("event");
  }

  private static boolean hasEnded(Socket socket) {
    try {
      return socket.getInputStream().readAllBytes().length < 100;
    } catch (SocketTimeoutException e) {
      return false;
    } catch (IOException e) {
      return true; // reset, because the rest of the request was never read
    }
  }

  @Test
  void listensOnLoopbackOnly() throws IOException {
    List<InetAddress> others =
        NetworkInterface.networkInterfaces()
            .flatMap(NetworkInterface::inetAddresses)
            .filter(a -> !a.isLoopbackAddress() && !a.isLinkLocalAddress())
            .toList();
    assumeThat(others).isNotEmpty();
    for (InetAddress address : others) {
      try (Socket socket = new Socket()) {
        assertThatThrownBy(() -> socket.connect(new InetSocketAddress(address, hubs.port()), 2000))
            .isInstanceOf(IOException.class);
      }
    }
  }

  private boolean exchanged() throws IOException {
    raw.exchange();
    return true;
  }

  private static void assertRejected(Delivery delivery, String condition) {
    assertThat(delivery.getRemoteState())
        .isInstanceOfSatisfying(
            Rejected.class,
            r -> assertThat(r.getError().getCondition().toString()).isEqualTo(condition));
  }

  private static long usedHeap() {
    System.gc();
    return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
  }

  /** For a second, the server's threads need next to no processor time. */
  private static void assertIdle() {
    await()
        .atMost(PATIENCE)
        .until(
            () -> {
              long start = System.nanoTime();
              long before = serverNanos();
              await().pollDelay(Duration.ofSeconds(1)).until(() -> true);
              return (serverNanos() - before) * 20 < System.nanoTime() - start;
            });
  }

  private static long serverNanos() {
    ThreadMXBean threads = ManagementFactory.getThreadMXBean();
    return Arrays.stream(threads.getThreadInfo(threads.getAllThreadIds()))
        .filter(t -> t != null && t.getThreadName().startsWith("event-hubs-"))
        .mapToLong(t -> Math.max(0, threads.getThreadCpuTime(t.getThreadId())))
        .sum();
  }
}

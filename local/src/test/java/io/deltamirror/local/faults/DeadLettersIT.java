package io.deltamirror.local.faults;

import static org.assertj.core.api.Assertions.assertThat;

import com.azure.messaging.eventhubs.EventData;
import com.azure.messaging.eventhubs.EventHubClientBuilder;
import com.azure.messaging.eventhubs.EventHubConsumerClient;
import com.azure.messaging.eventhubs.EventHubProducerClient;
import com.azure.messaging.eventhubs.models.EventPosition;
import com.azure.messaging.eventhubs.models.PartitionEvent;
import com.azure.messaging.eventhubs.models.SendOptions;
import com.fasterxml.jackson.databind.JsonNode;
import io.deltamirror.core.ErrorCode;
import io.deltamirror.core.change.EventCodec;
import io.deltamirror.core.change.HubEvent;
import io.deltamirror.core.change.HubEvent.ChangeBatch;
import io.deltamirror.core.control.TableReport;
import io.deltamirror.core.json.Json;
import io.deltamirror.core.state.TableState;
import io.deltamirror.core.state.TableStatus;
import io.deltamirror.core.storage.LakeStorage.LakeFile;
import io.deltamirror.lake.verify.Outcome;
import io.deltamirror.lake.verify.VerifyReport;
import io.deltamirror.local.cli.Commands;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Bad events among real traffic, over the whole chain: they become letters that people can see and
 * give in again, their table fails and says so, and the others go on.
 */
@Timeout(300)
class DeadLettersIT {
  private static final Duration PATIENCE = Duration.ofSeconds(90);

  @TempDir private Path folder;
  private RestartablePostgres postgres;
  private MirrorStack stack;
  private EventHubProducerClient hub;

  @BeforeEach
  void start() throws Exception {
    postgres = RestartablePostgres.start(folder.resolve("postgresql"));
    postgres.execute(
        "CREATE TABLE account (id int PRIMARY KEY, note text)",
        "CREATE TABLE entry (id int PRIMARY KEY, note text)",
        "INSERT INTO account SELECT i, 'n' || i FROM generate_series(1, 500) i",
        "INSERT INTO entry SELECT i, 'n' || i FROM generate_series(1, 500) i");
    stack = MirrorStack.start(StackFolders.in(folder), postgres.source());
    stack.awaitCaughtUp(PATIENCE);
    hub =
        new EventHubClientBuilder()
            .connectionString(stack.hubConnection(), "changes")
            .buildProducerClient();
  }

  @AfterEach
  void stop() throws Exception {
    try (RestartablePostgres server = postgres) {
      hub.close();
      stack.close();
    }
  }

  private String[] at(String... command) {
    String[] access = {
      "--lake",
      folder.resolve("lake").toString(),
      "--state",
      folder.resolve("state").toString(),
      "--name",
      MirrorStack.MIRROR
    };
    String[] all = Arrays.copyOf(command, command.length + access.length);
    System.arraycopy(access, 0, all, command.length, access.length);
    return all;
  }

  private Commands run(int exitCode, String... command) {
    Commands done = Commands.run(at(command));
    assertThat(done.exitCode()).as(done.out() + done.err()).isEqualTo(exitCode);
    return done;
  }

  private JsonNode letters() throws Exception {
    return Json.mapper().readTree(run(0, "dead-letters", "--json").out()).path("data");
  }

  private TableReport report(String table) {
    return stack.tableReports().stream()
        .filter(report -> report.sourceTableName().equals(table))
        .findFirst()
        .orElseThrow();
  }

  private void assertEqual() throws InterruptedException {
    VerifyReport report = stack.verify();
    assertThat(report.outcome()).as(report.json()).isEqualTo(Outcome.EQUAL);
  }

  @Test
  void garbageAmongTheTrafficHoldsUpNobodyAndIsKept() throws Exception {
    for (String partition : hub.getPartitionIds()) {
      SendOptions to = new SendOptions().setPartitionId(partition);
      hub.send(List.of(new EventData("no event at all".getBytes(StandardCharsets.UTF_8))), to);
      postgres.execute("UPDATE account SET note = note || 'x' WHERE id % 7 = 0");
    }
    stack.awaitCaughtUp(PATIENCE);

    assertThat(letters()).hasSize(4);
    assertThat(run(0, "status").out()).contains("dead letters: 4");
    assertThat(report("account").status()).isEqualTo(TableStatus.REPLICATING);
    stack.redeliverAll();
    postgres.execute("UPDATE account SET note = note || 'y' WHERE id % 5 = 0");
    stack.awaitCaughtUp(PATIENCE);
    assertThat(letters()).hasSize(4);
    assertEqual();

    String id = letters().get(0).path("id").asText();
    assertThat(run(0, "dead-letters", "show", id).out())
        .contains("MALFORMED_EVENT")
        .doesNotContain("no event at all");
    run(1, "dead-letters", "replay", id);
    run(0, "dead-letters", "discard", id);
    run(2, "dead-letters", "show", id);
    assertThat(letters()).hasSize(3);
  }

  @Test
  void aDamagedBatchFailsItsTableUntilItsReplay() throws Exception {
    TableState account =
        stack.state().tables().list(TableState.PREFIX).stream()
            .filter(table -> table.name().name().equals("account"))
            .findFirst()
            .orElseThrow();
    // The worker's next batch, damaged on its way: sent while the functions are away, and put into
    // the hub in the place of the good one by moving the checkpoints past that.
    stack.stopHost();
    postgres.execute("UPDATE account SET note = 'in the damaged batch' WHERE id <= 100");
    PartitionEvent good = awaitBatchOf(account.oid());
    byte[] body = good.getData().getBody();
    ChangeBatch batch = (ChangeBatch) EventCodec.decode(body);
    stack.skip(good.getPartitionContext().getPartitionId(), good.getData().getSequenceNumber());
    hub.send(
        List.of(new EventData(Arrays.copyOf(body, body.length - 30))),
        new SendOptions()
            .setPartitionKey(HubEvent.partitionKey(MirrorStack.MIRROR, account.oid())));
    stack.startHost();
    postgres.execute(
        "UPDATE account SET note = 'later' WHERE id BETWEEN 50 AND 150",
        "UPDATE entry SET note = 'goes on'");

    Awaitility.await()
        .atMost(PATIENCE)
        .until(() -> report("account").status() == TableStatus.FAILED);
    stack.awaitCaughtUp(PATIENCE);
    TableReport failed = report("account");
    assertThat(failed.error().orElseThrow().errorCode()).isEqualTo(ErrorCode.MALFORMED_EVENT);
    assertThat(failed.error().orElseThrow().remedy()).contains("mirror dead-letters");
    assertThat(report("entry").status()).isEqualTo(TableStatus.REPLICATING);
    assertThat(run(0, "status").out()).contains("Failed").contains("MALFORMED_EVENT");
    JsonNode letter = letters().get(0);
    assertThat(letter.path("table").asText()).isEqualTo("public.account");
    assertThat(letter.path("header").path("mirror.last").asText())
        .isEqualTo(batch.header().last().toString());
    String id = letter.path("id").asText();
    assertThat(run(1, "dead-letters", "replay", id).out()).contains("MALFORMED_EVENT");

    // The cause is mended: what was damaged is whole again.
    for (LakeFile file : stack.lake().list("Files/_delta-mirror/dead-letters", "")) {
      if (file.path().endsWith(".avro")) {
        stack.lake().replace(file.path(), body);
      }
    }
    assertThat(run(0, "dead-letters", "replay", id).out()).contains("Replayed");

    Awaitility.await()
        .atMost(PATIENCE)
        .until(() -> report("account").status() == TableStatus.REPLICATING);
    stack.awaitCaughtUp(PATIENCE);
    assertEqual();
    assertThat(letters()).isEmpty();
    assertThat(run(0, "status").out()).doesNotContain("dead letters");
  }

  private PartitionEvent awaitBatchOf(long oid) {
    try (EventHubConsumerClient reader =
        new EventHubClientBuilder()
            .connectionString(stack.hubConnection(), "changes")
            .consumerGroup("$Default")
            .buildConsumerClient()) {
      return Awaitility.await()
          .atMost(PATIENCE)
          .until(
              () ->
                  reader.getPartitionIds().stream()
                      .flatMap(
                          id ->
                              reader
                                  .receiveFromPartition(
                                      id, 1_000, EventPosition.earliest(), Duration.ofMillis(500))
                                  .stream())
                      .filter(event -> isBatchOf(oid, event.getData().getBody()))
                      .findFirst()
                      .orElse(null),
              event -> event != null);
    }
  }

  private static boolean isBatchOf(long oid, byte[] body) {
    return EventCodec.decode(body) instanceof ChangeBatch batch
        && batch.header().table().oid() == oid;
  }
}

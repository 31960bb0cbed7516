package io.deltamirror.local.processes;

import static org.assertj.core.api.Assertions.assertThat;

import com.azure.messaging.eventhubs.EventData;
import com.azure.messaging.eventhubs.EventHubClientBuilder;
import com.azure.messaging.eventhubs.EventHubProducerClient;
import io.deltamirror.core.azurite.Azurite;
import io.deltamirror.core.failpoint.Failpoint;
import io.deltamirror.core.source.SourceNames;
import io.deltamirror.core.state.StateAddress;
import io.deltamirror.core.storage.LakeAddress;
import io.deltamirror.lake.verify.VerifyReport;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Worker and functions are killed at every {@link Failpoint} there is, both at the same time, under
 * traffic; each next life must mend what the last one left. After each stretch of the way source
 * and mirror are equal.
 */
@Timeout(1_500)
class CrashWalkIT {
  private static final Set<String> OF_WORKER =
      Set.of("generation", "lease", "seed", "stream", "worker");

  private static final Set<String> OF_FUNCTIONS =
      Set.of("apply", "copy", "dead-letter", "host", "lake");

  private static final Set<String> OF_BOTH = Set.of("store");

  /** Of the points that are passed all the time, a later pass is another step. */
  private static final List<Integer> PASSES_OF_BOTH = List.of(1, 6);

  /** The steps of a seed; the other part must live while one of these is on its way. */
  private static final Set<String> SEEDING =
      Set.of("apply.se", "apply.sp", "copy.", "generation.", "seed.");

  /** Points that no process passes on this way, and why. */
  private static final Map<Failpoint, String> UNREACHED =
      Map.of(
          Failpoint.STREAM_TABLES_RESEEDED,
          "a second line: MirrorGeneration stores the offset, or begins a generation, before");

  private static final SourceNames NAMES = SourceNames.of(Deployment.MIRROR);

  /** Small and brisk, so that every step comes within a moment. */
  private static final Map<String, String> BRISK =
      Map.of(
          "MIRROR_BATCH_BYTES", "20000",
          "MIRROR_LINGER_MILLIS", "50",
          "MIRROR_WATERMARK_MILLIS", "300",
          "MIRROR_HEARTBEAT_MILLIS", "1000",
          "WORKER_LEASE_SECONDS", "2");

  @TempDir private Path folder;
  private ShopSource shop;
  private Deployment mirror;

  @Test
  void everyFailpointHasAnOwner() {
    assertThat(Arrays.stream(Failpoint.values()).map(CrashWalkIT::area))
        .as("a new area is to be added to the part that passes its points")
        .isSubsetOf(Stream.of(OF_WORKER, OF_FUNCTIONS, OF_BOTH).flatMap(Set::stream).toList());
  }

  @Test
  void nothingIsLostOrDoubledWhereverWorkerAndFunctionsAreKilled() throws Exception {
    walk(
        Map.of(
            StateAddress.SETTING, StateAddress.ofFile(folder.resolve("state.db")),
            LakeAddress.SETTING, LakeAddress.ofFolder(folder.resolve("lake"))),
        area -> true);
  }

  @Test
  void norOnTableAndBlobStorageAtTheStepsOfTheirs() throws Exception {
    walk(Azurite.shared().settings(), Set.of("store", "lake")::contains);
  }

  private void walk(Map<String, String> addresses, Predicate<String> areas) throws Exception {
    long seed = Long.getLong("crashwalk.seed", System.nanoTime());
    System.out.println("crash walk: -Dcrashwalk.seed=" + seed);
    try (ShopSource source = new ShopSource();
        Deployment deployment = new Deployment(folder, source.address(), addresses);
        ServiceProcess starter = deployment.functions(Map.of())) {
      shop = source;
      mirror = deployment;
      Deployment.post(starter.functionsUrl(), "startMirroring");
      starter.close();
      try (CrashWalk worker = new CrashWalk("worker", this::worker, this::provokeWorker);
          CrashWalk functions =
              new CrashWalk("functions", mirror::functions, this::provokeFunctions)) {
        equalAfter("the start");
        List<CrashStep> ofWorker = steps(OF_WORKER, areas);
        List<CrashStep> ofFunctions = steps(OF_FUNCTIONS, areas);
        stretch(seed + 1, worker, List.of(), functions, seeding(ofFunctions, true));
        stretch(seed + 2, worker, seeding(ofWorker, false), functions, seeding(ofFunctions, false));
        stretch(seed + 3, worker, seeding(ofWorker, true), functions, List.of());
        List<String> missed = new ArrayList<>(worker.missed());
        missed.addAll(functions.missed());
        assertThat(missed).as("points at which nothing ended").isEmpty();
      }
    }
  }

  /** Both walk at the same time, under traffic; then source and mirror are equal. */
  private void stretch(
      long seed,
      CrashWalk worker,
      List<CrashStep> ofWorker,
      CrashWalk functions,
      List<CrashStep> ofFunctions)
      throws Exception {
    if (ofWorker.isEmpty() && ofFunctions.isEmpty()) {
      return;
    }
    ExecutorService both = Executors.newFixedThreadPool(2);
    try (Traffic traffic = new Traffic(shop, seed)) {
      List<Callable<Void>> walks =
          List.of(() -> worker.through(ofWorker), () -> functions.through(ofFunctions));
      for (Future<Void> walk : both.invokeAll(walks)) {
        walk.get();
      }
      System.out.println(traffic.transactions() + " transactions meanwhile");
    } finally {
      both.shutdownNow();
    }
    equalAfter(ofWorker + " and " + ofFunctions);
    assertThat(worker.isRunning()).as("worker is running").isTrue();
    assertThat(functions.isRunning()).as("functions are running").isTrue();
  }

  private ServiceProcess worker(Map<String, String> more) throws IOException {
    Map<String, String> environment = new HashMap<>(BRISK);
    environment.putAll(more);
    return mirror.worker(environment);
  }

  /** The steps of a part, points in their order; a property can name the only ones wanted. */
  private static List<CrashStep> steps(Set<String> ofPart, Predicate<String> areas) {
    String only = System.getProperty("crashwalk.only", "");
    return Arrays.stream(Failpoint.values())
        .filter(point -> only.isEmpty() || List.of(only.split(",")).contains(point.id()))
        .filter(point -> !UNREACHED.containsKey(point))
        .filter(point -> areas.test(area(point)))
        .filter(point -> ofPart.contains(area(point)) || OF_BOTH.contains(area(point)))
        .flatMap(point -> passes(point).stream().map(pass -> new CrashStep(point, pass)))
        .sorted(Comparator.comparing(CrashWalkIT::order))
        .toList();
  }

  private static List<Integer> passes(Failpoint point) {
    return OF_BOTH.contains(area(point)) ? PASSES_OF_BOTH : List.of(1);
  }

  private static String area(Failpoint point) {
    return point.id().substring(0, point.id().indexOf('.'));
  }

  /** As a start passes them: what the first of these leaves undone makes it pass the next ones. */
  private static int order(CrashStep step) {
    return switch (step.point()) {
      case APPLY_FENCE_RAISED -> 0; // while the worker has lives before it, each with a fence
      case FENCE_TAKEN -> 1;
      case GENERATION_PUBLICATIONS_MADE -> 2;
      case GENERATION_DRAINED -> 3;
      case GENERATION_TABLES_RESEEDED -> 4;
      case GENERATION_IDENTITY_STORED -> 5;
      case GENERATION_SLOT_DROPPED -> 6;
      case GENERATION_SLOT_CREATED -> 7;
      default -> 8;
    };
  }

  private static List<CrashStep> seeding(List<CrashStep> steps, boolean are) {
    return steps.stream()
        .filter(step -> SEEDING.stream().anyMatch(step.point().id()::startsWith) == are)
        .toList();
  }

  private void provokeWorker(CrashStep step) throws SQLException {
    switch (step.point()) {
      case GENERATION_PUBLICATIONS_MADE ->
          shop.execute(
              "DROP PUBLICATION IF EXISTS %s, %s".formatted(NAMES.full(), NAMES.insertOnly()));
      case GENERATION_DRAINED -> dropSlot();
      case STREAM_LARGE_BATCH_WRITTEN -> {
        try (Connection connection = shop.connect()) {
          shop.largeDocument(connection, 0);
        }
      }
      case STREAM_SHAPE_REGISTERED, STREAM_SHAPE_REGISTERING -> {
        try (Connection connection = shop.connect()) {
          shop.widen(connection);
        }
      }
      case SEED_MISSED_RECORDED ->
          shop.execute("ALTER PUBLICATION %s DROP TABLE accounts".formatted(NAMES.full()));
      default -> {
        // Traffic brings it about.
      }
    }
  }

  private void provokeFunctions(CrashStep step) {
    boolean wantsBadEvent =
        step.point() == Failpoint.APPLY_DEAD_LETTER_KEPT
            || step.point() == Failpoint.DEAD_LETTER_BODY_WRITTEN;
    if (wantsBadEvent) {
      try (EventHubProducerClient hub =
          new EventHubClientBuilder()
              .connectionString(mirror.hubs(), "changes")
              .buildProducerClient()) {
        hub.send(List.of(new EventData("not an event: " + step)));
      }
    }
  }

  /** PostgreSQL notices a moment later that the worker is gone. */
  private void dropSlot() {
    Awaitility.await()
        .atMost(Duration.ofSeconds(30))
        .ignoreExceptionsMatching(e -> e instanceof SQLException)
        .untilAsserted(
            () ->
                shop.execute(
                    "SELECT pg_drop_replication_slot(slot_name) FROM pg_replication_slots"
                        + " WHERE slot_name = '"
                        + NAMES.slot()
                        + "'"));
  }

  private void equalAfter(String what) throws InterruptedException {
    long began = System.nanoTime();
    VerifyReport report = mirror.verify();
    System.out.printf(
        "after %s: %d tables, %d rows, %d differences (%d ms)%n",
        what,
        report.tables().size(),
        report.rows(),
        report.differences(),
        Duration.ofNanos(System.nanoTime() - began).toMillis());
    assertThat(report.exitCode()).as("after " + what + ": " + report.json()).isZero();
  }
}

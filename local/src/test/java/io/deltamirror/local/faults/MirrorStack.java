package io.deltamirror.local.faults;

import io.deltamirror.core.MirrorException;
import io.deltamirror.core.control.MirrorControl;
import io.deltamirror.core.control.MirrorReport;
import io.deltamirror.core.control.TableReport;
import io.deltamirror.core.json.Json;
import io.deltamirror.core.source.SourceSession;
import io.deltamirror.core.source.TablePatterns;
import io.deltamirror.core.state.MirrorDefinition;
import io.deltamirror.core.state.MirrorDefinition.Source;
import io.deltamirror.core.state.MirrorState;
import io.deltamirror.core.state.MirrorStore;
import io.deltamirror.core.state.SqliteMirrorStore;
import io.deltamirror.core.storage.LakeStorage;
import io.deltamirror.core.storage.LakeStorage.LakeFile;
import io.deltamirror.core.storage.LocalLakeStorage;
import io.deltamirror.lake.verify.VerifyReport;
import io.deltamirror.local.eventhubs.HubFaults;
import io.deltamirror.local.eventhubs.LocalEventHubs;
import io.deltamirror.local.eventhubs.LocalEventHubsOptions;
import io.deltamirror.local.stack.CatchUpWait;
import io.deltamirror.local.stack.Verification;
import io.deltamirror.worker.CaptureWorkers;
import io.deltamirror.worker.HubClients;
import io.deltamirror.worker.WorkerFactory;
import io.deltamirror.worker.WorkerTimes;
import io.deltamirror.worker.stream.StreamSettings;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionTimeoutException;

/**
 * All parts of a mirror in this process, as the one-process stack has them, but each to be ended
 * and started for itself. For one thread.
 */
public final class MirrorStack implements AutoCloseable {
  public static final String MIRROR = "faults";
  private static final int PARTITIONS = 4;
  private static final int LANES = 4;

  /** A worker that was killed is followed soon. */
  private static final WorkerTimes TIMES = WorkerTimes.defaults().withLease(Duration.ofSeconds(5));

  private static final Duration HOST_PATIENCE = Duration.ofSeconds(20);

  private final StackFolders folders;
  private final Source source;
  private final List<String> tables;
  private final WorkerTimes times;
  private final MirrorStore store;
  private final LakeStorage lake;
  private final LocalEventHubs hubs;
  private AppHost host;
  private RunningWorker worker;

  /** A worker and the clients that are its own. */
  private record RunningWorker(CaptureWorkers workers, AutoCloseable copyTasks) {
    void close() throws Exception {
      workers.close();
      copyTasks.close();
    }
  }

  private MirrorStack(StackFolders folders, Source source, WorkerTimes times, List<String> tables)
      throws IOException {
    this.folders = folders;
    this.times = times;
    this.source = source;
    this.tables = tables;
    this.lake = new LocalLakeStorage(folders.lake());
    this.store = new SqliteMirrorStore(folders.stateFile());
    this.hubs =
        LocalEventHubs.start(
            LocalEventHubsOptions.in(folders.hubs())
                .withHub(AppHost.CHANGES, PARTITIONS)
                .withHub(AppHost.COPY_TASKS, 2));
    control().define(new MirrorDefinition(MIRROR, source, tables));
    control().start(MIRROR);
    startHost();
    startWorker();
  }

  /** Starts everything for a mirror of the source's tables. */
  public static MirrorStack start(StackFolders folders, Source source, String... tables)
      throws IOException {
    return start(folders, source, TIMES, tables);
  }

  /** The same with a worker that waits longer or shorter for others. */
  public static MirrorStack start(
      StackFolders folders, Source source, WorkerTimes times, String... tables) throws IOException {
    return new MirrorStack(folders, source, times, List.of(tables));
  }

  public void startHost() throws IOException {
    startHost(HOST_PATIENCE);
  }

  /**
   * Starts the functions.
   *
   * @param patience with running invocations when they are stopped; then they are interrupted
   */
  public void startHost(Duration patience) throws IOException {
    host = AppHost.start(folders, hubs.connectionString(), patience);
  }

  public void stopHost() {
    if (host != null) {
      host.close();
      host = null;
    }
  }

  /** Delivers every event of the hubs again, from the first one on. */
  public void redeliverAll() throws IOException {
    stopHost();
    new LocalLakeStorage(folders.checkpoints()).deleteFolder("");
    startHost();
  }

  /**
   * Delivers again what came behind a place in each hub's partition.
   *
   * @param done part of the present checkpoint's events that stay done, 0 to 1
   */
  public void redeliverFrom(double done) throws IOException {
    stopHost();
    LakeStorage files = new LocalLakeStorage(folders.checkpoints());
    for (Map.Entry<String, Long> checkpoint : checkpoints().entrySet()) {
      long earlier = (long) (checkpoint.getValue() * done);
      files.replace(
          checkpoint.getKey(),
          ("{\"sequenceNumber\":" + earlier + "}").getBytes(StandardCharsets.UTF_8));
    }
    startHost();
  }

  /** Leaves out changes of a partition up to a place; for while the functions are stopped. */
  public void skip(String partition, long sequenceNumber) throws IOException {
    String checkpoint =
        checkpoints().keySet().stream()
            .filter(name -> name.startsWith(AppHost.CHANGES + "/"))
            .filter(name -> name.matches(".*/" + partition + "(\\.\\w+)?"))
            .findFirst()
            .orElseThrow();
    new LocalLakeStorage(folders.checkpoints())
        .replace(
            checkpoint,
            ("{\"sequenceNumber\":" + sequenceNumber + "}").getBytes(StandardCharsets.UTF_8));
  }

  public void startWorker() {
    Clock clock = Clock.systemUTC();
    HubClients clients = new HubClients(hubs.connectionString());
    var copyTasks = clients.producer(AppHost.COPY_TASKS);
    WorkerFactory factory =
        new WorkerFactory(
            store,
            lake,
            clients,
            AppHost.CHANGES,
            copyTasks,
            unused -> Optional.empty(),
            LANES,
            times,
            StreamSettings.defaults(),
            clock);
    worker = new RunningWorker(new CaptureWorkers(store, factory, times.lease(), clock), copyTasks);
    worker.workers().start();
  }

  public void stopWorker() throws Exception {
    if (worker != null) {
      worker.close();
      worker = null;
    }
  }

  /** Sequence number of the last event done, by the name of the partition's checkpoint. */
  public Map<String, Long> checkpoints() throws IOException {
    LakeStorage files = new LocalLakeStorage(folders.checkpoints());
    Map<String, Long> numbers = new TreeMap<>();
    for (LakeFile file : files.list("", "")) {
      String text = new String(files.read(file.path()), StandardCharsets.UTF_8);
      numbers.put(file.path(), Json.mapper().readTree(text).path("sequenceNumber").longValue());
    }
    return numbers;
  }

  /** To send events by hand, and for workers in processes of their own. */
  public String hubConnection() {
    return hubs.connectionString();
  }

  public HubFaults hubFaults() {
    return hubs.faults();
  }

  public MirrorControl control() {
    return new MirrorControl(store, Clock.systemUTC());
  }

  public MirrorState state() {
    return new MirrorState(store, MIRROR);
  }

  public LakeStorage lake() {
    return lake;
  }

  public MirrorReport status() {
    return control().status(MIRROR);
  }

  public List<TableReport> tableReports() {
    return control().tables(MIRROR, Optional.empty()).tables();
  }

  /** Waits until everything that the source has committed by now is in the lake. */
  public void awaitCaughtUp(Duration atMost) {
    long end = System.nanoTime() + atMost.toNanos();
    Optional<String> missing = Optional.empty();
    while (System.nanoTime() < end) {
      try {
        CatchUpWait wait = CatchUpWait.from(session(), new TablePatterns(tables), state());
        // A barrier may be lost with what was on its way; then another one is sent.
        missing = awaitNothing(wait);
        if (missing.isEmpty()) {
          return;
        }
      } catch (MirrorException e) {
        missing = Optional.of(e.getMessage());
      }
    }
    throw new AssertionError(
        "not caught up in " + atMost + ": " + missing.orElse("") + "; " + describe());
  }

  private static Optional<String> awaitNothing(CatchUpWait wait) {
    try {
      Awaitility.await()
          .atMost(Duration.ofSeconds(20))
          .pollInterval(Duration.ofMillis(100))
          .until(() -> wait.missing().isEmpty());
      return Optional.empty();
    } catch (ConditionTimeoutException e) {
      return wait.missing();
    }
  }

  /** How it stands, for a test that fails. */
  public String describe() {
    return status() + " " + tableReports();
  }

  /** Compares every row of the source with the lake's. */
  public VerifyReport verify() throws InterruptedException {
    return new Verification(session(), new TablePatterns(tables), lake, state()).run(line -> {});
  }

  public SourceSession session() {
    return new SourceSession(source, unused -> Optional.empty());
  }

  @Override
  public void close() throws Exception {
    stopWorker();
    stopHost();
    hubs.close();
    store.close();
  }
}

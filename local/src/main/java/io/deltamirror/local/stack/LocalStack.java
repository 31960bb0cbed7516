package io.deltamirror.local.stack;

import io.deltamirror.core.ErrorCode;
import io.deltamirror.core.MirrorException;
import io.deltamirror.core.control.MirrorControl;
import io.deltamirror.core.source.PasswordSource;
import io.deltamirror.core.state.MirrorState;
import io.deltamirror.core.state.MirrorStore;
import io.deltamirror.core.state.SqliteMirrorStore;
import io.deltamirror.core.state.StateAddress;
import io.deltamirror.core.storage.LakeAddress;
import io.deltamirror.core.storage.LakeStorage;
import io.deltamirror.core.storage.LocalLakeStorage;
import io.deltamirror.functions.ChangesHistory;
import io.deltamirror.functions.FunctionFactory;
import io.deltamirror.functions.FunctionServices;
import io.deltamirror.functions.FunctionSettings;
import io.deltamirror.local.eventhubs.HubStorageException;
import io.deltamirror.local.eventhubs.LocalEventHubs;
import io.deltamirror.local.eventhubs.LocalEventHubsOptions;
import io.deltamirror.local.host.HostOptions;
import io.deltamirror.local.host.LocalFunctionHost;
import io.deltamirror.worker.CaptureWorkers;
import io.deltamirror.worker.HubClients;
import io.deltamirror.worker.WorkerFactory;
import io.deltamirror.worker.WorkerTimes;
import io.deltamirror.worker.stream.StreamSettings;
import java.io.IOException;
import java.net.BindException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Map;

/**
 * All parts in this process: the hubs, the functions in their host, and the capture worker, each
 * set up as where it is deployed, by its settings alone. Thread-safe.
 */
public final class LocalStack implements AutoCloseable {
  private static final String CHANGES = "changes";
  private static final String COPY_TASKS = "copy-tasks";
  private static final int COPY_PARTITIONS = 2;
  private static final int PUBLISH_LANES = 4;

  /** Nobody else works in the state's folder, so a start waits only for one that was killed. */
  private static final Duration LEASE = Duration.ofSeconds(3);

  /** Closed in the reverse order of their making: first what makes work, last what keeps it. */
  private final Deque<AutoCloseable> parts = new ArrayDeque<>();

  private final MirrorStore store;
  private final LakeStorage lake;
  private final LocalFunctionHost host;

  private LocalStack(StackOptions options, PasswordSource passwords) throws IOException {
    try {
      Path stateFile = stateFile(options.state());
      this.lake = new LocalLakeStorage(options.lake());
      this.store = open(new SqliteMirrorStore(stateFile));
      LocalEventHubs hubs =
          open(
              LocalEventHubs.start(
                  LocalEventHubsOptions.in(options.state().resolve("hubs"))
                      .withHub(CHANGES, options.partitions())
                      .withHub(COPY_TASKS, COPY_PARTITIONS)));
      Map<String, String> settings =
          Map.of(
              FunctionSettings.STATE, StateAddress.ofFile(stateFile),
              FunctionSettings.LAKE, LakeAddress.ofFolder(options.lake().toAbsolutePath()),
              FunctionSettings.EVENT_HUBS, hubs.connectionString(),
              FunctionSettings.CHANGES_HUB, CHANGES,
              FunctionSettings.COPY_TASKS_HUB, COPY_TASKS);
      FunctionServices services =
          open(
              FunctionServices.open(
                  FunctionSettings.from(settings),
                  settings,
                  passwords,
                  ChangesHistory.from(settings)));
      this.host =
          open(
              LocalFunctionHost.start(
                  HostOptions.of(
                      settings, options.state().resolve("checkpoints"), options.httpPort()),
                  FunctionFactory.functions(),
                  new FunctionFactory(() -> services)));
      open(worker(hubs.connectionString(), passwords)).start();
    } catch (IOException | RuntimeException e) {
      close();
      throw e;
    }
  }

  /**
   * Starts everything.
   *
   * @throws MirrorException {@code STATE_IN_USE} when another stack works in the state's folder
   * @throws IOException when a folder cannot be used or the HTTP port is taken
   */
  public static LocalStack start(StackOptions options, PasswordSource passwords)
      throws IOException {
    try {
      return new LocalStack(options, passwords);
    } catch (HubStorageException e) {
      throw new MirrorException(ErrorCode.STATE_IN_USE, e.getMessage(), e);
    } catch (BindException e) {
      throw new MirrorException(
          ErrorCode.INVALID_ARGUMENT,
          "the HTTP port " + options.httpPort() + " is taken; choose another with --http-port",
          e);
    }
  }

  private CaptureWorkers worker(String hubConnection, PasswordSource passwords) {
    Clock clock = Clock.systemUTC();
    HubClients clients = new HubClients(hubConnection);
    WorkerFactory factory =
        new WorkerFactory(
            store,
            lake,
            clients,
            CHANGES,
            open(clients.producer(COPY_TASKS)),
            passwords,
            PUBLISH_LANES,
            WorkerTimes.defaults().withLease(LEASE),
            StreamSettings.defaults(),
            clock);
    return new CaptureWorkers(store, factory, LEASE, clock);
  }

  private <T extends AutoCloseable> T open(T part) {
    parts.push(part);
    return part;
  }

  /** Where a state folder keeps its documents. */
  public static Path stateFile(Path state) {
    return state.toAbsolutePath().resolve("mirror.db");
  }

  public MirrorControl control() {
    return new MirrorControl(store, Clock.systemUTC());
  }

  public MirrorState state(String mirror) {
    return new MirrorState(store, mirror);
  }

  public LakeStorage lake() {
    return lake;
  }

  /** Where the state of a mirror is to be had over HTTP. */
  public String statusUrl(String mirror) {
    return "http://localhost:"
        + host.httpPort()
        + "/api/v1/workspaces/local/mirroredDatabases/"
        + mirror
        + "/getMirroringStatus";
  }

  @Override
  public void close() {
    RuntimeException failure = null;
    while (!parts.isEmpty()) {
      try {
        parts.pop().close();
      } catch (Exception e) {
        failure = failure == null ? new IllegalStateException("a part did not close", e) : failure;
        failure.addSuppressed(e);
      }
    }
    if (failure != null) {
      throw failure;
    }
  }
}

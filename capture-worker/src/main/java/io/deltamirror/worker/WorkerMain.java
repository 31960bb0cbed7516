package io.deltamirror.worker;

import com.azure.messaging.eventhubs.EventHubProducerClient;
import io.deltamirror.core.MirrorException;
import io.deltamirror.core.source.EnvironmentPasswords;
import io.deltamirror.core.state.MirrorStore;
import io.deltamirror.core.state.StateAddress;
import io.deltamirror.core.storage.LakeAddress;
import java.io.IOException;
import java.time.Clock;
import java.util.concurrent.CountDownLatch;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The worker as a process of its own: runs every mirror that is wanted, until it is told to end.
 */
public final class WorkerMain {
  private static final Logger LOG = LoggerFactory.getLogger(WorkerMain.class);

  private WorkerMain() {}

  /** Takes no arguments: see {@link WorkerConfig}. Ends with 2 when that is wrong. */
  public static void main(String[] arguments) throws IOException, InterruptedException {
    try {
      run(WorkerConfig.of(System.getenv()));
    } catch (MirrorException e) {
      LOG.error("{}: {} {}", e.code(), e.getMessage(), e.code().remedy());
      System.exit(2);
    }
  }

  private static void run(WorkerConfig config) throws IOException, InterruptedException {
    Clock clock = Clock.systemUTC();
    HubClients hubs = new HubClients(config.hubConnection());
    CountDownLatch ended = new CountDownLatch(1);
    CountDownLatch closed = new CountDownLatch(1);
    try (MirrorStore store = StateAddress.open(config.state(), System.getenv());
        EventHubProducerClient copyTasks = hubs.producer(config.copyTasksHub());
        CaptureWorkers workers =
            new CaptureWorkers(
                store,
                factory(config, store, hubs, copyTasks, clock),
                config.times().lease(),
                clock);
        HealthEndpoint health = new HealthEndpoint(config.healthPort(), workers::health)) {
      Runtime.getRuntime().addShutdownHook(new Thread(() -> end(ended, closed)));
      workers.start();
      LOG.info("running with {}, health on port {}", config, health.port());
      ended.await();
    } finally {
      closed.countDown();
    }
  }

  private static WorkerFactory factory(
      WorkerConfig config,
      MirrorStore store,
      HubClients hubs,
      EventHubProducerClient copyTasks,
      Clock clock) {
    return new WorkerFactory(
        store,
        LakeAddress.open(config.lake(), System.getenv()),
        hubs,
        config.changesHub(),
        copyTasks,
        EnvironmentPasswords.ofProcess(),
        config.publishLanes(),
        config.times(),
        config.stream(),
        clock);
  }

  /** The process lives on until all is closed. */
  private static void end(CountDownLatch ended, CountDownLatch closed) {
    ended.countDown();
    try {
      closed.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}

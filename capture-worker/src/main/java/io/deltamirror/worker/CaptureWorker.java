package io.deltamirror.worker;

import io.deltamirror.core.MirrorException;
import io.deltamirror.core.source.PasswordSource;
import io.deltamirror.core.state.MirrorRun;
import io.deltamirror.core.state.MirrorRun.Phase;
import io.deltamirror.core.state.MirrorState;
import io.deltamirror.core.state.MirrorStore;
import io.deltamirror.core.storage.LakeStorage;
import java.io.IOException;
import java.time.Instant;
import java.util.HashMap;
import java.util.Iterator;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The capture worker: runs every mirror of a store that is wanted to run, and stops those that are
 * not. Thread-safe; starts with {@link #start}.
 */
public final class CaptureWorker implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(CaptureWorker.class);
  private static final long LOOK_MILLIS = 500;
  private static final long STOP_MILLIS = 15_000;

  private final MirrorStore store;
  private final Health health;
  private final WorkerParts parts;
  private final Map<String, Thread> running = new HashMap<>();
  private final Thread supervisor = new Thread(this::supervise, "capture-worker");

  private CaptureWorker(
      WorkerConfig config, MirrorStore store, LakeStorage lake, PasswordSource passwords)
      throws IOException {
    ExecutorService threads =
        Executors.newCachedThreadPool(
            work -> {
              Thread thread = new Thread(work, "mirror-seeds");
              thread.setDaemon(true);
              return thread;
            });
    this.store = store;
    this.health = Health.start(config.healthPort());
    this.parts = new WorkerParts(config, lake, passwords, threads, health);
  }

  /**
   * Starts it.
   *
   * @param store of the mirrors; not closed
   * @throws IOException when the health port is taken
   */
  public static CaptureWorker start(
      WorkerConfig config, MirrorStore store, LakeStorage lake, PasswordSource passwords)
      throws IOException {
    CaptureWorker worker = new CaptureWorker(config, store, lake, passwords);
    worker.supervisor.start();
    return worker;
  }

  /** The port of the health endpoint. */
  public int healthPort() {
    return health.port();
  }

  private void supervise() {
    try {
      while (true) {
        try {
          look();
          health.supervising();
        } catch (MirrorException e) {
          LOG.warn("cannot look after the mirrors: {}: {}", e.code(), e.getMessage());
        }
        TimeUnit.MILLISECONDS.sleep(LOOK_MILLIS);
      }
    } catch (InterruptedException e) {
      LOG.debug("the worker ends", e);
    }
  }

  private void look() throws InterruptedException {
    for (String name : store.mirrors()) {
      boolean wanted = new MirrorState(store, name).run().filter(MirrorRun::wanted).isPresent();
      if (wanted && !running.containsKey(name)) {
        Thread thread =
            new Thread(new MirrorWorker(new MirrorState(store, name), parts), "mirror-" + name);
        thread.start();
        running.put(name, thread);
      }
    }
    for (Iterator<Map.Entry<String, Thread>> all = running.entrySet().iterator(); all.hasNext(); ) {
      Map.Entry<String, Thread> one = all.next();
      if (new MirrorState(store, one.getKey()).run().filter(MirrorRun::wanted).isEmpty()) {
        stop(one.getValue());
        all.remove();
        health.forget(one.getKey());
        stopped(one.getKey());
      }
    }
  }

  private static void stop(Thread mirror) throws InterruptedException {
    mirror.interrupt();
    mirror.join(STOP_MILLIS);
    if (mirror.isAlive()) {
      LOG.error("{} does not stop", mirror.getName());
    }
  }

  private void stopped(String name) {
    new MirrorState(store, name)
        .runs()
        .update(
            MirrorRun.DOCUMENT,
            run ->
                run.observe(
                    Phase.STOPPED, Optional.empty(), run.sent(), run.slotBytes(), Instant.now()));
  }

  /** Stops all mirrors in order; what is wanted of them stays as it is. */
  @Override
  public void close() {
    try {
      supervisor.interrupt();
      supervisor.join();
      running.values().forEach(Thread::interrupt);
      for (Thread mirror : running.values()) {
        mirror.join(STOP_MILLIS);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      parts.threads().shutdownNow();
      health.close();
    }
  }
}

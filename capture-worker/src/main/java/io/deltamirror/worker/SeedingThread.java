package io.deltamirror.worker;

import io.deltamirror.worker.stream.SeedMarks;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Runs a {@link Seeding} in a thread of its own, from construction to {@link #close}. */
final class SeedingThread implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(SeedingThread.class);
  private static final long JOIN_MILLIS = 10_000;

  private final FutureTask<Void> task;
  private final Thread thread;

  SeedingThread(Seeding seeding, SeedMarks marks) {
    task =
        new FutureTask<>(
            () -> {
              seeding.run(marks);
              return null;
            });
    thread = new Thread(task, "mirror-seeding");
    thread.setDaemon(true);
    thread.start();
  }

  /** Returns when it is running, and throws what it ended with. */
  void check() throws ExecutionException, InterruptedException {
    if (task.isDone()) {
      task.get();
      throw new IllegalStateException("the seeding ended by itself");
    }
  }

  @Override
  public void close() {
    thread.interrupt();
    try {
      thread.join(JOIN_MILLIS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    if (thread.isAlive()) {
      LOG.warn("the seeding does not end");
    }
  }
}

package io.deltamirror.worker;

import io.deltamirror.core.ErrorCode;
import io.deltamirror.core.MirrorException;
import io.deltamirror.core.source.EnvironmentPasswords;
import io.deltamirror.core.state.MirrorStore;
import io.deltamirror.core.state.SqliteMirrorStore;
import io.deltamirror.core.storage.LakeStorage;
import io.deltamirror.core.storage.LocalLakeStorage;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.CountDownLatch;

/** The capture worker as a program of its own, set up by environment variables. */
public final class WorkerMain {
  private static final String SQLITE = "sqlite:";
  private static final String FILE = "file:";

  private WorkerMain() {}

  public static void main(String[] args) throws IOException, InterruptedException {
    try {
      run(WorkerConfig.from(System.getenv()));
    } catch (MirrorException e) {
      System.err.println(e.code() + ": " + e.getMessage() + ". " + e.code().remedy());
      System.exit(2);
    }
  }

  private static void run(WorkerConfig config) throws IOException, InterruptedException {
    CountDownLatch asked = new CountDownLatch(1);
    CountDownLatch ended = new CountDownLatch(1);
    Runtime.getRuntime()
        .addShutdownHook(
            new Thread(
                () -> {
                  asked.countDown();
                  try {
                    ended.await();
                  } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                  }
                }));
    LakeStorage lake = new LocalLakeStorage(Path.of(after(FILE, config.lake(), WorkerConfig.LAKE)));
    try (MirrorStore store =
            new SqliteMirrorStore(Path.of(after(SQLITE, config.state(), WorkerConfig.STATE)));
        CaptureWorker worker =
            CaptureWorker.start(config, store, lake, EnvironmentPasswords.ofProcess())) {
      System.out.println("health endpoint on port " + worker.healthPort());
      asked.await();
    } finally {
      ended.countDown();
    }
  }

  private static String after(String prefix, String address, String variable) {
    if (!address.startsWith(prefix)) {
      throw new MirrorException(
          ErrorCode.INVALID_ARGUMENT, variable + " is not of the form " + prefix + "…");
    }
    return address.substring(prefix.length());
  }
}

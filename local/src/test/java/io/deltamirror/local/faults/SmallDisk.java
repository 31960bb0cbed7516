package io.deltamirror.local.faults;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Assumptions;

/** A file system of a few megabytes that really gets full. */
final class SmallDisk implements AutoCloseable {
  private static final String BALLAST = "ballast";

  private final Path mountPoint;

  private SmallDisk(Path mountPoint) {
    this.mountPoint = mountPoint;
  }

  /** Mounts one; the test is skipped where that is not allowed. */
  static SmallDisk mount(Path mountPoint, int megabytes) throws IOException, InterruptedException {
    Files.createDirectories(mountPoint);
    int exit =
        run("mount", "-t", "tmpfs", "-o", "size=" + megabytes + "m", "none", mountPoint.toString());
    Assumptions.assumeTrue(exit == 0, "a tmpfs cannot be mounted here: that takes root");
    return new SmallDisk(mountPoint);
  }

  private static int run(String... command) throws IOException, InterruptedException {
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    process.getInputStream().readAllBytes();
    return process.waitFor();
  }

  Path folder() {
    return mountPoint.resolve("data");
  }

  /** Takes all the space that is left. */
  void fill() throws IOException {
    byte[] block = new byte[4096];
    try (OutputStream ballast = Files.newOutputStream(mountPoint.resolve(BALLAST))) {
      while (Files.getFileStore(mountPoint).getUsableSpace() > 0) {
        ballast.write(block);
      }
    }
  }

  void free() throws IOException {
    Files.delete(mountPoint.resolve(BALLAST));
  }

  @Override
  public void close() throws IOException, InterruptedException {
    run("umount", "-l", mountPoint.toString());
  }
}

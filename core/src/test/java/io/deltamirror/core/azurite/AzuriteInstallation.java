package io.deltamirror.core.azurite;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Azurite from npm, installed once for a user into a cache folder. */
final class AzuriteInstallation {
  private static final String VERSION = "3.37.0";
  private static final long INSTALL_MINUTES = 10;

  private AzuriteInstallation() {}

  static boolean hasNode() {
    return answers("node") && answers("npm");
  }

  private static boolean answers(String program) {
    try {
      Process process =
          new ProcessBuilder(program, "--version")
              .redirectErrorStream(true)
              .redirectOutput(ProcessBuilder.Redirect.DISCARD)
              .start();
      return process.waitFor() == 0;
    } catch (IOException e) {
      return false;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  /** The folder it is installed in, which takes half a minute the first time. */
  static Path home() {
    Path cache = Path.of(System.getProperty("user.home"), ".cache", "delta-mirror");
    Path home = cache.resolve("azurite-" + VERSION);
    try {
      Files.createDirectories(cache);
      // The tests of another module, or of another work tree, may install it at the same time.
      try (FileChannel file =
              FileChannel.open(
                  cache.resolve("azurite.lock"),
                  StandardOpenOption.CREATE,
                  StandardOpenOption.WRITE);
          FileLock lock = file.lock()) {
        if (lock.isValid() && !Files.exists(home)) {
          install(cache, home);
        }
      }
      return home;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void install(Path cache, Path home) throws IOException {
    Path unfinished = Files.createTempDirectory(cache, "installing-");
    Path log = unfinished.resolve("npm.log");
    Process npm =
        new ProcessBuilder(
                List.of(
                    "npm",
                    "install",
                    "--prefix=" + unfinished,
                    "--no-save",
                    "--no-package-lock",
                    "--no-audit",
                    "--no-fund",
                    "azurite@" + VERSION))
            .directory(unfinished.toFile())
            .redirectErrorStream(true)
            .redirectOutput(log.toFile())
            .start();
    try {
      if (!npm.waitFor(INSTALL_MINUTES, TimeUnit.MINUTES) || npm.exitValue() != 0) {
        npm.destroyForcibly();
        throw new IllegalStateException("npm did not install Azurite: " + Files.readString(log));
      }
    } catch (InterruptedException e) {
      npm.destroyForcibly();
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted", e);
    }
    Files.move(unfinished, home, StandardCopyOption.ATOMIC_MOVE);
  }

  /** The script that ends Azurite with its parent, beside the installation. */
  static Path launcher(Path home) {
    try (InputStream script = AzuriteInstallation.class.getResourceAsStream("run.js")) {
      Path target = Files.createTempFile(home, "run-", ".js");
      target.toFile().deleteOnExit();
      Files.write(target, script.readAllBytes());
      return target;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}

package io.deltamirror.core.azurite;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Assumptions;

/**
 * A real Azurite for the tests of this JVM: blobs and tables in memory, on free ports of the
 * loopback interface. The first test that needs it starts it; it ends with the JVM, also with one
 * that is killed. Tests share it, so each takes a container or a table of its own.
 *
 * <p>Where there is no Node.js the test is skipped, and fails where the variable {@code CI} is set.
 */
public final class Azurite {
  /** The account and key that every Azurite has; published, no secret. */
  private static final String ACCOUNT = "devstoreaccount1";

  private static final String KEY =
      "Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw==";

  private static final Pattern LISTENING =
      Pattern.compile("Azurite (\\w+) service is successfully listening at (http://\\S+)");

  private final Process process;
  private final String blobs;
  private final String tables;

  private Azurite(Process process, String blobs, String tables) {
    this.process = process;
    this.blobs = blobs;
    this.tables = tables;
  }

  private static final class Shared {
    private static final Azurite AZURITE = start();
  }

  /** The one of this JVM. */
  public static Azurite shared() {
    boolean node = AzuriteInstallation.hasNode();
    if (System.getenv("CI") != null) {
      assertThat(node).as("Node.js and npm, which the tests on Azurite need").isTrue();
    }
    Assumptions.assumeTrue(node, "skipped: Node.js and npm are missing, which Azurite needs");
    return Shared.AZURITE;
  }

  private static Azurite start() {
    Path home = AzuriteInstallation.home();
    try {
      Process process =
          new ProcessBuilder(
                  "node",
                  AzuriteInstallation.launcher(home).toString(),
                  home.resolve("node_modules/azurite/dist/src/azurite.js").toString(),
                  "--blobPort=0",
                  "--queuePort=0",
                  "--tablePort=0",
                  "--inMemoryPersistence",
                  "--skipApiVersionCheck",
                  "--disableTelemetry",
                  "--silent")
              .directory(home.toFile())
              .redirectErrorStream(true)
              .start();
      Runtime.getRuntime().addShutdownHook(new Thread(process::destroyForcibly));
      Map<String, String> addresses = new HashMap<>();
      StringBuilder said = new StringBuilder();
      BufferedReader out =
          new BufferedReader(
              new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
      while (!addresses.containsKey("Table")) {
        String line = out.readLine();
        if (line == null) {
          throw new IllegalStateException("Azurite did not start: " + said);
        }
        said.append(line).append('\n');
        Matcher listening = LISTENING.matcher(line);
        if (listening.find()) {
          addresses.put(listening.group(1), listening.group(2));
        }
      }
      Thread reader = new Thread(() -> out.lines().forEach(line -> {}), "azurite-output");
      reader.setDaemon(true);
      reader.start();
      return new Azurite(process, addresses.get("Blob"), addresses.get("Table"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Its connection string, for {@code MIRROR_STORAGE_CONNECTION}. */
  public String connection() {
    return connection(blobs, tables);
  }

  /** The same account behind something that stands between: {@code http://127.0.0.1:<port>}. */
  public static String connection(String blobs, String tables) {
    return String.join(
        ";",
        "DefaultEndpointsProtocol=http",
        "AccountName=" + ACCOUNT,
        "AccountKey=" + KEY,
        "BlobEndpoint=" + blobs + "/" + ACCOUNT,
        "TableEndpoint=" + tables + "/" + ACCOUNT);
  }

  /** {@code http://127.0.0.1:<port>} of the blobs. */
  public String blobs() {
    return blobs;
  }

  /** {@code http://127.0.0.1:<port>} of the tables. */
  public String tables() {
    return tables;
  }

  /** Of the process, for tests that look after it. */
  public long pid() {
    return process.pid();
  }

  /** A name that no other test uses, for a table or a container. */
  public static String freshName(String start) {
    String random = UUID.randomUUID().toString().replace("-", "").substring(0, 16);
    return (start + random).toLowerCase(Locale.ROOT);
  }

  /** Settings of a state and a lake of their own on it. */
  public Map<String, String> settings() {
    String name = freshName("t");
    return Map.of(
        "MIRROR_STATE", "table:" + name,
        "MIRROR_LAKE", "blob:" + name + "/lake",
        "MIRROR_STORAGE_CONNECTION", connection());
  }
}

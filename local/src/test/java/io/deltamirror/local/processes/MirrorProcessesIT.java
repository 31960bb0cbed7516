package io.deltamirror.local.processes;

import static org.assertj.core.api.Assertions.assertThat;

import io.deltamirror.core.azurite.Azurite;
import io.deltamirror.core.state.TableStatus;
import io.deltamirror.lake.verify.VerifyReport;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * The main job with worker and functions as they are deployed, on Table and Blob storage (Azurite)
 * and Event Hubs over AMQP.
 */
@Timeout(300)
class MirrorProcessesIT {
  @TempDir private Path folder;

  @Test
  void packagedWorkerAndFunctionsMirrorADatabaseThatIsBeingWrittenTo() throws Exception {
    Map<String, String> addresses = Azurite.shared().settings();
    try (ShopSource shop = new ShopSource();
        Deployment mirror = new Deployment(folder, shop.address(), addresses);
        ServiceProcess functions = mirror.functions(Map.of());
        ServiceProcess worker = mirror.worker(Map.of())) {
      String url = functions.functionsUrl();
      Deployment.post(url, "startMirroring");
      Awaitility.await()
          .atMost(Duration.ofMinutes(1))
          .until(
              () ->
                  mirror.state().tables().list("table:").stream()
                          .filter(table -> table.status() == TableStatus.REPLICATING)
                          .count()
                      >= 4);
      try (Traffic traffic = new Traffic(shop, 1)) {
        Awaitility.await()
            .atMost(Duration.ofMinutes(1))
            .until(() -> traffic.transactions() > 100 && shop.tablesAdded() > 0);
      }
      VerifyReport report = mirror.verify();

      assertThat(report.exitCode()).as(report.json() + worker.printed()).isZero();
      assertThat(report.tables()).hasSizeGreaterThan(4);
      assertThat(report.rows()).isGreaterThan(2_500);
      assertThat(Deployment.post(url, "getMirroringStatus")).contains("\"Running\"");

      worker.stop();
      functions.stop();
    }
  }
}

package io.deltamirror.local.faults.soak;

import static org.assertj.core.api.Assertions.assertThat;

import io.deltamirror.core.MirrorException;
import io.deltamirror.core.control.MirrorReport;
import io.deltamirror.core.control.TableReport;
import io.deltamirror.core.state.MirrorRun.Phase;
import io.deltamirror.core.state.TableStatus;
import io.deltamirror.local.faults.MirrorStack;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;

/** Looks at the status again and again: what it says must be possible. For one thread. */
final class StatusWatch {
  private static final Duration SKEW = Duration.ofSeconds(2);

  private final MirrorStack stack;
  private final Map<Long, Long> processed = new HashMap<>();
  private long looks;

  StatusWatch(MirrorStack stack) {
    this.stack = stack;
  }

  void look() {
    try {
      mirror(stack.status());
      stack.tableReports().forEach(this::table);
      looks++;
    } catch (MirrorException e) {
      // The state store fails by order, too: then it says so.
      assertThat(e.code().retriable()).as(e.getMessage()).isTrue();
    }
  }

  private static void mirror(MirrorReport report) {
    assertThat(report.status()).isIn(Phase.STARTING, Phase.RUNNING, Phase.STOPPED);
    assertThat(report.details().wanted()).isTrue();
    assertThat(report.details().slotBytes()).isNotNegative();
    assertThat(report.details().at()).isBefore(Instant.now().plus(SKEW));
    report
        .error()
        .ifPresent(
            error -> {
              assertThat(error.errorCode()).isNotNull();
              assertThat(error.remedy()).isNotBlank();
              assertThat(error.at()).isBefore(Instant.now().plus(SKEW));
            });
  }

  private void table(TableReport report) {
    assertThat(report.status()).isNotNull();
    if (report.status() == TableStatus.FAILED) {
      assertThat(report.error()).as(report.sourceTableName()).isPresent();
    }
    assertThat(report.details().freshnessMillis()).isNotNegative();
    assertThat(report.details().rows()).isNotNegative();
    assertThat(report.details().since()).isBefore(Instant.now().plus(SKEW));
    report
        .metrics()
        .lastSyncDateTime()
        .ifPresent(at -> assertThat(at).isBefore(Instant.now().plus(SKEW)));
    long rows = report.metrics().processedRows();
    Long before = processed.put(report.details().oid(), rows);
    assertThat(rows)
        .as("rows processed so far of " + report.sourceTableName())
        .isGreaterThanOrEqualTo(before == null ? 0 : before);
  }

  long looks() {
    return looks;
  }
}

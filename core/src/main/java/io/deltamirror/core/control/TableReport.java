package io.deltamirror.core.control;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.deltamirror.core.change.Position;
import io.deltamirror.core.state.TableProgress;
import io.deltamirror.core.state.TableProgress.CopyProgress;
import io.deltamirror.core.state.TableState;
import io.deltamirror.core.state.TableStatus;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * A table's state; as JSON it is an element of the answer of Fabric's {@code
 * getTablesMirroringStatus}, with {@code details} of our own.
 *
 * @param sourceObjectType always {@code Table}
 * @param error why it is {@code Failed}
 */
@JsonInclude(JsonInclude.Include.NON_ABSENT)
public record TableReport(
    String sourceObjectType,
    String sourceSchemaName,
    String sourceTableName,
    TableStatus status,
    Metrics metrics,
    Optional<ReportedFault> error,
    Details details) {

  /**
   * Fabric's figures.
   *
   * @param processedBytes bytes of data files written, ever
   * @param processedRows rows copied and changes applied, ever
   * @param lastSyncDateTime time of the last Delta commit
   * @param lastSyncLatencyInSeconds from the source's commit to that one, rounded up
   */
  @JsonInclude(JsonInclude.Include.NON_ABSENT)
  public record Metrics(
      long processedBytes,
      long processedRows,
      Optional<Instant> lastSyncDateTime,
      long lastSyncLatencyInSeconds) {}

  /**
   * What Fabric does not tell.
   *
   * @param oid the table's identity on the source
   * @param rows live rows of the mirror
   * @param appliedLsn commit LSN of the last change applied, as PostgreSQL writes it
   * @param freshnessMillis from the source's commit of the last change until it was readable
   * @param since when the status began
   * @param seedReason why the present seed was asked for
   * @param copy how far a copy under way is
   * @param notes which of its columns and changes are not mirrored, and why
   */
  @JsonInclude(JsonInclude.Include.NON_ABSENT)
  public record Details(
      long oid,
      long rows,
      Optional<String> appliedLsn,
      long freshnessMillis,
      Instant since,
      Optional<String> seedReason,
      Optional<CopyProgress> copy,
      @JsonInclude(JsonInclude.Include.NON_EMPTY) List<String> notes) {}

  static TableReport of(TableState table, TableProgress progress, boolean stopped) {
    boolean shownStopped = stopped && table.status() != TableStatus.FAILED;
    return new TableReport(
        "Table",
        table.name().schema(),
        table.name().name(),
        shownStopped ? TableStatus.STOPPED : table.status(),
        new Metrics(
            progress.processedBytes(),
            progress.processedRows(),
            progress.lastSync(),
            (progress.latencyMillis() + 999) / 1000),
        table.fault().map(ReportedFault::of),
        new Details(
            table.oid(),
            progress.rows(),
            progress.applied().map(Position::commitLsn).map(Position::lsnText),
            progress.latencyMillis(),
            table.since(),
            Optional.of(table.reason()).filter(reason -> !reason.isEmpty()),
            progress.copy(),
            table.shapes().notes()));
  }
}

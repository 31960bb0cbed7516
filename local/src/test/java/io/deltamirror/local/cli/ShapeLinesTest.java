package io.deltamirror.local.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.deltamirror.core.ErrorCode;
import io.deltamirror.core.control.ReportedFault;
import io.deltamirror.core.control.ReportedShapeChange;
import io.deltamirror.core.control.TableReport;
import io.deltamirror.core.state.TableProgress.CopyProgress;
import io.deltamirror.core.state.TableStatus;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** What {@code status} prints of tables' shapes, of what is not mirrored, and why. */
class ShapeLinesTest {
  private static final Instant AT = Instant.parse("2026-11-05T10:00:00Z");

  @Test
  void nothingIsSaidWhereNoShapeChanged() {
    assertThat(ShapeLines.of(List.of(live(List.of(), List.of())))).isEmpty();
  }

  @Test
  void eachChangeIsALineWithItsPlaceAndTime() {
    ReportedShapeChange change =
        change("0/1A2B", "column note is added", "column old is renamed to new");
    assertThat(ShapeLines.of(List.of(live(List.of(), List.of(change)))))
        .containsExactly(
            "changes of shape:",
            "  public.orders at 0/1A2B, 2026-11-05T10:00:00Z: column note is added;"
                + " column old is renamed to new");
  }

  @Test
  void ofManyChangesTheLastThreeAreShown() {
    List<ReportedShapeChange> changes =
        IntStream.rangeClosed(1, 5).mapToObj(i -> change("0/" + i, "change " + i)).toList();
    assertThat(ShapeLines.of(List.of(live(List.of(), changes))))
        .extracting(line -> line.replaceAll(".*: change", "change"))
        .containsExactly("changes of shape:", "change 3", "change 4", "change 5");
  }

  @Test
  void namesFromTheSourceStayOnTheirLine() {
    ReportedShapeChange change = change("0/1", "column a\nforged: line\u001b[31m is added");
    List<String> lines = ShapeLines.of(List.of(live(List.of(), List.of(change))));
    assertThat(lines).hasSize(2);
    assertThat(lines.get(1)).doesNotContain("\n").doesNotContain("\u001b");
  }

  @Test
  void whatIsNotMirroredOfATableIsSaidBesideIt() {
    String reason = "UPDATE and DELETE are not mirrored: it has no key";
    String column = "column twice is generated and not in the WAL";
    assertThat(line(live(List.of(reason, column), List.of())))
        .contains("Replicating")
        .endsWith(reason + "; " + column);
  }

  @Test
  void whyATableIsCopiedAnewIsSaidUntilItsCopyIsUnderWay() {
    assertThat(line(report(TableStatus.RESEEDING, Optional.empty(), Optional.empty())))
        .contains("Reseeding")
        .endsWith("the type of id changed");
    CopyProgress half = new CopyProgress(1, 0, 5, 10);
    assertThat(line(report(TableStatus.RESEEDING, Optional.empty(), Optional.of(half))))
        .endsWith("copy 50 %")
        .doesNotContain("changed");
  }

  @Test
  void theReasonOfAFormerCopyIsNotSaidOfATableThatGoesOn() {
    assertThat(line(report(TableStatus.REPLICATING, Optional.empty(), Optional.empty())))
        .doesNotContain("changed")
        .endsWith("a note");
  }

  @Test
  void aFaultIsSaidBeforeAllElse() {
    ReportedFault fault =
        new ReportedFault(
            ErrorCode.VALUE_TOO_LARGE, "column doc has 17 MiB", "make it smaller", AT);
    assertThat(line(report(TableStatus.FAILED, Optional.of(fault), Optional.empty())))
        .contains("Failed")
        .endsWith("VALUE_TOO_LARGE: column doc has 17 MiB");
  }

  private static String line(TableReport table) {
    return new TableLines().lines(List.of(table)).get(0);
  }

  private static ReportedShapeChange change(String lsn, String... what) {
    return new ReportedShapeChange(lsn, AT, List.of(what), "id bigint", "id bigint, note text", 0);
  }

  private static TableReport live(List<String> notes, List<ReportedShapeChange> changes) {
    return report(
        TableStatus.REPLICATING,
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        notes,
        changes);
  }

  private static TableReport report(
      TableStatus status, Optional<ReportedFault> fault, Optional<CopyProgress> copy) {
    return report(
        status, fault, copy, Optional.of("the type of id changed"), List.of("a note"), List.of());
  }

  private static TableReport report(
      TableStatus status,
      Optional<ReportedFault> fault,
      Optional<CopyProgress> copy,
      Optional<String> reason,
      List<String> notes,
      List<ReportedShapeChange> changes) {
    return new TableReport(
        "Table",
        "public",
        "orders",
        status,
        new TableReport.Metrics(0, 0, Optional.empty(), 0),
        fault,
        new TableReport.Details(1, 0, Optional.empty(), 0, AT, reason, copy, notes, changes));
  }
}

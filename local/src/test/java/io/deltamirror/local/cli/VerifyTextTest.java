package io.deltamirror.local.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.deltamirror.core.schema.TableName;
import io.deltamirror.lake.verify.Outcome;
import io.deltamirror.lake.verify.RowDifference;
import io.deltamirror.lake.verify.RowDifference.Kind;
import io.deltamirror.lake.verify.TableReport;
import io.deltamirror.lake.verify.VerifyReport;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class VerifyTextTest {
  private static TableReport table(Outcome outcome, long differences, String reason) {
    return new TableReport(
        new TableName("public", "log"),
        outcome,
        Optional.ofNullable(reason),
        1000,
        1200,
        differences,
        true,
        List.of(new RowDifference(Kind.MISSING, Map.of("id", "7"), List.of())),
        Optional.empty(),
        Optional.empty());
  }

  private static List<String> lines(VerifyReport report) {
    StringWriter text = new StringWriter();
    VerifyText.print(report, new PrintWriter(text));
    return text.toString().lines().toList();
  }

  @Test
  void equalTablesAreOnlyCounted() {
    assertThat(
            lines(
                new VerifyReport(
                    Outcome.EQUAL, 1, 1000, 0, 0, 0, List.of(table(Outcome.EQUAL, 0, null)))))
        .containsExactly("verified: 1 tables, 1000 rows, 0 differences");
  }

  @Test
  void differencesAreListed() {
    assertThat(
            lines(
                new VerifyReport(
                    Outcome.DIFFERENT,
                    1,
                    1000,
                    2,
                    0,
                    0,
                    List.of(table(Outcome.DIFFERENT, 2, "because")))))
        .containsExactly(
            "public.log: 2 differences, 1,000 rows at the source, 1,200 in the mirror; because",
            "  RowDifference[kind=MISSING, key={id=7}, columns=[]]",
            "verified: 1 tables, 1000 rows, 2 differences");
  }

  @Test
  void insertOnlyTablesAreNamedAndNotCounted() {
    assertThat(
            lines(
                new VerifyReport(
                    Outcome.EQUAL,
                    0,
                    0,
                    0,
                    0,
                    1,
                    List.of(
                        table(Outcome.INSERT_ONLY, 3, "updates and deletes are not published")))))
        .containsExactly(
            "public.log: insert-only: 3 rows differ, as updates and deletes are not published;"
                + " 1,000 rows at the source, 1,200 in the mirror",
            "verified: 0 tables, 0 rows, 0 differences");
  }

  @Test
  void whatCannotBeToldIsSaid() {
    assertThat(
            lines(
                new VerifyReport(
                    Outcome.UNDECIDED, 0, 0, 0, 1, 0, List.of(table(Outcome.UNDECIDED, 0, "why")))))
        .containsExactly(
            "public.log: cannot tell, 1,000 rows at the source, 1,200 in the mirror; why",
            "verified: 0 tables, 0 rows, 0 differences",
            "cannot tell for 1 tables");
  }

  @Test
  void nothingToCompareIsNoProof() {
    assertThat(lines(new VerifyReport(Outcome.UNDECIDED, 0, 0, 0, 0, 0, List.of())))
        .containsExactly(
            "verified: 0 tables, 0 rows, 0 differences",
            "cannot tell: there is no table to compare");
  }
}

package io.deltamirror.lake.verify;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import com.fasterxml.jackson.databind.JsonNode;
import io.deltamirror.core.json.Json;
import io.deltamirror.core.schema.TableName;
import io.deltamirror.lake.verify.RowDifference.Kind;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class VerifyReportTest {
  private static TableReport table(Outcome outcome, long differences, RowDifference... first) {
    return new TableReport(
        new TableName("public", "t"),
        outcome,
        Optional.empty(),
        10,
        11,
        differences,
        true,
        List.of(first),
        Optional.of("0/1A"),
        Optional.of(7L));
  }

  private static int exitCode(Outcome... outcomes) {
    return VerifyReport.of(
            java.util.Arrays.stream(outcomes).map(outcome -> table(outcome, 0)).toList())
        .exitCode();
  }

  @Test
  void aDifferenceOutweighsWhatCannotBeTold() {
    assertThat(exitCode(Outcome.EQUAL, Outcome.EQUAL)).isZero();
    assertThat(exitCode(Outcome.EQUAL, Outcome.UNDECIDED)).isEqualTo(2);
    assertThat(exitCode(Outcome.UNDECIDED, Outcome.DIFFERENT)).isEqualTo(1);
  }

  @Test
  void nothingComparedIsNotEqual() {
    assertThat(exitCode()).isEqualTo(2);
  }

  @Test
  void whatDiffersAsInsertOnlyTablesMayIsNoDifference() {
    VerifyReport report =
        VerifyReport.of(List.of(table(Outcome.INSERT_ONLY, 4), table(Outcome.EQUAL, 0)));

    assertThat(report.exitCode()).isZero();
    assertThat(report.differences()).isZero();
    assertThat(report.insertOnly()).isEqualTo(1);
    assertThat(report.rows()).isEqualTo(10);
    assertThat(exitCode(Outcome.INSERT_ONLY)).isZero();
    assertThat(exitCode(Outcome.INSERT_ONLY, Outcome.DIFFERENT)).isEqualTo(1);
    assertThat(exitCode(Outcome.INSERT_ONLY, Outcome.UNDECIDED)).isEqualTo(2);
  }

  @Test
  void onlyComparedTablesAreCounted() {
    VerifyReport report =
        VerifyReport.of(
            List.of(
                table(Outcome.EQUAL, 0), table(Outcome.DIFFERENT, 2), table(Outcome.UNDECIDED, 0)));

    assertThat(report.compared()).isEqualTo(2);
    assertThat(report.rows()).isEqualTo(20);
    assertThat(report.undecided()).isEqualTo(1);
  }

  @Test
  void jsonHasTotalsAndKeys() throws Exception {
    VerifyReport report =
        VerifyReport.of(
            List.of(
                table(Outcome.EQUAL, 0),
                table(
                    Outcome.DIFFERENT,
                    3,
                    new RowDifference(Kind.DIFFERENT, Map.of("id", "5"), List.of("name")))));

    JsonNode json = Json.mapper().readTree(report.json());

    assertThat(json.at("/outcome").asText()).isEqualTo("DIFFERENT");
    assertThat(json.at("/rows").asLong()).isEqualTo(20);
    assertThat(json.at("/differences").asLong()).isEqualTo(3);
    assertThat(json.at("/undecided").asInt()).isZero();
    JsonNode different = json.at("/tables/1");
    assertThat(different.at("/table/name").asText()).isEqualTo("t");
    assertThat(different.at("/sourceLsn").asText()).isEqualTo("0/1A");
    assertThat(different.at("/version").asLong()).isEqualTo(7);
    assertThat(different.at("/first/0/kind").asText()).isEqualTo("DIFFERENT");
    assertThat(different.at("/first/0/key/id").asText()).isEqualTo("5");
    assertThat(different.at("/first/0/columns/0").asText()).isEqualTo("name");
  }

  @Test
  void optionsThatCannotWorkAreRefused() {
    Duration second = Duration.ofSeconds(1);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new VerifyOptions(1000, 1, 1, 1, 2, second));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new VerifyOptions(1024, 1, 1, 1, 1, second));
  }

  @Test
  void fewerRowsOfWideTablesAreLookedAtAgain() {
    VerifyOptions options = new VerifyOptions(16, 1_000_000, 5000, 1, 2, Duration.ofSeconds(1));

    assertThat(options.candidates(4)).isEqualTo(1_000_000 / 728);
    assertThat(options.candidates(100)).isEqualTo(1_000_000 / 3800);
    assertThat(VerifyOptions.defaults().candidates(4)).isEqualTo(50_000);
  }
}

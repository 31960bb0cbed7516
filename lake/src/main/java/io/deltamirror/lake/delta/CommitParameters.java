package io.deltamirror.lake.delta;

import io.deltamirror.core.change.Position;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashMap;
import java.util.Map;

/** What a commit says of itself, as the parameters of its {@code commitInfo}. */
final class CommitParameters {
  private CommitParameters() {}

  static Map<String, String> of(SeedCommit seed) {
    Map<String, String> parameters = new LinkedHashMap<>();
    parameters.put("mirror", seed.mirror());
    parameters.put("seed", Integer.toString(seed.seed()));
    parameters.put("position", seed.floor().toString());
    parameters.put("snapshotLsn", Position.lsnText(seed.snapshot().lsn()));
    parameters.put("rows", Long.toString(seed.files().stream().mapToLong(WrittenFile::rows).sum()));
    return parameters;
  }

  static Map<String, String> of(ChangeCommit changes) {
    CommitSummary summary = changes.summary();
    Map<String, String> parameters = new LinkedHashMap<>();
    parameters.put("mirror", changes.base().mirror());
    parameters.put("position", changes.position().toString());
    parameters.put("sourceFrom", time(summary.fromMicros()));
    parameters.put("sourceTo", time(summary.toMicros()));
    parameters.put("inserts", Long.toString(summary.inserts()));
    parameters.put("updates", Long.toString(summary.updates()));
    parameters.put("deletes", Long.toString(summary.deletes()));
    parameters.put("truncates", Long.toString(summary.truncates()));
    summary
        .endsTransaction()
        .ifPresent(ends -> parameters.put("endsTransaction", Boolean.toString(ends)));
    return parameters;
  }

  static Map<String, String> of(ShapeCommit change) {
    Map<String, String> parameters = new LinkedHashMap<>();
    parameters.put("mirror", change.base().mirror());
    parameters.put("position", change.base().position().toString());
    parameters.put("shape", change.what());
    change
        .rewritten()
        .ifPresent(
            files ->
                parameters.put(
                    "rewrittenRows",
                    Long.toString(files.stream().mapToLong(WrittenFile::rows).sum())));
    return parameters;
  }

  /** Of a commit that empties a table. */
  static Map<String, String> ofDropped(TableVersion base, Instant at) {
    Map<String, String> parameters = new LinkedHashMap<>();
    parameters.put("mirror", base.mirror());
    parameters.put("position", base.position().toString());
    parameters.put("dropped", at.toString());
    return parameters;
  }

  private static String time(long micros) {
    return Instant.EPOCH.plus(micros, ChronoUnit.MICROS).toString();
  }
}

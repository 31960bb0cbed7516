package io.deltamirror.local.cli;

import io.deltamirror.core.state.MirrorDefinition.Source;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Option;

/** Options that several commands share. */
final class Options {
  private Options() {}

  /** Which PostgreSQL, and which of its tables. */
  static final class SourceOptions {
    @Option(
        names = "--source",
        required = true,
        paramLabel = "URI",
        description = "postgresql://user@host:port/database, without a password")
    private String uri;

    @Option(
        names = "--password-env",
        paramLabel = "NAME",
        description = "environment variable that holds the password (else PGPASSWORD, ~/.pgpass)")
    private String passwordVariable;

    @Option(
        names = "--tables",
        split = ",",
        paramLabel = "PATTERN",
        description = "which tables, such as 'public.*,sales.orders'; all without it")
    private String[] tables = {};

    Source source() {
      return SourceUri.parse(uri, Optional.ofNullable(passwordVariable));
    }

    List<String> tables() {
      return Arrays.stream(tables).map(String::strip).filter(t -> !t.isEmpty()).toList();
    }
  }

  /** Where the mirror is. */
  static final class LakeOptions {
    @Option(
        names = "--lake",
        required = true,
        paramLabel = "DIR",
        description = "folder of the Delta tables")
    private Path lake;

    @Option(
        names = "--state",
        paramLabel = "DIR",
        description = "folder of the mirror's state (default: inside the lake's folder)")
    private Path state;

    Path lake() {
      return lake;
    }

    Path state() {
      return new StateFolder(lake).resolve(Optional.ofNullable(state));
    }
  }
}

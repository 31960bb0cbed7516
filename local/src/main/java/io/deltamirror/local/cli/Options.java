package io.deltamirror.local.cli;

import io.deltamirror.core.ErrorCode;
import io.deltamirror.core.MirrorException;
import io.deltamirror.core.schema.TableName;
import io.deltamirror.core.schema.TypeOptions;
import io.deltamirror.core.state.MirrorDefinition.Source;
import io.deltamirror.local.stack.StackOptions;
import java.io.IOException;
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

  /** How columns are carried. */
  static final class TypesOptions {
    @Option(
        names = "--timestamp-ntz",
        description = "timestamp becomes TIMESTAMP_NTZ, which not every reader knows (see docs)")
    private boolean timestampNtz;

    @Option(
        names = "--numeric-scale",
        paramLabel = "DIGITS",
        description =
            "numeric without precision, or beyond 38 digits, becomes decimal(38,DIGITS) instead"
                + " of text")
    private Integer numericScale;

    /**
     * @throws MirrorException {@code INVALID_ARGUMENT} for a scale that no decimal has
     */
    TypeOptions types() {
      try {
        return new TypeOptions(timestampNtz, Optional.ofNullable(numericScale));
      } catch (IllegalArgumentException e) {
        throw new MirrorException(
            ErrorCode.INVALID_ARGUMENT, "--numeric-scale: " + e.getMessage(), e);
      }
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

  /** Which mirror, and how to come to it. */
  static final class AccessOptions {
    @Option(
        names = "--url",
        paramLabel = "URL",
        defaultValue = "http://localhost:" + StackOptions.DEFAULT_HTTP_PORT,
        description = "where the HTTP functions are (default: http://localhost:7071)")
    private String url;

    @Option(
        names = "--lake",
        paramLabel = "DIR",
        description = "work in this lake, and the state beside it, instead of over HTTP")
    private Path lake;

    @Option(
        names = "--state",
        paramLabel = "DIR",
        description = "folder of the mirror's state (default: inside the lake's folder)")
    private Path state;

    @Option(
        names = "--name",
        paramLabel = "NAME",
        defaultValue = StatusCommand.DEFAULT_MIRROR,
        description = "name of the mirror (default: mirror)")
    private String name;

    String name() {
      return name;
    }

    MirrorAccess open() throws IOException {
      if (lake == null && state == null) {
        return new MirrorHttp(url, name);
      }
      if (lake == null) {
        throw new MirrorException(ErrorCode.INVALID_ARGUMENT, "--state needs --lake beside it");
      }
      return LakeAccess.open(lake, new StateFolder(lake).resolve(Optional.ofNullable(state)), name);
    }

    /**
     * The table that a person means; names may hold points.
     *
     * @throws MirrorException {@code INVALID_ARGUMENT} when the mirror has none of that name
     */
    static TableName table(MirrorAccess mirror, String text) throws InterruptedException {
      return mirror.tables().stream()
          .map(table -> new TableName(table.sourceSchemaName(), table.sourceTableName()))
          .filter(
              name -> name.qualified().equals(text) || name.qualified().equals("public." + text))
          .findFirst()
          .orElseThrow(
              () ->
                  new MirrorException(
                      ErrorCode.INVALID_ARGUMENT, "the mirror has no table " + text));
    }
  }
}

package io.deltamirror.reader;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What an old reader can open and what it must refuse. */
class StandaloneReaderIT {
  private static final MirrorReader READER = new StandaloneReader();

  @TempDir private static Path folder;
  private static SourceDatabase source;

  @BeforeAll
  static void start() throws Exception {
    source = SourceDatabase.start();
  }

  @AfterAll
  static void stop() throws Exception {
    source.close();
  }

  @Test
  void everyRowOfATableWithoutNewFeaturesIsRead() throws Exception {
    source.execute(
        """
        CREATE SCHEMA old;
        CREATE TABLE old.types (id bigint PRIMARY KEY, flag boolean, small smallint, whole integer,
          single real, twice double precision, money numeric(30,5), note text, raw bytea, day date);
        INSERT INTO old.types (id) VALUES (0);
        INSERT INTO old.types
          SELECT i, i % 2 = 0, i, i * 1000003, i / 7.0, i / 7.0, i / 100.0, 'é😀 ' || i,
            decode(md5(i::text), 'hex'), date '1990-01-01' + i
          FROM generate_series(1, 1000) i;
        """);
    SourceTable table = source.table("old", "types");
    Path written = write(table);
    JsonNode protocol = new LogFolder(written).actions("protocol").get(0);
    assertThat(protocol.path("minReaderVersion").asInt()).isEqualTo(1);
    assertThat(protocol.path("minWriterVersion").asInt()).isEqualTo(2);
    assertThat(new LogFolder(written).latestCheckpoint()).isPositive();
    assertThat(RowDifferences.between(table, source.rows(table), READER.read(table, written)))
        .isEmpty();
  }

  private static Path write(SourceTable table) throws Exception {
    Map<String, Object> content =
        Map.of(
            "columns",
            table.columnNames(),
            "types",
            table.columns().stream().map(SourceTable.SourceColumn::type).toList(),
            "rows",
            source.rows(table).byKey().values());
    new ObjectMapper().writeValue(folder.resolve("rows.json").toFile(), content);
    MirrorProcess.runSource(
        Path.of("src/test/programs/CompatibleTable.java").toAbsolutePath(), folder);
    return folder.resolve("table");
  }

  @Test
  void aMergeOnReadTableIsRefusedAndNotMisread() throws Exception {
    source.execute("CREATE SCHEMA new; CREATE TABLE new.t (id int PRIMARY KEY)");
    Path lake = folder.resolve("lake");
    MirrorProcess.runUntilCaughtUp(source, lake);
    SourceTable table = source.table("new", "t");
    assertThat(Files.isDirectory(table.folder(lake))).isTrue();
    assertThatThrownBy(() -> READER.read(table, table.folder(lake)))
        .hasMessageContaining("Delta protocol version (3,7) is too new");
  }
}

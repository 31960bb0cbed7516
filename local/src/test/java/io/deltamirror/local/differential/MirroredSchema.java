package io.deltamirror.local.differential;

import static org.assertj.core.api.Assertions.assertThat;

import io.deltamirror.core.schema.Column;
import io.deltamirror.core.schema.TableName;
import io.deltamirror.core.schema.TableSchema;
import io.deltamirror.core.source.Catalog;
import io.deltamirror.core.source.Catalog.SourceTable;
import io.deltamirror.core.source.SourceSession;
import io.deltamirror.core.source.TablePatterns;
import io.deltamirror.core.source.TableRules;
import io.deltamirror.core.state.ShapeChange;
import io.deltamirror.core.state.TableState;
import io.deltamirror.core.state.TableStatus;
import io.deltamirror.lake.verify.Outcome;
import io.deltamirror.lake.verify.VerifyReport;
import io.deltamirror.local.stack.CatchUpWait;
import io.deltamirror.local.stack.Verification;
import io.deltamirror.local.types.DeltaRows;
import java.io.IOException;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.awaitility.Awaitility;

/**
 * The tables of one schema on a shared source, and what has become of them in the mirror; those of
 * a schema of the same name with {@code _b} behind it count with them.
 */
final class MirroredSchema {
  /** Longer for a transaction that somebody asked to be large. */
  private static final Duration PATIENCE =
      Duration.ofMinutes(3).plusSeconds(Integer.getInteger("hostile.rows", 0) / 5_000);

  private final SharedMirror mirror;
  private final String name;
  private final TablePatterns tables;

  MirroredSchema(SharedMirror mirror, String name) {
    this.mirror = mirror;
    this.name = name;
    this.tables = new TablePatterns(List.of(name + ".*", second() + ".*"));
  }

  String name() {
    return name;
  }

  /** A schema that its tables may move to; it is there if the test makes it. */
  String second() {
    return name + "_b";
  }

  /** A session that finds the schema's tables by their names alone. */
  Connection connect() throws SQLException {
    Connection connection = mirror.postgres().connect();
    SourceSession.execute(connection, "SET search_path = " + name + ", public");
    return connection;
  }

  /** Runs statements, each in a transaction of its own. */
  void run(String... statements) throws SQLException {
    try (Connection connection = connect()) {
      for (String statement : statements) {
        SourceSession.execute(connection, statement);
      }
    }
  }

  /** Runs statements in one transaction. */
  void transact(String... statements) throws SQLException {
    try (Connection connection = connect()) {
      connection.setAutoCommit(false);
      for (String statement : statements) {
        SourceSession.execute(connection, statement);
      }
      connection.commit();
    }
  }

  /** Waits until the mirror has all that is committed by now, in the shapes that are now. */
  void awaitMirrored() {
    awaitCaughtUp();
    Awaitility.await(name + " has its shapes")
        .atMost(PATIENCE)
        .pollInterval(Duration.ofMillis(200))
        .untilAsserted(() -> assertThat(otherShapes()).isEmpty());
    awaitCaughtUp();
  }

  private void awaitCaughtUp() {
    Instant end = Instant.now().plus(PATIENCE);
    Optional<String> missing = Optional.of("");
    while (missing.isPresent()) {
      if (Instant.now().isAfter(end)) {
        throw new AssertionError(name + ": " + missing.get() + "; " + states());
      }
      CatchUpWait wait = CatchUpWait.from(mirror.stack().session(), tables, mirror.stack().state());
      Instant again = Instant.now().plusSeconds(20);
      missing = wait.missing();
      while (missing.isPresent() && Instant.now().isBefore(again)) {
        pause();
        missing = wait.missing();
      }
    }
  }

  private static void pause() {
    Awaitility.await().pollDelay(Duration.ofMillis(100)).until(() -> true);
  }

  /** Tables that the mirror knows in another shape than they have. */
  private List<String> otherShapes() throws SQLException {
    List<String> others = new ArrayList<>();
    try (Connection connection = mirror.stack().session().open()) {
      for (SourceTable table : new Catalog(connection).tables()) {
        TableSchema shape = table.schema();
        if (tables.matches(shape.name())
            && TableRules.refusal(table, Instant.now()).isEmpty()
            && !isKnown(shape)) {
          others.add(shape + " is known as " + mirror.stack().state().table(shape.oid()));
        }
      }
    }
    return others;
  }

  private boolean isKnown(TableSchema shape) {
    return mirror
        .stack()
        .state()
        .table(shape.oid())
        .filter(state -> state.status() == TableStatus.FAILED || texts(state).equals(texts(shape)))
        .isPresent();
  }

  private static List<String> texts(TableState state) {
    return state.schema().map(MirroredSchema::texts).orElse(List.of());
  }

  private static List<String> texts(TableSchema shape) {
    List<String> texts = new ArrayList<>(List.of(shape.name().toString()));
    for (Column column : shape.columns()) {
      texts.add(column.attnum() + " " + column.name() + " " + column.typeName());
    }
    return texts;
  }

  VerifyReport verify() throws InterruptedException {
    return new Verification(
            mirror.stack().session(), tables, mirror.stack().lake(), mirror.stack().state())
        .run(line -> {});
  }

  /** Waits, and compares every row of every table; there must be as many tables as said. */
  void assertEqual(int count) throws InterruptedException {
    awaitMirrored();
    VerifyReport report = verify();
    assertThat(report.outcome()).as("%s %s", report.json(), states()).isEqualTo(Outcome.EQUAL);
    assertThat(report.insertOnly()).as("%s", report.json()).isZero();
    assertThat(report.tables()).hasSize(count);
  }

  /** What the mirror has recorded of the table that is called so now. */
  TableState state(String table) {
    return states().stream()
        .filter(state -> state.name().equals(new TableName(name, table)))
        .filter(state -> state.status() != TableStatus.STOPPED)
        .filter(
            state -> state.fault().filter(fault -> fault.message().contains("no longer")).isEmpty())
        .findFirst()
        .orElseThrow(() -> new AssertionError("no table " + table + " in " + states()));
  }

  List<TableState> states() {
    return mirror.stack().state().tables().list(TableState.PREFIX).stream()
        .filter(state -> tables.matches(state.name()))
        .toList();
  }

  /** Its first copy has served until now. */
  void assertNeverReseeded(String table) {
    assertThat(state(table).seed()).as("reseeded: %s", state(table).reason()).isEqualTo(1);
  }

  /** Waits until it was copied again, for a reason that people can read. */
  void awaitReseeded(String table, int seed) {
    Awaitility.await(table + " is seeded anew")
        .atMost(PATIENCE)
        .pollInterval(Duration.ofMillis(200))
        .untilAsserted(
            () -> {
              assertThat(state(table).seed()).isGreaterThanOrEqualTo(seed);
              assertThat(state(table).reason()).isNotBlank();
            });
  }

  /** The changes of its shape are in its status. */
  void assertRecorded(String table, String... sentences) {
    List<ShapeChange> changes = state(table).shapes().changes();
    assertThat(changes).isNotEmpty().allSatisfy(change -> assertThat(change.what()).isNotEmpty());
    assertThat(changes.stream().flatMap(change -> change.what().stream()).toList().toString())
        .contains(sentences);
  }

  /** The table's rows as Kernel reads them, whatever the mirror says of it. */
  DeltaRows delta(String table) throws IOException {
    return DeltaRows.read(mirror.lake(), new TableName(name, table));
  }
}

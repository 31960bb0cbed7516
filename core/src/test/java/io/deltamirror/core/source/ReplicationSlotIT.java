package io.deltamirror.core.source;

import static io.deltamirror.core.source.SourceServer.run;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.deltamirror.core.ErrorCode;
import io.deltamirror.core.MirrorException;
import io.deltamirror.core.change.Position;
import io.deltamirror.core.source.ReplicationSlot.Status;
import java.nio.ByteBuffer;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class ReplicationSlotIT {
  private static final SourceNames NAMES = SourceNames.of("shop");
  private static SourceServer server;

  @BeforeAll
  static void startServer() throws Exception {
    server = new SourceServer("logical");
  }

  @AfterAll
  static void stopServer() throws Exception {
    server.close();
  }

  @Test
  void isMadeDescribedAndDropped() throws Exception {
    SourceSession session = server.database("one");
    try (Connection connection = session.open()) {
      ReplicationSlot slot = new ReplicationSlot(connection, "one_slot");
      assertThat(slot.describe()).isEmpty();
      slot.create();
      Status fresh = slot.describeOurs().orElseThrow();
      assertThat(fresh.active()).isFalse();
      assertThat(fresh.ours()).isTrue();
      assertThat(fresh.lost()).isFalse();
      assertThat(fresh.confirmedFlush()).isPositive();
      run(session, "CREATE TABLE t AS SELECT generate_series(1, 10000) AS a");
      assertThat(slot.describe().orElseThrow().retainedBytes())
          .isGreaterThan(fresh.retainedBytes() + 100_000);
      slot.drop();
      slot.drop();
      assertThat(slot.describe()).isEmpty();
    }
  }

  @Test
  void anotherDatabasesSlotOfThatNameIsRefused() throws Exception {
    try (Connection two = server.database("two").open();
        Connection three = server.database("three").open()) {
      new ReplicationSlot(two, "shared").create();
      assertThatThrownBy(() -> new ReplicationSlot(three, "shared").describeOurs())
          .isInstanceOfSatisfying(
              MirrorException.class,
              e -> assertThat(e.code()).isEqualTo(ErrorCode.SOURCE_SLOT_IN_USE));
      new ReplicationSlot(two, "shared").drop();
    }
  }

  @Test
  void aBarrierLiesBetweenWhatWasCommittedAndItsOwnMessage() throws Exception {
    SourceSession session = server.database("four");
    try (Connection connection = session.open()) {
      Publications publications = new Publications(connection, NAMES);
      publications.ensure();
      ReplicationSlot slot = new ReplicationSlot(connection, NAMES.slot());
      slot.create();
      run(session, "CREATE TABLE t (a int PRIMARY KEY)");
      publications.add(new Catalog(connection).tables().get(0).schema(), null);
      run(session, "INSERT INTO t VALUES (1)");
      long barrier = Barrier.emit(connection);
      List<Long> commits = commits(connection);
      slot.drop();
      assertThat(commits).hasSizeGreaterThanOrEqualTo(2);
      long message = commits.get(commits.size() - 1);
      assertThat(message).isGreaterThanOrEqualTo(barrier);
      assertThat(commits.subList(0, commits.size() - 1)).allMatch(commit -> commit < barrier);
    }
  }

  /** The LSNs of the commits that the slot has to tell of, in order. */
  private static List<Long> commits(Connection connection) throws SQLException {
    List<Long> commits = new ArrayList<>();
    try (PreparedStatement select =
        connection.prepareStatement(
            "SELECT data FROM pg_logical_slot_peek_binary_changes(?, NULL, NULL,"
                + " 'proto_version', '1', 'publication_names', ?, 'messages', 'true')")) {
      select.setString(1, NAMES.slot());
      select.setString(2, NAMES.full());
      try (ResultSet row = select.executeQuery()) {
        while (row.next()) {
          ByteBuffer message = ByteBuffer.wrap(row.getBytes(1));
          if (message.get() == 'C') {
            message.get(); // flags
            commits.add(message.getLong());
          }
        }
      }
    }
    return commits;
  }

  @Test
  void aNudgeMovesTheInsertPosition() throws Exception {
    try (Connection connection = server.database("five").open()) {
      long before = insertLsn(connection);
      Barrier.nudge(connection);
      assertThat(insertLsn(connection)).isGreaterThan(before);
    }
  }

  private static long insertLsn(Connection connection) throws SQLException {
    return Position.parseLsn(SourceServer.one(connection, "SELECT pg_current_wal_insert_lsn()"));
  }
}

package io.deltamirror.core.source;

import io.deltamirror.core.ErrorCode;
import io.deltamirror.core.MirrorException;
import io.deltamirror.core.change.Position;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Optional;

/**
 * The logical replication slot of a mirror. Stateless; uses the connection it is given, in
 * auto-commit mode.
 */
public final class ReplicationSlot {
  private static final String PLUGIN = "pgoutput";

  private static final String DESCRIBE =
      """
      SELECT active, plugin, database = current_database(), confirmed_flush_lsn, wal_status,
             pg_wal_lsn_diff(pg_current_wal_insert_lsn(), restart_lsn)::bigint
      FROM pg_replication_slots WHERE slot_name = ?
      """;

  private final Connection connection;
  private final String name;

  public ReplicationSlot(Connection connection, String name) {
    this.connection = connection;
    this.name = name;
  }

  /**
   * What the server says of a slot ({@code pg_replication_slots}).
   *
   * @param active whether a connection streams from it
   * @param ours whether it is of pgoutput and of this database
   * @param confirmedFlush LSN up to which the consumer has everything
   * @param lost whether the WAL that it needs is gone
   * @param retainedBytes WAL that it holds back
   */
  public record Status(
      boolean active, boolean ours, long confirmedFlush, boolean lost, long retainedBytes) {}

  /** What is known of it, or empty when there is none. */
  public Optional<Status> describe() throws SQLException {
    try (PreparedStatement select = connection.prepareStatement(DESCRIBE)) {
      select.setString(1, name);
      try (ResultSet row = select.executeQuery()) {
        if (!row.next()) {
          return Optional.empty();
        }
        String flushed = row.getString(4);
        return Optional.of(
            new Status(
                row.getBoolean(1),
                PLUGIN.equals(row.getString(2)) && row.getBoolean(3),
                flushed == null ? 0 : Position.parseLsn(flushed),
                "lost".equals(row.getString(5)),
                row.getLong(6)));
      }
    }
  }

  /**
   * Makes it. Waits until every transaction that is running now has ended: only from there on can
   * the WAL be decoded (PostgreSQL: "Snapshot building").
   *
   * @throws MirrorException with a {@code SOURCE_…} code
   */
  public void create() {
    call("SELECT pg_create_logical_replication_slot(?, '" + PLUGIN + "')", "create");
  }

  /**
   * Drops it; nothing happens when there is none.
   *
   * @throws MirrorException {@code SOURCE_SLOT_IN_USE} when a connection streams from it
   */
  public void drop() {
    call(
        "SELECT pg_drop_replication_slot(slot_name) FROM pg_replication_slots WHERE slot_name = ?",
        "drop");
  }

  /**
   * As {@link #describe}, for one that is going to be used.
   *
   * @throws MirrorException {@code SOURCE_SLOT_IN_USE} when its name is taken by another database
   *     or for another plugin
   */
  public Optional<Status> describeOurs() throws SQLException {
    Optional<Status> status = describe();
    if (status.isPresent() && !status.get().ours()) {
      throw new MirrorException(
          ErrorCode.SOURCE_SLOT_IN_USE,
          "slot " + name + " is of another database or plugin; name the mirror otherwise");
    }
    return status;
  }

  private void call(String sql, String doing) {
    try (PreparedStatement statement = connection.prepareStatement(sql)) {
      statement.setString(1, name);
      statement.execute();
    } catch (SQLException e) {
      throw SourceErrors.of("cannot " + doing + " slot " + name, e);
    }
  }
}

package io.deltamirror.core.source;

import io.deltamirror.core.ErrorCode;
import io.deltamirror.core.MirrorException;
import io.deltamirror.core.change.Position;
import io.deltamirror.core.schema.TableName;
import java.nio.ByteBuffer;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

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

  private static final String LAST_REPLY =
      """
      SELECT r.reply_time::text
      FROM pg_replication_slots s JOIN pg_stat_replication r ON r.pid = s.active_pid
      WHERE s.slot_name = ?
      """;

  private static final String TERMINATE =
      """
      SELECT pg_terminate_backend(a.pid)
      FROM pg_replication_slots s JOIN pg_stat_activity a ON a.pid = s.active_pid
      WHERE s.slot_name = ? AND a.usename = current_user
        AND CASE WHEN a.application_name LIKE ?
            THEN substr(a.application_name, ?)::bigint < ? ELSE false END
      """;

  private static final String PEEK =
      """
      SELECT count(*) FILTER (WHERE substr(data, 1, 17) = ?),
             count(*) FILTER (WHERE substr(data, 1, 1) = 'B' AND substr(data, 2, 8) > ?)
      FROM pg_logical_slot_peek_binary_changes(?, ?::pg_lsn, NULL, 'proto_version', '1',
          'publication_names', ?, 'messages', 'true')
      """;

  private static final long POSTGRES_EPOCH_MICROS = 946_684_800_000_000L;

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
   * The time in the last message that the server got from the connection that streams from the
   * slot, as text to be compared with an earlier one; empty when there is no such connection.
   */
  public Optional<String> lastReply() throws SQLException {
    try (PreparedStatement select = connection.prepareStatement(LAST_REPLY)) {
      select.setString(1, name);
      try (ResultSet row = select.executeQuery()) {
        return row.next() ? Optional.ofNullable(row.getString(1)) : Optional.empty();
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
   * Moves it on, without decoding what lies between; not back.
   *
   * @param lsn that the server has flushed
   */
  public void advance(long lsn) throws SQLException {
    try (PreparedStatement advance =
        connection.prepareStatement(
            "SELECT pg_replication_slot_advance(slot_name, greatest(confirmed_flush_lsn,"
                + " ?::pg_lsn)) FROM pg_replication_slots WHERE slot_name = ?")) {
      advance.setString(1, Position.lsnText(lsn));
      advance.setString(2, name);
      advance.execute();
    }
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

  /**
   * Ends the connection that streams from it, if that is one of the same role which said by its
   * {@link StreamLabel} that it is of an earlier owner of the same mirror. A process that hangs
   * keeps its connection, and TCP keeps it alive.
   *
   * @param label of the present owner
   */
  public void terminateEarlier(StreamLabel label) throws SQLException {
    try (PreparedStatement terminate = connection.prepareStatement(TERMINATE)) {
      terminate.setString(1, name);
      terminate.setString(2, label.prefix() + "%");
      terminate.setInt(3, label.prefix().length() + 1);
      terminate.setLong(4, label.fence());
      terminate.execute();
    }
  }

  /**
   * Whether the last transaction that the slot will stream up to an LSN has its commit record at
   * that place and of that time. A slot that was told of the commit itself does not stream it any
   * more: then there must be none up to the LSN. Nobody may stream from it meanwhile. It reads WAL
   * up to there.
   *
   * @param confirmedFlush of the slot
   * @param publications that the slot is read with; they are older than the slot
   * @param commitMicros microseconds since 1970 UTC
   * @param endLsn behind the commit record, perhaps far: nothing of the mirror is in between
   */
  public boolean lastIs(
      long confirmedFlush,
      List<String> publications,
      long commitLsn,
      long commitMicros,
      long endLsn)
      throws SQLException {
    // BEGIN: 'B', LSN of the commit record, time of the commit (PostgreSQL: "Logical Replication
    // Message Formats").
    byte[] begin =
        ByteBuffer.allocate(17)
            .put((byte) 'B')
            .putLong(commitLsn)
            .putLong(commitMicros - POSTGRES_EPOCH_MICROS)
            .array();
    boolean told = Long.compareUnsigned(confirmedFlush, commitLsn) > 0;
    try (PreparedStatement peek = connection.prepareStatement(PEEK)) {
      peek.setBytes(1, begin);
      peek.setBytes(2, ByteBuffer.allocate(8).putLong(commitLsn).array());
      peek.setString(3, name);
      peek.setString(4, Position.lsnText(endLsn));
      peek.setString(
          5, publications.stream().map(TableName::quote).collect(Collectors.joining(",")));
      try (ResultSet row = peek.executeQuery()) {
        row.next();
        return (told || row.getLong(1) > 0) && row.getLong(2) == 0;
      }
    }
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

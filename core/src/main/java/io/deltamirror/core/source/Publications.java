package io.deltamirror.core.source;

import io.deltamirror.core.ErrorCode;
import io.deltamirror.core.MirrorException;
import io.deltamirror.core.schema.TableName;
import io.deltamirror.core.schema.TableSchema;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The two publications of a mirror and the tables in them. They have to be there before the
 * replication slot and to stay as long as it does: pgoutput looks them up in the catalog as of the
 * WAL it decodes (an error up to PostgreSQL 17, skipped changes from 18).
 *
 * <p>What is there already is used as it is, so an administrator may run all the statements instead
 * of the mirror's role. Stateless; uses the connection it is given, in auto-commit mode.
 */
public final class Publications {
  /**
   * ALTER PUBLICATION waits for a VACUUM or an index build on the table. It must neither hold up
   * other tables' turn nor queue for long: whoever wants the same lock queues behind it.
   */
  private static final String LOCK_TIMEOUT = "SET lock_timeout = '2s'";

  private static final String INSUFFICIENT_PRIVILEGE = "42501";
  private static final String DUPLICATE_OBJECT = "42710";
  private static final String UNDEFINED_OBJECT = "42704";

  /** Generated columns are of PostgreSQL 18: as JSON the query also runs on those before. */
  private static final String OPTIONS =
      """
      SELECT puballtables,
             pubinsert AND pubtruncate AND pubviaroot AND pubupdate = ? AND pubdelete = ?
             AND coalesce(to_jsonb(p) ->> 'pubgencols', 's') = 's'
      FROM pg_publication p WHERE pubname = ?
      """;

  /** Row filters and column lists are of PostgreSQL 15: as JSON the query also runs on 14. */
  private static final String MEMBERS =
      """
      SELECT r.prrelid, p.pubname,
             (to_jsonb(r) ->> 'prqual') IS NULL AND (to_jsonb(r) ->> 'prattrs') IS NULL
      FROM pg_publication_rel r JOIN pg_publication p ON p.oid = r.prpubid
      WHERE p.pubname IN (?, ?)
      """;

  /** But for those whose names cannot be told to anybody. */
  private static final String PARTITIONS =
      """
      SELECT n.nspname, c.relname, bool_or(p.pubname = ?), bool_or(p.pubname = ?)
      FROM pg_publication_rel r
      JOIN pg_publication p ON p.oid = r.prpubid
      JOIN pg_class c ON c.oid = r.prrelid
      JOIN pg_namespace n ON n.oid = c.relnamespace
      WHERE p.pubname IN (?, ?) AND c.relispartition
        AND (current_setting('server_encoding') <> 'SQL_ASCII'
             OR (n.nspname ~ ? AND c.relname ~ ?))
      GROUP BY n.nspname, c.relname
      """;

  private final Connection connection;
  private final Publication full;
  private final Publication insertOnly;

  public Publications(Connection connection, SourceNames names) throws SQLException {
    int version = connection.getMetaData().getDatabaseMajorVersion();
    this.connection = connection;
    this.full = Publication.full(names).on(version);
    this.insertOnly = Publication.insertOnly(names).on(version);
  }

  /**
   * How a table is published.
   *
   * @param updates by the publication of all operations
   * @param inserts by the one of inserts only
   * @param whole without row filter and column list
   */
  public record Membership(boolean updates, boolean inserts, boolean whole) {
    static final Membership NONE = new Membership(false, false, true);

    private Membership and(Membership other) {
      return new Membership(
          updates || other.updates, inserts || other.inserts, whole && other.whole);
    }

    /** Whether it is published as it should be. */
    public boolean fits(TableSchema table) {
      return whole && (table.insertOnly() ? inserts && !updates : updates && !inserts);
    }
  }

  /** Both, for those who print the statements for a server of the given major version. */
  public static List<Publication> of(SourceNames names, int version) {
    return List.of(Publication.full(names).on(version), Publication.insertOnly(names).on(version));
  }

  /**
   * The publication that a table belongs to. In the other one an update fails in the source's own
   * application, or is not seen.
   */
  public static Publication of(SourceNames names, TableSchema table) {
    return table.insertOnly() ? Publication.insertOnly(names) : Publication.full(names);
  }

  /** Whether one of them is not there. */
  public boolean missing() throws SQLException {
    try (PreparedStatement select =
        connection.prepareStatement(
            "SELECT count(*) < 2 FROM pg_publication WHERE pubname IN (?, ?)")) {
      select.setString(1, full.name());
      select.setString(2, insertOnly.name());
      try (ResultSet row = select.executeQuery()) {
        row.next();
        return row.getBoolean(1);
      }
    }
  }

  /**
   * Makes those that are missing, empty, and gives our options to those that have others.
   *
   * @return whether one was missing
   * @throws MirrorException {@code SOURCE_PUBLICATION} with the statement to run, when the role may
   *     not
   */
  public boolean ensure() throws SQLException {
    boolean missing = ensure(full);
    return ensure(insertOnly) || missing;
  }

  private boolean ensure(Publication publication) throws SQLException {
    boolean updates = publication.equals(full);
    try (PreparedStatement select = connection.prepareStatement(OPTIONS)) {
      select.setBoolean(1, updates);
      select.setBoolean(2, updates);
      select.setString(3, publication.name());
      try (ResultSet row = select.executeQuery()) {
        if (!row.next()) {
          run(publication.create());
          return true;
        }
        if (row.getBoolean(1)) {
          throw new MirrorException(
              ErrorCode.SOURCE_PUBLICATION,
              publication.name()
                  + " is for all tables; stop the mirror and run: "
                  + publication.drop());
        }
        if (!row.getBoolean(2)) {
          run(publication.correct());
        }
        return false;
      }
    }
  }

  /** The tables of both, by OID. */
  public Map<Long, Membership> members() throws SQLException {
    Map<Long, Membership> members = new HashMap<>();
    try (PreparedStatement select = connection.prepareStatement(MEMBERS)) {
      select.setString(1, full.name());
      select.setString(2, insertOnly.name());
      try (ResultSet row = select.executeQuery()) {
        while (row.next()) {
          boolean updates = row.getString(2).equals(full.name());
          members.merge(
              row.getLong(1),
              new Membership(updates, !updates, row.getBoolean(3)),
              Membership::and);
        }
      }
    }
    return members;
  }

  /** Whether a table is published as it should be; {@code present} as in {@link #add}. */
  public boolean has(TableSchema table, Membership present) {
    return present != null && present.fits(table);
  }

  /**
   * Publishes a table as it should be.
   *
   * @param present what {@link #members} said of it, or null
   * @return whether anything had to be run
   * @throws MirrorException {@code SOURCE_PUBLICATION} with the statement to run, when the role is
   *     not the table's owner; {@code SOURCE_FAILED} when its lock was not to be had in two seconds
   */
  public boolean add(TableSchema table, Membership present) throws SQLException {
    if (has(table, present)) {
      return false;
    }
    Membership now = present == null ? Membership.NONE : present;
    boolean intoFull = !table.insertOnly();
    List<String> statements = new ArrayList<>();
    if (now.updates() && (!intoFull || !now.whole())) {
      statements.add(full.remove(table.name()));
    }
    if (now.inserts() && (intoFull || !now.whole())) {
      statements.add(insertOnly.remove(table.name()));
    }
    if (!now.whole() || !(intoFull ? now.updates() : now.inserts())) {
      statements.add((intoFull ? full : insertOnly).add(table.name()));
    }
    run(statements);
    return true;
  }

  /**
   * Takes partitions out: they are published through their root. One that is in a publication by
   * itself was a table of its own before, or has a root that nobody chose; then nobody would see
   * when it loses its identity, and its updates would fail.
   *
   * @throws MirrorException {@code SOURCE_PUBLICATION} as {@link #add}
   */
  public void dropPartitions() throws SQLException {
    List<String> statements = new ArrayList<>();
    try (PreparedStatement select = connection.prepareStatement(PARTITIONS)) {
      select.setString(1, full.name());
      select.setString(2, insertOnly.name());
      select.setString(3, full.name());
      select.setString(4, insertOnly.name());
      select.setString(5, UnreadableNames.UTF8);
      select.setString(6, UnreadableNames.UTF8);
      try (ResultSet row = select.executeQuery()) {
        while (row.next()) {
          TableName partition = new TableName(row.getString(1), row.getString(2));
          if (row.getBoolean(3)) {
            statements.add(full.remove(partition));
          }
          if (row.getBoolean(4)) {
            statements.add(insertOnly.remove(partition));
          }
        }
      }
    }
    for (String statement : statements) {
      run(statement);
    }
  }

  /** Publishes a table no longer; as {@link #add}. */
  public boolean remove(TableName table, Membership present) throws SQLException {
    if (present == null) {
      return false;
    }
    if (present.updates()) {
      run(full.remove(table));
    }
    if (present.inserts()) {
      run(insertOnly.remove(table));
    }
    return present.updates() || present.inserts();
  }

  /** Drops both; only when the slot is gone. */
  public void drop() throws SQLException {
    run(full.drop());
    run(insertOnly.drop());
  }

  /** In one transaction, so that the table is at each moment in one place or in the other. */
  private void run(List<String> statements) throws SQLException {
    if (statements.size() == 1) {
      run(statements.get(0));
      return;
    }
    connection.setAutoCommit(false);
    try {
      SourceSession.execute(connection, LOCK_TIMEOUT.replace("SET", "SET LOCAL"));
      for (String statement : statements) {
        SourceSession.execute(connection, statement);
      }
      connection.commit();
      return;
    } catch (SQLException e) {
      connection.rollback();
      if (!INSUFFICIENT_PRIVILEGE.equals(e.getSQLState()) && !doneByAnother(e)) {
        throw refused(String.join("; ", statements), e);
      }
    } finally {
      connection.setAutoCommit(true);
    }
    // One by one, what another has done already does not count, and who may not add the table can
    // still take it out of where its updates fail.
    for (int i = 0; i < statements.size(); i++) {
      run(statements.get(i), String.join("; ", statements.subList(i, statements.size())));
    }
  }

  private void run(String statement) throws SQLException {
    run(statement, statement);
  }

  private void run(String statement, String remaining) throws SQLException {
    SourceSession.execute(connection, LOCK_TIMEOUT);
    try {
      SourceSession.execute(connection, statement);
    } catch (SQLException e) {
      if (!doneByAnother(e)) {
        throw refused(remaining, e);
      }
    } finally {
      SourceSession.execute(connection, "RESET lock_timeout");
    }
  }

  private static MirrorException refused(String statements, SQLException e) {
    return INSUFFICIENT_PRIVILEGE.equals(e.getSQLState())
        ? new MirrorException(
            ErrorCode.SOURCE_PUBLICATION, e.getMessage() + "; run as its owner: " + statements, e)
        : SourceErrors.of("cannot " + statements, e);
  }

  private static boolean doneByAnother(SQLException e) {
    return DUPLICATE_OBJECT.equals(e.getSQLState()) || UNDEFINED_OBJECT.equals(e.getSQLState());
  }
}

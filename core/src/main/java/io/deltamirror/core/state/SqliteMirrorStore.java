package io.deltamirror.core.state;

import io.deltamirror.core.ErrorCode;
import io.deltamirror.core.MirrorException;
import io.deltamirror.core.failpoint.Failpoint;
import io.deltamirror.core.failpoint.Failpoints;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.sqlite.SQLiteConfig;
import org.sqlite.SQLiteErrorCode;

/**
 * A {@link MirrorStore} in one SQLite file, for one machine. Several processes may open it; a write
 * waits for another process's up to ten seconds.
 */
public final class SqliteMirrorStore implements MirrorStore {
  private static final int BUSY_TIMEOUT_MILLIS = 10_000;

  private final Connection connection;

  /** Opens the file, and makes it and its folder where missing. */
  public SqliteMirrorStore(Path file) {
    try {
      if (file.toAbsolutePath().getParent() != null) {
        Files.createDirectories(file.toAbsolutePath().getParent());
      }
      SQLiteConfig config = new SQLiteConfig();
      config.setJournalMode(SQLiteConfig.JournalMode.WAL);
      // Survives the end of the machine, too: the slot moves behind the stored offset, so an offset
      // that is lost would have every table copied anew.
      config.setSynchronous(SQLiteConfig.SynchronousMode.FULL);
      config.setBusyTimeout(BUSY_TIMEOUT_MILLIS);
      connection = config.createConnection("jdbc:sqlite:" + file);
      try (var statement = connection.createStatement()) {
        statement.execute(
            "CREATE TABLE IF NOT EXISTS document (mirror TEXT NOT NULL, name TEXT NOT NULL,"
                + " text TEXT NOT NULL, version INTEGER NOT NULL, PRIMARY KEY (mirror, name))"
                + " WITHOUT ROWID");
        // One counter for all, so that a document made anew never repeats an old version's etag.
        statement.execute(
            "CREATE TABLE IF NOT EXISTS clock (id INTEGER PRIMARY KEY CHECK (id = 1),"
                + " version INTEGER NOT NULL)");
        statement.execute("INSERT OR IGNORE INTO clock VALUES (1, 0)");
      }
    } catch (SQLException | IOException e) {
      throw unavailable("cannot open the state file " + file, e);
    }
  }

  @Override
  public synchronized Optional<Document> get(String mirror, String name) {
    try (PreparedStatement select =
        connection.prepareStatement(
            "SELECT mirror, name, text, version FROM document WHERE mirror = ? AND name = ?")) {
      select.setString(1, mirror);
      select.setString(2, name);
      return read(select).stream().findFirst();
    } catch (SQLException e) {
      throw unavailable("cannot read " + name, e);
    }
  }

  @Override
  public synchronized Optional<Document> create(String mirror, String name, String text) {
    checkLength(name, text);
    try (PreparedStatement insert =
        connection.prepareStatement(
            "INSERT INTO document VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING")) {
      Failpoints.reachIo(Failpoint.STORE_WRITING);
      long version = tick();
      insert.setString(1, mirror);
      insert.setString(2, name);
      insert.setString(3, text);
      insert.setLong(4, version);
      return written(insert, mirror, name, text, version);
    } catch (SQLException | IOException e) {
      throw unavailable("cannot write " + name, e);
    }
  }

  @Override
  public synchronized Optional<Document> replace(Document read, String text) {
    checkLength(read.name(), text);
    try (PreparedStatement update =
        connection.prepareStatement(
            "UPDATE document SET text = ?, version = ? WHERE mirror = ? AND name = ?"
                + " AND version = ?")) {
      Failpoints.reachIo(Failpoint.STORE_WRITING);
      long version = tick();
      update.setString(1, text);
      update.setLong(2, version);
      update.setString(3, read.mirror());
      update.setString(4, read.name());
      update.setLong(5, Long.parseLong(read.etag()));
      return written(update, read.mirror(), read.name(), text, version);
    } catch (SQLException | IOException e) {
      throw unavailable("cannot write " + read.name(), e);
    }
  }

  @Override
  public synchronized boolean delete(Document read) {
    try (PreparedStatement delete =
        connection.prepareStatement(
            "DELETE FROM document WHERE mirror = ? AND name = ? AND version = ?")) {
      delete.setString(1, read.mirror());
      delete.setString(2, read.name());
      delete.setLong(3, Long.parseLong(read.etag()));
      return delete.executeUpdate() == 1 || get(read.mirror(), read.name()).isEmpty();
    } catch (SQLException e) {
      throw unavailable("cannot delete " + read.name(), e);
    }
  }

  @Override
  public synchronized List<Document> list(String mirror, String namePrefix) {
    try (PreparedStatement select =
        connection.prepareStatement(
            "SELECT mirror, name, text, version FROM document WHERE mirror = ? AND name >= ?"
                + " AND name < ? ORDER BY name")) {
      select.setString(1, mirror);
      select.setString(2, namePrefix);
      select.setString(3, namePrefix + Character.MAX_VALUE);
      return read(select);
    } catch (SQLException e) {
      throw unavailable("cannot list " + namePrefix, e);
    }
  }

  @Override
  public synchronized List<String> mirrors() {
    try (PreparedStatement select =
            connection.prepareStatement("SELECT DISTINCT mirror FROM document ORDER BY mirror");
        ResultSet rows = select.executeQuery()) {
      List<String> names = new ArrayList<>();
      while (rows.next()) {
        names.add(rows.getString(1));
      }
      return names;
    } catch (SQLException e) {
      throw unavailable("cannot list the mirrors", e);
    }
  }

  @Override
  public synchronized void close() {
    try {
      connection.close();
    } catch (SQLException e) {
      throw unavailable("cannot close the state file", e);
    }
  }

  private long tick() throws SQLException {
    try (PreparedStatement update =
            connection.prepareStatement(
                "UPDATE clock SET version = version + 1 RETURNING version");
        ResultSet row = update.executeQuery()) {
      row.next();
      return row.getLong(1);
    }
  }

  private static Optional<Document> written(
      PreparedStatement statement, String mirror, String name, String text, long version)
      throws SQLException, IOException {
    boolean done = statement.executeUpdate() == 1;
    Failpoints.reachIo(Failpoint.STORE_WRITTEN);
    return done
        ? Optional.of(new Document(mirror, name, text, Long.toString(version)))
        : Optional.empty();
  }

  private static List<Document> read(PreparedStatement select) throws SQLException {
    try (ResultSet rows = select.executeQuery()) {
      List<Document> documents = new ArrayList<>();
      while (rows.next()) {
        documents.add(
            new Document(
                rows.getString(1),
                rows.getString(2),
                rows.getString(3),
                Long.toString(rows.getLong(4))));
      }
      return documents;
    }
  }

  private static void checkLength(String name, String text) {
    if (text.length() > MAX_LENGTH) {
      throw new IllegalArgumentException(name + " has " + text.length() + " characters");
    }
  }

  private static MirrorException unavailable(String what, Exception cause) {
    boolean full =
        cause instanceof SQLException sql && sql.getErrorCode() == SQLiteErrorCode.SQLITE_FULL.code;
    return new MirrorException(
        full ? ErrorCode.STORAGE_FULL : ErrorCode.STATE_UNAVAILABLE, what, cause);
  }
}

package io.deltamirror.core.source;

import io.deltamirror.core.ErrorCode;
import io.deltamirror.core.MirrorException;
import io.deltamirror.core.state.MirrorDefinition.Source;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.Properties;
import org.postgresql.PGProperty;

/**
 * Opens connections to a source, all with the same session settings: PostgreSQL's text forms depend
 * on them, and a database's own defaults must not change what is read. Thread-safe.
 */
public final class SourceSession {
  /** As startup options, so that they also hold for a replication connection. */
  private static final String OPTIONS =
      String.join(
          " ",
          List.of(
              "-c bytea_output=hex",
              "-c intervalstyle=postgres",
              "-c datestyle=ISO,YMD",
              "-c extra_float_digits=3",
              "-c TimeZone=UTC",
              "-c client_encoding=UTF8",
              "-c lc_monetary=C",
              "-c xmloption=content",
              "-c search_path=pg_catalog",
              // An error where a policy would hide rows: a mirror must not miss them silently.
              "-c row_security=off",
              "-c statement_timeout=0",
              "-c lock_timeout=0",
              "-c idle_in_transaction_session_timeout=0",
              // A machine that vanishes must not leave a snapshot that holds back vacuum: by
              // default the server asks after two hours.
              "-c tcp_keepalives_idle=60",
              "-c tcp_keepalives_interval=10",
              "-c tcp_keepalives_count=6"));

  private static final int CONNECT_SECONDS = 10;
  private static final int LOGIN_SECONDS = 20;

  private final Source source;
  private final PasswordSource passwords;
  private final Duration patience;

  /** Waits for an answer as long as it takes, once it is connected. */
  public SourceSession(Source source, PasswordSource passwords) {
    this(source, passwords, Duration.ZERO);
  }

  private SourceSession(Source source, PasswordSource passwords, Duration patience) {
    this.source = source;
    this.passwords = passwords;
    this.patience = patience;
  }

  /**
   * The same, but a connection fails when the source is silent for so long while it is to answer:
   * TCP alone does not notice a network that swallows everything.
   */
  public SourceSession answeringWithin(Duration time) {
    return new SourceSession(source, passwords, time);
  }

  public Source source() {
    return source;
  }

  /**
   * An ordinary connection.
   *
   * @throws MirrorException with a {@code SOURCE_…} code
   */
  public Connection open() {
    return connect(properties());
  }

  /**
   * A connection that speaks the replication protocol; statements go as simple queries. A stream
   * from a database in SQL_ASCII has text and names as they are stored ({@link RawText}).
   *
   * @throws MirrorException with a {@code SOURCE_…} code
   */
  public Connection openReplication() {
    Properties properties = properties();
    PGProperty.REPLICATION.set(properties, "database");
    PGProperty.PREFER_QUERY_MODE.set(properties, "simple");
    PGProperty.ASSUME_MIN_SERVER_VERSION.set(properties, "14");
    PGProperty.ALLOW_ENCODING_CHANGES.set(properties, true);
    Connection connection = connect(properties);
    try {
      RawText.stream(connection);
      return connection;
    } catch (SQLException e) {
      abort(connection);
      throw SourceErrors.of("cannot replicate from " + source.host() + ":" + source.port(), e);
    }
  }

  private Properties properties() {
    Properties properties = new Properties();
    PGProperty.USER.set(properties, source.user());
    passwords.password(source).ifPresent(secret -> PGProperty.PASSWORD.set(properties, secret));
    PGProperty.APPLICATION_NAME.set(properties, "delta-mirror");
    PGProperty.OPTIONS.set(properties, OPTIONS);
    PGProperty.CONNECT_TIMEOUT.set(properties, CONNECT_SECONDS);
    // A server that takes the connection and then says nothing; in force until it is connected.
    PGProperty.SOCKET_TIMEOUT.set(properties, LOGIN_SECONDS);
    PGProperty.TCP_KEEP_ALIVE.set(properties, true);
    return properties;
  }

  private Connection connect(Properties properties) {
    String url = "jdbc:postgresql://" + source.host() + ":" + source.port() + "/" + encoded();
    try {
      Connection connection = DriverManager.getConnection(url, properties);
      connection.setNetworkTimeout(Runnable::run, Math.toIntExact(patience.toMillis()));
      return connection;
    } catch (SQLException e) {
      String doing = "cannot connect to " + source.host() + ":" + source.port();
      if (wantsPassword(e, properties)) {
        throw new MirrorException(
            ErrorCode.SECRET_MISSING, doing + " as " + source.user() + ": a password is asked", e);
      }
      throw SourceErrors.of(doing, e);
    }
  }

  private static void abort(Connection connection) {
    try {
      connection.abort(Runnable::run);
    } catch (SQLException e) {
      // It is of no use to anyone.
    }
  }

  /** The driver refuses to answer a request for a password that it does not have (08004). */
  private static boolean wantsPassword(SQLException e, Properties properties) {
    return "08004".equals(e.getSQLState()) && PGProperty.PASSWORD.getOrDefault(properties) == null;
  }

  private String encoded() {
    return java.net.URLEncoder.encode(source.database(), java.nio.charset.StandardCharsets.UTF_8);
  }

  /** Runs one statement that returns nothing. */
  public static void execute(Connection connection, String sql) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }
}

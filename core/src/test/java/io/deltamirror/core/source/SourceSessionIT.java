package io.deltamirror.core.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.deltamirror.core.ErrorCode;
import io.deltamirror.core.MirrorException;
import io.deltamirror.core.state.MirrorDefinition.Source;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class SourceSessionIT {
  private static final String SECRET = "pass word:1";
  private static EmbeddedPostgres server;

  @BeforeAll
  static void start() throws IOException, SQLException {
    server = EmbeddedPostgres.builder().start();
    try (Connection admin = DriverManager.getConnection(server.getJdbcUrl("postgres", "postgres"));
        Statement statement = admin.createStatement()) {
      statement.execute("CREATE ROLE reader LOGIN PASSWORD '" + SECRET + "'");
      statement.execute("CREATE DATABASE hostile");
      statement.execute("ALTER DATABASE hostile SET bytea_output = escape");
      statement.execute("ALTER DATABASE hostile SET datestyle = 'German'");
      statement.execute("ALTER DATABASE hostile SET timezone = 'Asia/Kolkata'");
      statement.execute("ALTER DATABASE hostile SET extra_float_digits = -3");
      String hba;
      try (ResultSet row = statement.executeQuery("SHOW hba_file")) {
        row.next();
        hba = row.getString(1);
      }
      Files.writeString(Path.of(hba), "host all all 127.0.0.1/32 scram-sha-256\n");
      statement.execute("SELECT pg_reload_conf()");
    }
  }

  @AfterAll
  static void stop() throws IOException {
    server.close();
  }

  private static SourceSession session(String database, String password) {
    Source source = new Source("127.0.0.1", server.getPort(), database, "reader", Optional.empty());
    return new SourceSession(source, asked -> Optional.ofNullable(password));
  }

  private static void refused(SourceSession session, ErrorCode code) {
    assertThatThrownBy(session::open)
        .isInstanceOfSatisfying(
            MirrorException.class,
            e -> {
              assertThat(e.code()).isEqualTo(code);
              assertThat(e.getMessage()).doesNotContain(SECRET);
            });
  }

  @Test
  void eachWayToFailHasItsCode() {
    refused(session("postgres", null), ErrorCode.SECRET_MISSING);
    refused(session("postgres", "wrong"), ErrorCode.SOURCE_AUTHENTICATION);
    refused(session("nowhere", SECRET), ErrorCode.SOURCE_DATABASE_MISSING);
    Source closed = new Source("127.0.0.1", 1, "postgres", "reader", Optional.empty());
    refused(new SourceSession(closed, asked -> Optional.of(SECRET)), ErrorCode.SOURCE_UNREACHABLE);
  }

  @Test
  void theServerAsksSoonWhetherAClientThatIsSilentIsStillThere() throws SQLException {
    try (Connection connection = session("postgres", SECRET).open();
        Statement statement = connection.createStatement();
        ResultSet row =
            statement.executeQuery(
                "SELECT sum(current_setting('tcp_keepalives_' || name)::int)"
                    + " FROM unnest(ARRAY['idle', 'interval', 'count']) name")) {
      row.next();
      assertThat(row.getInt(1)).isEqualTo(60 + 10 + 6);
    }
  }

  @Test
  void aDatabasesOwnDefaultsChangeNoTextForm() throws SQLException {
    try (Connection connection = session("hostile", SECRET).open();
        Statement statement = connection.createStatement();
        ResultSet row =
            statement.executeQuery(
                "SELECT '\\x0041ff'::bytea::text, timestamptz '2024-03-05 06:07:08+00'::text,"
                    + " (0.1::float8 + 0.2::float8)::text")) {
      row.next();
      assertThat(row.getString(1)).isEqualTo("\\x0041ff");
      assertThat(row.getString(2)).isEqualTo("2024-03-05 06:07:08+00");
      assertThat(row.getString(3)).isEqualTo("0.30000000000000004");
    }
  }
}

package io.deltamirror.local.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.deltamirror.core.source.SourceSession;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The whole stack killed at random moments under a load like pgbench's: nothing lost or doubled.
 */
class KillIT {
  private static final int ACCOUNTS = 50_000;
  private static final int CLIENTS = 2;
  private static final int KILLS = 3;

  @TempDir private Path folder;

  @Test
  void survivesSigkillAtRandomMoments() throws Exception {
    long seed = System.nanoTime();
    System.out.println("KillIT seed " + seed);
    SplittableRandom random = new SplittableRandom(seed);
    try (EmbeddedPostgres postgres =
        EmbeddedPostgres.builder()
            .setServerConfig("wal_level", "logical")
            .setServerConfig("fsync", "off")
            .start()) {
      load(postgres);
      AtomicBoolean stop = new AtomicBoolean();
      ExecutorService clients = Executors.newFixedThreadPool(CLIENTS);
      List<Future<Long>> running = new ArrayList<>();
      for (int i = 0; i < CLIENTS; i++) {
        long clientSeed = random.nextLong();
        running.add(clients.submit(() -> traffic(postgres, clientSeed, stop)));
      }
      String[] run = {
        "run",
        "--source",
        uri(postgres),
        "--lake",
        folder.resolve("lake").toString(),
        "--http-port",
        "0"
      };
      for (int kill = 0; kill < KILLS; kill++) {
        MirrorProcess mirror = MirrorProcess.start(folder, run);
        Duration life = Duration.ofMillis(3_000 + random.nextInt(6_000));
        Awaitility.await().pollDelay(life).atMost(life.plusSeconds(60)).until(() -> true);
        assertThat(mirror.isRunning()).as(mirror.output()).isTrue();
        mirror.kill();
      }
      stop.set(true);
      long transactions = 0;
      for (Future<Long> client : running) {
        transactions += client.get();
      }
      clients.shutdown();
      assertThat(transactions).isPositive();

      List<String> last = new ArrayList<>(List.of(run));
      last.add("--until-caught-up");
      MirrorProcess catchUp = MirrorProcess.start(folder, last.toArray(String[]::new));
      assertThat(catchUp.await(120)).as(catchUp.output()).isZero();
      MirrorProcess verify =
          MirrorProcess.start(
              folder,
              "verify",
              "--source",
              uri(postgres),
              "--lake",
              folder.resolve("lake").toString());
      assertThat(verify.await(120)).as(verify.output()).isZero();
      assertThat(verify.output()).contains("0 differences");
    }
  }

  private static String uri(EmbeddedPostgres postgres) {
    return "postgresql://postgres@localhost:" + postgres.getPort() + "/postgres";
  }

  private static Connection connect(EmbeddedPostgres postgres) throws SQLException {
    return DriverManager.getConnection(postgres.getJdbcUrl("postgres", "postgres"));
  }

  private static void load(EmbeddedPostgres postgres) throws SQLException {
    try (Connection connection = connect(postgres)) {
      SourceSession.execute(
          connection,
          "CREATE TABLE accounts (aid integer PRIMARY KEY, bid integer, abalance integer,"
              + " filler char(84));"
              + "CREATE TABLE history (id bigserial PRIMARY KEY, aid integer, delta integer,"
              + " mtime timestamp);"
              + "INSERT INTO accounts SELECT i, 1, 0, '' FROM generate_series(1, "
              + ACCOUNTS
              + ") i");
    }
  }

  private static long traffic(EmbeddedPostgres postgres, long seed, AtomicBoolean stop)
      throws SQLException {
    SplittableRandom random = new SplittableRandom(seed);
    long transactions = 0;
    try (Connection connection = connect(postgres)) {
      connection.setAutoCommit(false);
      try (PreparedStatement update =
              connection.prepareStatement(
                  "UPDATE accounts SET abalance = abalance + ? WHERE aid = ? RETURNING abalance");
          PreparedStatement insert =
              connection.prepareStatement(
                  "INSERT INTO history (aid, delta, mtime) VALUES (?, ?, localtimestamp)")) {
        while (!stop.get()) {
          int aid = 1 + random.nextInt(ACCOUNTS);
          int delta = random.nextInt(-5000, 5000);
          update.setInt(1, delta);
          update.setInt(2, aid);
          try (ResultSet row = update.executeQuery()) {
            row.next();
          }
          insert.setInt(1, aid);
          insert.setInt(2, delta);
          insert.executeUpdate();
          connection.commit();
          transactions++;
        }
      }
    }
    return transactions;
  }
}

package io.deltamirror.local.demo;

import io.deltamirror.core.state.MirrorDefinition.Source;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/** A PostgreSQL server of the demo's own, on loopback and a free port, set up for mirroring. */
public final class DemoServer implements AutoCloseable {
  private static final Duration STARTUP = Duration.ofSeconds(60);

  private final EmbeddedPostgres server;

  private DemoServer(EmbeddedPostgres server) {
    this.server = server;
  }

  /** Starts it in the given folder, which it clears on start. */
  public static DemoServer start(Path data) throws IOException {
    return new DemoServer(
        EmbeddedPostgres.builder()
            .setDataDirectory(data)
            .setCleanDataDirectory(true)
            .setPGStartupWait(STARTUP)
            .setServerConfig("listen_addresses", "127.0.0.1")
            .setServerConfig("wal_level", "logical")
            .setServerConfig("max_wal_senders", "10")
            .setServerConfig("max_replication_slots", "10")
            .setServerConfig("max_wal_size", "4GB")
            .setServerConfig("shared_buffers", "256MB")
            // It lives for a demo only; nobody mourns it after a power cut.
            .setServerConfig("fsync", "off")
            .start());
  }

  /** How to reach it; it asks for no password. */
  public Source source() {
    return new Source("localhost", server.getPort(), "postgres", "postgres", Optional.empty());
  }

  @Override
  public void close() throws IOException {
    server.close();
  }
}

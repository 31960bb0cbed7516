package io.deltamirror.local.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/**
 * Sends the log to a file, so that the screen stays for people. Must be called before the first
 * logger is made; a level or file given as a system property is left alone.
 */
final class LogFile {
  private static final String PREFIX = "org.slf4j.simpleLogger.";

  private static final String LOG = ".log";
  private static final int KEPT = 9;
  private static final DateTimeFormatter STARTED =
      DateTimeFormatter.ofPattern("yyyyMMdd-HHmmss-SSS", Locale.ROOT);

  private LogFile() {}

  /** A file of this run's own in the folder; of earlier runs the last few are kept. */
  static Path in(Path folder) throws IOException {
    Files.createDirectories(folder);
    removeOld(folder);
    Path file = folder.resolve("mirror-" + STARTED.format(LocalDateTime.now(ZoneOffset.UTC)) + LOG);
    preset("logFile", file.toString());
    quiet();
    return file;
  }

  private static void removeOld(Path folder) throws IOException {
    List<Path> old;
    try (Stream<Path> files = Files.list(folder)) {
      old = files.filter(file -> file.toString().endsWith(LOG)).sorted().toList();
    }
    for (Path file : old.subList(0, Math.max(0, old.size() - KEPT))) {
      Files.deleteIfExists(file);
    }
  }

  /** Only what goes wrong, for commands that answer and end. */
  static void warnings() {
    preset("defaultLogLevel", "error");
    quiet();
  }

  private static void quiet() {
    preset("showDateTime", "true");
    preset("dateTimeFormat", "yyyy-MM-dd'T'HH:mm:ss.SSSXX");
    // Libraries that tell much of themselves at INFO.
    for (String chatty :
        new String[] {
          "com.azure",
          "io.debezium",
          "org.apache.kafka",
          "org.apache.hadoop",
          "org.apache.parquet",
          "io.delta",
          "io.zonky",
          "reactor"
        }) {
      preset("log." + chatty, "error");
    }
  }

  private static void preset(String name, String value) {
    if (System.getProperty(PREFIX + name) == null) {
      System.setProperty(PREFIX + name, value);
    }
  }
}

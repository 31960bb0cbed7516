package io.deltamirror.local.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Sends the log to a file, so that the screen stays for people. Must be called before the first
 * logger is made; a level or file given as a system property is left alone.
 */
final class LogFile {
  private static final String PREFIX = "org.slf4j.simpleLogger.";

  private LogFile() {}

  static Path in(Path folder) throws IOException {
    Files.createDirectories(folder);
    Path file = folder.resolve("mirror.log");
    preset("logFile", file.toString());
    quiet();
    return file;
  }

  /** Only what goes wrong, for commands that answer and end. */
  static void warnings() {
    preset("defaultLogLevel", "error");
    quiet();
  }

  private static void quiet() {
    preset("showDateTime", "true");
    preset("dateTimeFormat", "yyyy-MM-dd'T'HH:mm:ss.SSSXXX");
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

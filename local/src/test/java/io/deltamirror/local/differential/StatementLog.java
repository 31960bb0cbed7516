package io.deltamirror.local.differential;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;

/** What the sessions of a seed did, in the order in which it was done. Thread-safe. */
final class StatementLog implements AutoCloseable {
  private final Path file;
  private final Writer out;

  StatementLog(Path file) throws IOException {
    Files.createDirectories(file.getParent());
    this.file = file;
    this.out = Files.newBufferedWriter(file);
  }

  Path file() {
    return file.toAbsolutePath();
  }

  /** A statement as SQL, and what came of it as a comment. */
  synchronized void add(String session, String statement, String outcome) {
    try {
      out.write(statement + "; -- " + session + ": " + outcome.replaceAll("\\s+", " ") + "\n");
      out.flush();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() throws IOException {
    out.close();
  }
}

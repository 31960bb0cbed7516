package io.deltamirror.local.cli;

import io.deltamirror.core.Printable;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.Writer;

/**
 * What commands print goes through here: names and messages come from elsewhere, and may hold what
 * drives a terminal. Line breaks and tabs pass.
 */
final class PrintableWriter extends Writer {
  private final Writer out;

  private PrintableWriter(Writer out) {
    this.out = out;
  }

  static PrintWriter to(Writer out) {
    return new PrintWriter(new PrintableWriter(out), true);
  }

  @Override
  public void write(char[] text, int from, int length) throws IOException {
    out.write(Printable.lines(new String(text, from, length)));
  }

  @Override
  public void write(String text, int from, int length) throws IOException {
    out.write(Printable.lines(text.substring(from, from + length)));
  }

  @Override
  public void flush() throws IOException {
    out.flush();
  }

  @Override
  public void close() throws IOException {
    out.close();
  }
}

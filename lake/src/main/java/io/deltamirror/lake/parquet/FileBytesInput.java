package io.deltamirror.lake.parquet;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.util.Objects;
import org.apache.parquet.io.DelegatingSeekableInputStream;
import org.apache.parquet.io.InputFile;
import org.apache.parquet.io.SeekableInputStream;

/**
 * A data file as Parquet reads it. Parquet's Thrift parser asks for single bytes, and a footer and
 * its page indexes lie side by side at the end of the file: so small reads are served from a
 * window, and the first window is the end of the file.
 */
final class FileBytesInput implements InputFile {
  private final FileBytes bytes;
  private final long length;
  private final int window;

  /** The caller closes {@code bytes}. */
  FileBytesInput(FileBytes bytes, long length, int window) {
    this.bytes = bytes;
    this.length = length;
    this.window = (int) Math.min(window, length);
  }

  @Override
  public long getLength() {
    return length;
  }

  @Override
  public SeekableInputStream newStream() {
    Windowed stream = new Windowed();
    return new DelegatingSeekableInputStream(stream) {
      @Override
      public long getPos() {
        return stream.position;
      }

      @Override
      public void seek(long position) {
        stream.position = position;
      }
    };
  }

  private final class Windowed extends InputStream {
    private final byte[] buffer = new byte[window];
    private long position;
    private long start;
    private int filled;

    @Override
    public int read() throws IOException {
      byte[] single = new byte[1];
      return read(single, 0, 1) < 0 ? -1 : single[0] & 0xff;
    }

    @Override
    public int read(byte[] into, int offset, int count) throws IOException {
      Objects.checkFromIndexSize(offset, count, into.length);
      if (count == 0) {
        return 0;
      }
      if (position >= length) {
        return -1;
      }
      if (position < 0) {
        throw new EOFException("Position " + position + " is before the start of the file");
      }
      boolean buffered = position >= start && position < start + filled;
      if (!buffered && count >= buffer.length) {
        int direct = (int) Math.min(count, length - position);
        bytes.readFully(position, into, offset, direct);
        position += direct;
        return direct;
      }
      if (!buffered) {
        fill();
      }
      int from = (int) (position - start);
      int served = Math.min(count, filled - from);
      System.arraycopy(buffer, from, into, offset, served);
      position += served;
      return served;
    }

    private void fill() throws IOException {
      filled = 0;
      start = Math.min(position, length - buffer.length);
      bytes.readFully(start, buffer, 0, buffer.length);
      filled = buffer.length;
    }
  }
}

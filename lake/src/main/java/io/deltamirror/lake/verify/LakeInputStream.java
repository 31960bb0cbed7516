package io.deltamirror.lake.verify;

import io.delta.kernel.defaults.engine.fileio.SeekableInputStream;
import io.deltamirror.core.storage.LakeStorage;
import java.io.EOFException;
import java.io.IOException;

/**
 * A file of the lake as a stream that can be positioned. Small reads go through a buffer, large
 * ones straight to where they belong. Not thread-safe.
 */
final class LakeInputStream extends SeekableInputStream {
  private static final int BUFFER_BYTES = 64 << 10;

  private final LakeStorage storage;
  private final String path;
  private final long length;
  private final byte[] buffer = new byte[BUFFER_BYTES];
  private long bufferStart;
  private int bufferLength;
  private long position;

  LakeInputStream(LakeStorage storage, String path, long length) {
    this.storage = storage;
    this.path = path;
    this.length = length;
  }

  @Override
  public long getPos() {
    return position;
  }

  @Override
  public void seek(long to) throws IOException {
    if (to < 0 || to > length) {
      throw new EOFException(path + " has no byte " + to);
    }
    position = to;
  }

  @Override
  public int read() throws IOException {
    if (position >= length) {
      return -1;
    }
    fill();
    return buffer[(int) (position++ - bufferStart)] & 0xFF;
  }

  @Override
  public int read(byte[] into, int offset, int count) throws IOException {
    if (count == 0) {
      return 0;
    }
    if (position >= length) {
      return -1;
    }
    int n = (int) Math.min(count, length - position);
    if (n >= BUFFER_BYTES) {
      storage.readFully(path, position, into, offset, n);
    } else {
      fill();
      int at = (int) (position - bufferStart);
      n = Math.min(n, bufferLength - at);
      System.arraycopy(buffer, at, into, offset, n);
    }
    position += n;
    return n;
  }

  @Override
  public void readFully(byte[] into, int offset, int count) throws IOException {
    int done = 0;
    while (done < count) {
      int n = read(into, offset + done, count - done);
      if (n < 0) {
        throw new EOFException(path + " ends before " + (position + count - done));
      }
      done += n;
    }
  }

  /** Makes the buffer hold the byte at the position, which is before the end. */
  private void fill() throws IOException {
    if (position >= bufferStart && position < bufferStart + bufferLength) {
      return;
    }
    int n = (int) Math.min(BUFFER_BYTES, length - position);
    bufferLength = 0;
    storage.readFully(path, position, buffer, 0, n);
    bufferStart = position;
    bufferLength = n;
  }
}

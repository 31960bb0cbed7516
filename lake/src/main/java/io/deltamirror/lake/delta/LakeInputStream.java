package io.deltamirror.lake.delta;

import io.delta.kernel.defaults.engine.fileio.SeekableInputStream;
import io.deltamirror.core.storage.LakeStorage;
import java.io.EOFException;
import java.io.IOException;

/** Reads a file of the lake in windows, so that small reads share a request. For one thread. */
final class LakeInputStream extends SeekableInputStream {
  private static final int WINDOW_BYTES = 256 << 10;

  private final LakeStorage storage;
  private final String path;
  private final long length;
  private byte[] window = new byte[0];
  private long windowStart;
  private int windowLength;
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
  public void seek(long target) throws IOException {
    if (target < 0) {
      throw new IOException("seek before the start of " + path);
    }
    position = target;
  }

  @Override
  public int read() throws IOException {
    byte[] one = new byte[1];
    return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
  }

  @Override
  public int read(byte[] into, int offset, int count) throws IOException {
    if (count == 0) {
      return 0;
    }
    if (position >= length) {
      return -1;
    }
    if (position < windowStart || position >= windowStart + windowLength) {
      fill();
    }
    int from = (int) (position - windowStart);
    int n = Math.min(count, windowLength - from);
    System.arraycopy(window, from, into, offset, n);
    position += n;
    return n;
  }

  private void fill() throws IOException {
    int n = (int) Math.min(WINDOW_BYTES, length - position);
    if (window.length < n) {
      window = new byte[n];
    }
    windowLength = 0; // nothing, should the read fail
    readFromLake(window, 0, n);
    windowStart = position;
    windowLength = n;
  }

  @Override
  public void readFully(byte[] into, int offset, int count) throws IOException {
    if (count > length - position) {
      throw new EOFException(path + " ends before " + (position + count));
    }
    if (count >= WINDOW_BYTES) {
      readFromLake(into, offset, count);
      position += count;
      return;
    }
    int done = 0;
    while (done < count) {
      done += read(into, offset + done, count - done);
    }
  }

  private void readFromLake(byte[] into, int offset, int count) throws IOException {
    LakeFileIO.reading(
        () -> {
          storage.readFully(path, position, into, offset, count);
          return null;
        });
  }
}

package io.deltamirror.lake.parquet;

import java.io.IOException;
import org.apache.parquet.io.DelegatingPositionOutputStream;
import org.apache.parquet.io.OutputFile;
import org.apache.parquet.io.PositionOutputStream;

/** An output file that knows how long it became, and that can be given up. */
final class MeasuredOutput implements OutputFile {
  private final OutputFile file;
  private PositionOutputStream stream;
  private long length;
  private boolean abandoned;

  MeasuredOutput(OutputFile file) {
    this.file = file;
  }

  /** Length in bytes, once the file is closed. */
  long length() {
    return length;
  }

  /** From now on nothing reaches the file; it stays without footer. */
  void abandon() {
    abandoned = true;
  }

  /** Closes the stream if Parquet has not done so, as after a failed write. */
  void close() throws IOException {
    if (stream != null) {
      stream.close();
    }
  }

  @Override
  public PositionOutputStream create(long blockSizeHint) throws IOException {
    return measured(file.create(blockSizeHint));
  }

  @Override
  public PositionOutputStream createOrOverwrite(long blockSizeHint) throws IOException {
    return measured(file.createOrOverwrite(blockSizeHint));
  }

  @Override
  public boolean supportsBlockSize() {
    return file.supportsBlockSize();
  }

  @Override
  public long defaultBlockSize() {
    return file.defaultBlockSize();
  }

  private PositionOutputStream measured(PositionOutputStream out) {
    stream =
        new DelegatingPositionOutputStream(out) {
          private boolean closed;

          @Override
          public long getPos() throws IOException {
            return out.getPos();
          }

          @Override
          public void write(int value) throws IOException {
            if (!abandoned) {
              out.write(value);
            }
          }

          @Override
          public void write(byte[] bytes) throws IOException {
            write(bytes, 0, bytes.length);
          }

          @Override
          public void write(byte[] bytes, int offset, int count) throws IOException {
            if (!abandoned) {
              out.write(bytes, offset, count);
            }
          }

          @Override
          public void close() throws IOException {
            if (!closed) {
              closed = true;
              length = out.getPos();
              out.close();
            }
          }
        };
    return stream;
  }
}

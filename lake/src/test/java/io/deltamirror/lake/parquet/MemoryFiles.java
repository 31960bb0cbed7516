package io.deltamirror.lake.parquet;

import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.parquet.io.DelegatingPositionOutputStream;
import org.apache.parquet.io.OutputFile;
import org.apache.parquet.io.PositionOutputStream;

/** Data files in memory, which count what is read of them. */
final class MemoryFiles implements FileOpener {
  final AtomicLong requests = new AtomicLong();
  final AtomicLong bytesRead = new AtomicLong();
  private final Map<String, byte[]> files = new ConcurrentHashMap<>();

  DataFile file(String path) {
    return new DataFile(path, files.get(path).length);
  }

  byte[] content(String path) {
    return files.get(path);
  }

  DataFile put(String path, byte[] content) {
    files.put(path, content);
    return file(path);
  }

  OutputFile output(String path) {
    return new OutputFile() {
      @Override
      public PositionOutputStream create(long blockSizeHint) {
        return createOrOverwrite(blockSizeHint);
      }

      @Override
      public PositionOutputStream createOrOverwrite(long blockSizeHint) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        return new DelegatingPositionOutputStream(out) {
          @Override
          public long getPos() {
            return out.size();
          }

          @Override
          public void close() {
            files.put(path, out.toByteArray());
          }
        };
      }

      @Override
      public boolean supportsBlockSize() {
        return false;
      }

      @Override
      public long defaultBlockSize() {
        return 0;
      }
    };
  }

  @Override
  public FileBytes open(DataFile file) throws IOException {
    byte[] content = files.get(file.path());
    if (content == null) {
      throw new FileNotFoundException(file.path());
    }
    return (position, into, offset, length) -> {
      requests.incrementAndGet();
      bytesRead.addAndGet(length);
      if (position + length > content.length) {
        throw new EOFException(file.path());
      }
      System.arraycopy(content, (int) position, into, offset, length);
    };
  }
}

package io.deltamirror.lake.delta;

import io.delta.kernel.defaults.engine.fileio.OutputFile;
import io.delta.kernel.defaults.engine.fileio.PositionOutputStream;
import io.delta.kernel.utils.CloseableIterator;
import io.deltamirror.core.storage.LakeOutput;
import io.deltamirror.core.storage.LakeStorage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.function.BooleanSupplier;

/** A file of the lake for Kernel to write. */
final class LakeOutputFile implements OutputFile {
  private final LakeStorage storage;
  private final String path;
  private final BooleanSupplier givenUp;

  LakeOutputFile(LakeStorage storage, String path, BooleanSupplier givenUp) {
    this.storage = storage;
    this.path = path;
    this.givenUp = givenUp;
  }

  @Override
  public String path() {
    return LakeFileIO.kernelPath(path);
  }

  @Override
  public PositionOutputStream create(boolean atomic) throws IOException {
    return new LakeOutputStream(storage.write(path), givenUp);
  }

  @Override
  public void writeAtomically(CloseableIterator<String> lines, boolean overwrite)
      throws IOException {
    ByteArrayOutputStream content = new ByteArrayOutputStream();
    try (lines) {
      while (lines.hasNext()) {
        content.writeBytes(lines.next().getBytes(StandardCharsets.UTF_8));
        content.write('\n');
      }
    }
    if (overwrite) {
      storage.replace(path, content.toByteArray());
    } else {
      storage.create(path, content.toByteArray());
    }
  }

  private static final class LakeOutputStream extends PositionOutputStream {
    private final LakeOutput out;
    private final BooleanSupplier givenUp;

    LakeOutputStream(LakeOutput out, BooleanSupplier givenUp) {
      this.out = out;
      this.givenUp = givenUp;
    }

    @Override
    public long getPos() {
      return out.position();
    }

    @Override
    public void write(int value) throws IOException {
      out.write(value);
    }

    @Override
    public void write(byte[] bytes, int offset, int count) throws IOException {
      out.write(bytes, offset, count);
    }

    @Override
    public void close() throws IOException {
      if (givenUp.getAsBoolean()) {
        out.abort();
      }
      out.close();
    }
  }
}

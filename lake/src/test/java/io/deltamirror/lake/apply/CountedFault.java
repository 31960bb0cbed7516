package io.deltamirror.lake.apply;

import io.deltamirror.core.storage.LakeOutput;
import io.deltamirror.core.storage.LakeStorage;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/** A lake of which one call fails, counted from the first. */
final class CountedFault implements LakeStorage {
  /** When a call fails. */
  enum Moment {
    /** Nothing is done. */
    BEFORE,
    /** It is done, but the answer is lost. */
    AFTER
  }

  private final LakeStorage storage;
  private final int fails;
  private final Moment moment;
  private final AtomicInteger calls = new AtomicInteger();

  CountedFault(LakeStorage storage, int fails, Moment moment) {
    this.storage = storage;
    this.fails = fails;
    this.moment = moment;
  }

  /** Nothing fails from here on; says whether something did. */
  boolean end() {
    return calls.getAndSet(Integer.MIN_VALUE) >= fails;
  }

  private interface Call<T> {
    T run() throws IOException;
  }

  private <T> T call(Call<T> call) throws IOException {
    boolean fault = calls.incrementAndGet() == fails;
    if (fault && moment == Moment.BEFORE) {
      throw new IOException("not done");
    }
    T result = call.run();
    if (fault) {
      throw new IOException("no answer");
    }
    return result;
  }

  @Override
  public String root() {
    return storage.root();
  }

  @Override
  public LakeFile stat(String path) throws IOException {
    return call(() -> storage.stat(path));
  }

  @Override
  public byte[] read(String path) throws IOException {
    return call(() -> storage.read(path));
  }

  @Override
  public void readFully(String path, long position, byte[] into, int offset, int length)
      throws IOException {
    call(
        () -> {
          storage.readFully(path, position, into, offset, length);
          return null;
        });
  }

  @Override
  public void create(String path, byte[] content) throws IOException {
    call(
        () -> {
          storage.create(path, content);
          return null;
        });
  }

  @Override
  public void replace(String path, byte[] content) throws IOException {
    call(
        () -> {
          storage.replace(path, content);
          return null;
        });
  }

  @Override
  public LakeOutput write(String path) throws IOException {
    return new Output(call(() -> storage.write(path)));
  }

  @Override
  public List<LakeFile> list(String folder, String after) throws IOException {
    return call(() -> storage.list(folder, after));
  }

  @Override
  public void delete(String path) throws IOException {
    call(
        () -> {
          storage.delete(path);
          return null;
        });
  }

  @Override
  public void deleteFolder(String path) throws IOException {
    call(
        () -> {
          storage.deleteFolder(path);
          return null;
        });
  }

  /** Its end is a call, too: that is when the file appears. */
  private final class Output extends LakeOutput {
    private final LakeOutput out;
    private boolean ended;

    Output(LakeOutput out) {
      this.out = out;
    }

    @Override
    public long position() {
      return out.position();
    }

    @Override
    public void write(int b) throws IOException {
      out.write(b);
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
      out.write(bytes, offset, length);
    }

    @Override
    public void abort() throws IOException {
      ended = true;
      out.abort();
    }

    @Override
    public void close() throws IOException {
      if (ended) {
        out.close();
        return;
      }
      ended = true;
      try {
        call(
            () -> {
              out.close();
              return null;
            });
      } catch (IOException e) {
        out.abort();
        throw e;
      }
    }
  }
}

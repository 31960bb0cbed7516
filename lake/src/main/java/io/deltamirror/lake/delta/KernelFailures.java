package io.deltamirror.lake.delta;

import io.delta.kernel.commit.CommitFailedException;
import io.delta.kernel.exceptions.ConcurrentWriteException;
import io.delta.kernel.exceptions.TableAlreadyExistsException;
import io.deltamirror.core.ErrorCode;
import io.deltamirror.core.MirrorException;
import io.deltamirror.core.storage.StorageErrors;
import java.io.IOException;

/**
 * Kernel's exceptions as ours: a conflict, or a failure of the lake, or a mistake of this program.
 */
final class KernelFailures {
  private KernelFailures() {}

  /** Something that Kernel does. */
  interface Call<T> {
    T run() throws IOException;
  }

  static <T> T translate(String table, Call<T> call) {
    try {
      return call.run();
    } catch (MirrorException e) {
      throw e;
    } catch (IOException e) {
      throw storage(table, e, e);
    } catch (RuntimeException e) {
      throw translated(table, e);
    }
  }

  private static RuntimeException translated(String table, RuntimeException e) {
    IOException io = null;
    for (Throwable cause = e; cause != null; cause = cause.getCause()) {
      boolean lost =
          cause instanceof ConcurrentWriteException
              || cause instanceof TableAlreadyExistsException
              || (cause instanceof CommitFailedException failed && failed.isConflict());
      if (lost) {
        return new MirrorException(
            ErrorCode.COMMIT_CONFLICT, "another writer committed to " + table, e);
      }
      if (cause instanceof IOException found) {
        io = found;
      }
    }
    return io == null ? e : storage(table, io, e);
  }

  private static MirrorException storage(String table, IOException io, Exception e) {
    return new MirrorException(StorageErrors.code(io), "the lake failed at " + table, e);
  }
}

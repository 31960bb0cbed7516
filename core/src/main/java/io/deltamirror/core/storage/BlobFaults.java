package io.deltamirror.core.storage;

import io.deltamirror.core.azure.StorageRequests;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.util.Set;

/** What the failures of the Blob service mean to a {@link LakeStorage}. */
final class BlobFaults {
  private static final Set<String> MISSING =
      Set.of("BlobNotFound", "PathNotFound", "ResourceNotFound");
  private static final Set<String> TAKEN =
      Set.of("BlobAlreadyExists", "PathAlreadyExists", "ConditionNotMet");

  private BlobFaults() {}

  /** That a container is gone, or a proxy knows nothing, must not look like a missing file. */
  static boolean isMissing(RuntimeException e) {
    return StorageRequests.status(e) == 404 && MISSING.contains(StorageRequests.code(e));
  }

  /** Whether a blob that must not be there is there. */
  static boolean isTaken(RuntimeException e) {
    int status = StorageRequests.status(e);
    return (status == 409 || status == 412) && TAKEN.contains(StorageRequests.code(e));
  }

  static IOException of(RuntimeException e, String path) {
    if (e.getCause() instanceof FileAlreadyExistsException taken) {
      return taken;
    }
    if (isMissing(e)) {
      return (IOException) new FileNotFoundException(path).initCause(e);
    }
    return new IOException(path + ": " + StorageRequests.describe(e), e);
  }
}

package io.deltamirror.core.storage;

import io.deltamirror.core.ErrorCode;
import io.deltamirror.core.MirrorException;
import java.io.IOException;
import java.nio.file.Path;

/** Where a lake is, as settings name it: {@code file:<folder>}. */
public final class LakeAddress {
  /** The setting that holds it, of the functions and of the worker. */
  public static final String SETTING = "MIRROR_LAKE";

  private static final String FILE = "file:";

  private LakeAddress() {}

  /** The address of a local folder. */
  public static String ofFolder(Path folder) {
    return FILE + folder;
  }

  /**
   * Opens the lake.
   *
   * @throws MirrorException {@code INVALID_ARGUMENT} for another kind of address, {@code
   *     STORAGE_UNAVAILABLE} when it cannot be opened
   */
  public static LakeStorage open(String address) {
    if (!address.startsWith(FILE) || address.length() == FILE.length()) {
      throw new MirrorException(
          ErrorCode.INVALID_ARGUMENT, SETTING + " is not of the form " + FILE + "<folder>");
    }
    try {
      return new LocalLakeStorage(Path.of(address.substring(FILE.length())));
    } catch (IOException e) {
      throw new MirrorException(
          ErrorCode.STORAGE_UNAVAILABLE, "the lake's folder cannot be used", e);
    }
  }
}

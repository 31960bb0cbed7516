package io.deltamirror.core.state;

import io.deltamirror.core.ErrorCode;
import io.deltamirror.core.MirrorException;
import java.nio.file.Path;

/** Where a {@link MirrorStore} is, as settings name it: {@code sqlite:<path>}. */
public final class StateAddress {
  /** The setting that holds it, of the functions and of the worker. */
  public static final String SETTING = "MIRROR_STATE";

  private static final String SQLITE = "sqlite:";

  private StateAddress() {}

  /** The address of a SQLite file. */
  public static String ofFile(Path file) {
    return SQLITE + file;
  }

  /**
   * Opens the store.
   *
   * @throws MirrorException {@code INVALID_ARGUMENT} for another kind of address, {@code
   *     STATE_UNAVAILABLE} when it cannot be opened
   */
  public static MirrorStore open(String address) {
    if (address.startsWith(SQLITE) && address.length() > SQLITE.length()) {
      return new SqliteMirrorStore(Path.of(address.substring(SQLITE.length())));
    }
    throw new MirrorException(
        ErrorCode.INVALID_ARGUMENT, SETTING + " is not of the form " + SQLITE + "<path>");
  }
}

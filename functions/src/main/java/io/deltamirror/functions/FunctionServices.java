package io.deltamirror.functions;

import io.deltamirror.core.ErrorCode;
import io.deltamirror.core.MirrorException;
import io.deltamirror.core.control.MirrorControl;
import io.deltamirror.core.state.MirrorStore;
import io.deltamirror.core.state.SqliteMirrorStore;
import io.deltamirror.core.storage.LakeStorage;
import io.deltamirror.core.storage.LocalLakeStorage;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;

/**
 * The services behind the functions, built once per process: the function app's composition root.
 *
 * @param store closed with this
 */
public record FunctionServices(
    MirrorStore store, ChangeSink changes, CopySink copies, MirrorControl control)
    implements AutoCloseable {

  private static final String SQLITE = "sqlite:";
  private static final String FILE = "file:";

  /**
   * Opens state and lake and builds the services.
   *
   * @throws MirrorException {@code INVALID_ARGUMENT} for an address of an unknown kind, {@code
   *     STATE_UNAVAILABLE} or {@code STORAGE_UNAVAILABLE} when one cannot be opened
   */
  public static FunctionServices open(FunctionSettings settings) {
    LakeStorage lake = lake(settings.lake());
    MirrorStore store = store(settings.state());
    return new FunctionServices(
        store,
        (partition, bodies) -> {
          throw new UnsupportedOperationException("not wired: " + lake.root());
        },
        task -> {
          throw new UnsupportedOperationException("not wired");
        },
        new MirrorControl(store, Clock.systemUTC()));
  }

  private static MirrorStore store(String address) {
    if (address.startsWith(SQLITE)) {
      return new SqliteMirrorStore(Path.of(address.substring(SQLITE.length())));
    }
    throw unknown(FunctionSettings.STATE, SQLITE + "<path>");
  }

  private static LakeStorage lake(String address) {
    if (!address.startsWith(FILE)) {
      throw unknown(FunctionSettings.LAKE, FILE + "<folder>");
    }
    try {
      return new LocalLakeStorage(Path.of(address.substring(FILE.length())));
    } catch (IOException e) {
      throw new MirrorException(
          ErrorCode.STORAGE_UNAVAILABLE, "the lake's folder cannot be made", e);
    }
  }

  private static MirrorException unknown(String setting, String known) {
    return new MirrorException(
        ErrorCode.INVALID_ARGUMENT, "the app setting " + setting + " is not of the form " + known);
  }

  @Override
  public void close() {
    store.close();
  }
}

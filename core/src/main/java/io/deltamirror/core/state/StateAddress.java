package io.deltamirror.core.state;

import io.deltamirror.core.ErrorCode;
import io.deltamirror.core.MirrorException;
import io.deltamirror.core.azure.StorageAccount;
import io.deltamirror.core.azure.StorageAddress;
import io.deltamirror.core.azure.StorageLimits;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;

/**
 * Where a {@link MirrorStore} is, as settings name it. No form holds a secret.
 *
 * <ul>
 *   <li>{@code sqlite:<path>}
 *   <li>{@code https://<account>.table.core.windows.net[/<table>]}, by identity
 *   <li>{@code table:<table>}, by the connection string in {@link StorageAccount#VARIABLE}
 * </ul>
 */
public final class StateAddress {
  /** The setting that holds it, of the functions and of the worker. */
  public static final String SETTING = "MIRROR_STATE";

  private static final String SQLITE = "sqlite:";
  private static final String TABLE = "table:";
  private static final String HTTPS = "https:";
  private static final String DEFAULT_TABLE = "deltamirror";

  private StateAddress() {}

  /** The address of a SQLite file. */
  public static String ofFile(Path file) {
    return SQLITE + file;
  }

  /** As {@link #open(String, Map)}, for an address that needs nothing of the environment. */
  public static MirrorStore open(String address) {
    return open(address, Map.of());
  }

  /**
   * Opens the store.
   *
   * @param environment of the process, where a connection string may be
   * @throws MirrorException {@code INVALID_ARGUMENT} for another kind of address, {@code
   *     STATE_UNAVAILABLE} when it cannot be opened
   */
  public static MirrorStore open(String address, Map<String, String> environment) {
    if (address.startsWith(SQLITE) && address.length() > SQLITE.length()) {
      return new SqliteMirrorStore(Path.of(address.substring(SQLITE.length())));
    }
    if (address.startsWith(TABLE)) {
      String table = checked(address.substring(TABLE.length()));
      return TableStorage.open(StorageAccount.of(environment), table, StorageLimits.ofState());
    }
    if (address.startsWith(HTTPS)) {
      StorageAddress place = StorageAddress.parse(SETTING, address, Set.of("table"));
      String table = checked(place.path().isEmpty() ? DEFAULT_TABLE : place.path());
      return TableStorage.open(
          new StorageAccount.ByIdentity(place.endpoint()), table, StorageLimits.ofState());
    }
    throw new MirrorException(
        ErrorCode.INVALID_ARGUMENT,
        SETTING + " is not of the form sqlite:<path>, table:<table> or https://<account>.table.…");
  }

  private static String checked(String table) {
    if (!TableStorage.isName(table)) {
      throw new MirrorException(
          ErrorCode.INVALID_ARGUMENT,
          SETTING + ": a table's name is a letter, then 2 to 62 letters and digits");
    }
    return table;
  }
}

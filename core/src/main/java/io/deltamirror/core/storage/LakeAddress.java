package io.deltamirror.core.storage;

import io.deltamirror.core.ErrorCode;
import io.deltamirror.core.MirrorException;
import io.deltamirror.core.azure.StorageAccount;
import io.deltamirror.core.azure.StorageAddress;
import io.deltamirror.core.azure.StorageLimits;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Where a lake is, as settings name it. No form holds a secret.
 *
 * <ul>
 *   <li>{@code file:<folder>}
 *   <li>{@code https://<account>.blob.core.windows.net/<container>[/<folder>]}, by identity; the
 *       {@code dfs} host and {@code abfss://<container>@<account>.dfs.…/<folder>} mean the same,
 *       and OneLake has {@code onelake} for the account and a workspace for the container
 *   <li>{@code blob:<container>[/<folder>]}, by the connection string in {@link
 *       StorageAccount#VARIABLE}
 * </ul>
 */
public final class LakeAddress {
  /** The setting that holds it, of the functions and of the worker. */
  public static final String SETTING = "MIRROR_LAKE";

  private static final String FILE = "file:";
  private static final String BLOB = "blob:";

  /** A container's name, or that of a OneLake workspace, which may be anything without a slash. */
  private static final Pattern CONTAINER = Pattern.compile("[^/\\\\?#%\\p{Cntrl}]{1,256}");

  private LakeAddress() {}

  /** The address of a local folder. */
  public static String ofFolder(Path folder) {
    return FILE + folder;
  }

  /** Whether a lake is on this machine, where a request costs no round trip. */
  public static boolean isLocal(String address) {
    return address.startsWith(FILE);
  }

  /** As {@link #open(String, Map)}, for an address that needs nothing of the environment. */
  public static LakeStorage open(String address) {
    return open(address, Map.of());
  }

  /**
   * Opens the lake.
   *
   * @param environment of the process, where a connection string may be
   * @throws MirrorException {@code INVALID_ARGUMENT} for another kind of address, {@code
   *     STORAGE_UNAVAILABLE} when it cannot be opened
   */
  public static LakeStorage open(String address, Map<String, String> environment) {
    if (address.startsWith(FILE) && address.length() > FILE.length()) {
      return folder(Path.of(address.substring(FILE.length())));
    }
    if (address.startsWith(BLOB)) {
      String path = address.substring(BLOB.length()).replaceAll("/+$", "");
      return blobs(StorageAccount.of(environment), path);
    }
    if (address.startsWith("https:") || address.startsWith("abfss:")) {
      StorageAddress place =
          StorageAddress.parse(SETTING, address, Set.of("blob", "dfs")).service("dfs", "blob");
      return blobs(new StorageAccount.ByIdentity(place.endpoint()), place.path());
    }
    throw new MirrorException(
        ErrorCode.INVALID_ARGUMENT,
        SETTING
            + " is not of the form file:<folder>, blob:<container>/<folder>,"
            + " https://<account>.blob.…/<container>/<folder> or abfss://…");
  }

  private static LakeStorage folder(Path path) {
    try {
      return new LocalLakeStorage(path);
    } catch (IOException e) {
      throw new MirrorException(
          ErrorCode.STORAGE_UNAVAILABLE, "the lake's folder cannot be used", e);
    }
  }

  private static LakeStorage blobs(StorageAccount account, String path) {
    String[] parts = path.split("/", 2);
    String folder = parts.length == 2 ? parts[1] : "";
    if (!CONTAINER.matcher(parts[0]).matches() || !(folder.isEmpty() || BlobPaths.isPath(folder))) {
      throw new MirrorException(
          ErrorCode.INVALID_ARGUMENT, SETTING + " names no container, or a folder that cannot be");
    }
    return new BlobLake(account, parts[0], folder).open(StorageLimits.standard(), BlobListing.PAGE);
  }
}

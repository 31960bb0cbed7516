package io.deltamirror.core.azure;

import io.deltamirror.core.ErrorCode;
import io.deltamirror.core.MirrorException;
import java.net.URI;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/**
 * An address of a storage account's service, as settings name it; it holds no secret.
 *
 * @param endpoint of the service, {@code https://<account>.<service>.<cloud>}
 * @param path behind it, without slashes at its ends
 */
public record StorageAddress(URI endpoint, String path) {

  /**
   * Reads {@code https://<account>.<service>.<cloud>/<path>}, or {@code
   * abfss://<container>@<account>.dfs.<cloud>/<path>}, whose container becomes the start of the
   * path.
   *
   * @param setting whose value it is, for the message
   * @param services second names of the host that are allowed
   * @throws MirrorException {@code INVALID_ARGUMENT}; the message does not repeat the address
   */
  public static StorageAddress parse(String setting, String address, Set<String> services) {
    URI uri;
    try {
      uri = URI.create(address.strip());
    } catch (IllegalArgumentException e) {
      throw invalid(setting, "is not an address");
    }
    String scheme = Optional.ofNullable(uri.getScheme()).orElse("").toLowerCase(Locale.ROOT);
    boolean hadoop = scheme.equals("abfss");
    if (!hadoop && !scheme.equals("https")) {
      throw invalid(setting, "must be https");
    }
    if (uri.getRawQuery() != null || uri.getRawFragment() != null) {
      throw invalid(
          setting, "has a query; a shared access signature belongs in " + StorageAccount.VARIABLE);
    }
    if (uri.getHost() == null || uri.getPort() != -1 || hadoop != (uri.getRawUserInfo() != null)) {
      throw invalid(setting, "has no host of a storage account");
    }
    String[] host = uri.getHost().toLowerCase(Locale.ROOT).split("\\.", -1);
    if (host.length < 4 || !services.contains(host[1])) {
      throw invalid(setting, "has a host that is not of the form <account>." + services + ".…");
    }
    String path = uri.getPath().replaceAll("^/+|/+$", "");
    String whole = hadoop ? uri.getUserInfo() + (path.isEmpty() ? "" : "/" + path) : path;
    return new StorageAddress(URI.create("https://" + String.join(".", host)), whole);
  }

  /** The same account's other service, such as {@code blob} for {@code dfs}. */
  public StorageAddress service(String from, String to) {
    String moved = endpoint.toString().replaceFirst("\\." + from + "\\.", "." + to + ".");
    return new StorageAddress(URI.create(moved), path);
  }

  private static MirrorException invalid(String setting, String why) {
    return new MirrorException(ErrorCode.INVALID_ARGUMENT, setting + " " + why);
  }
}

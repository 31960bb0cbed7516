package io.deltamirror.core.state;

import com.azure.core.http.policy.FixedDelay;
import com.azure.core.http.policy.RetryPolicy;
import com.azure.data.tables.TableClient;
import com.azure.data.tables.TableClientBuilder;
import io.deltamirror.core.ErrorCode;
import io.deltamirror.core.MirrorException;
import io.deltamirror.core.azure.BoundedHttpClient;
import io.deltamirror.core.azure.JsonHttpClient;
import io.deltamirror.core.azure.StorageAccount;
import io.deltamirror.core.azure.StorageAccount.ByConnection;
import io.deltamirror.core.azure.StorageAccount.ByIdentity;
import io.deltamirror.core.azure.StorageLimits;
import io.deltamirror.core.azure.StorageRequests;
import java.time.Duration;
import java.util.regex.Pattern;

/** Opens a {@link TableStorageMirrorStore}. */
final class TableStorage {
  private static final Pattern NAME = Pattern.compile("[A-Za-z][A-Za-z0-9]{2,62}");

  private TableStorage() {}

  /** Whether a table may be called so. */
  static boolean isName(String text) {
    return NAME.matcher(text).matches();
  }

  /**
   * Opens the store, and makes its table where missing.
   *
   * @throws MirrorException {@code STATE_UNAVAILABLE}, or {@code INVALID_ARGUMENT} for an account
   *     that cannot be
   */
  static MirrorStore open(StorageAccount account, String table, StorageLimits limits) {
    TableClient client = client(account, table, limits);
    StorageRequests requests = new StorageRequests(limits);
    try {
      requests.run(unanswered -> create(client));
    } catch (RuntimeException e) {
      throw new MirrorException(
          ErrorCode.STATE_UNAVAILABLE,
          "cannot open the table " + table + ": " + StorageRequests.describe(e),
          e);
    }
    return new TableStorageMirrorStore(client, requests);
  }

  private static boolean create(TableClient client) {
    try {
      client.createTable();
      return true;
    } catch (RuntimeException e) {
      if (StorageRequests.status(e) == 409) {
        return false; // it is there
      }
      throw e;
    }
  }

  private static TableClient client(StorageAccount account, String table, StorageLimits limits) {
    TableClientBuilder builder =
        new TableClientBuilder()
            .tableName(table)
            .httpClient(new JsonHttpClient(new BoundedHttpClient(limits)))
            .retryPolicy(new RetryPolicy(new FixedDelay(0, Duration.ZERO)));
    if (account instanceof ByIdentity identity) {
      return builder
          .endpoint(identity.endpoint().toString())
          .credential(identity.credential())
          .buildClient();
    }
    TableClient client;
    try {
      client = builder.connectionString(((ByConnection) account).text()).buildClient();
    } catch (RuntimeException e) {
      throw StorageAccount.unreadable();
    }
    StorageAccount.checkEncrypted(client.getTableEndpoint());
    return client;
  }
}

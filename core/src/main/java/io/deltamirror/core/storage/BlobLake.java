package io.deltamirror.core.storage;

import com.azure.storage.blob.BlobContainerClient;
import com.azure.storage.blob.BlobContainerClientBuilder;
import com.azure.storage.common.policy.RequestRetryOptions;
import com.azure.storage.common.policy.RetryPolicyType;
import io.deltamirror.core.ErrorCode;
import io.deltamirror.core.MirrorException;
import io.deltamirror.core.azure.BoundedHttpClient;
import io.deltamirror.core.azure.StorageAccount;
import io.deltamirror.core.azure.StorageAccount.ByConnection;
import io.deltamirror.core.azure.StorageAccount.ByIdentity;
import io.deltamirror.core.azure.StorageLimits;
import io.deltamirror.core.azure.StorageRequests;
import java.time.Duration;

/**
 * A place for a lake in a storage account.
 *
 * @param container its container; in OneLake the workspace
 * @param folder path in the container, or empty
 */
record BlobLake(StorageAccount account, String container, String folder) {
  /** The SDK's own shortest; with one try it never waits so long. */
  private static final Duration UNUSED = Duration.ofMillis(1);

  /**
   * Opens the lake, and makes its container where missing.
   *
   * @param page files that are asked for at once
   * @throws MirrorException {@code STORAGE_UNAVAILABLE}, or {@code INVALID_ARGUMENT} for an account
   *     that cannot be
   */
  LakeStorage open(StorageLimits limits, int page) {
    BlobContainerClient client = client(limits);
    StorageRequests requests = new StorageRequests(limits);
    try {
      if (!requests.run(unanswered -> client.exists())) {
        requests.run(unanswered -> client.createIfNotExists());
      }
    } catch (RuntimeException e) {
      throw new MirrorException(
          ErrorCode.STORAGE_UNAVAILABLE,
          "cannot open the container " + container + ": " + StorageRequests.describe(e),
          e);
    }
    return new BlobLakeStorage(client, BlobPaths.below(folder), requests, page);
  }

  private BlobContainerClient client(StorageLimits limits) {
    // One try, and a time-out that the HTTP client has shorter.
    RequestRetryOptions once =
        new RequestRetryOptions(
            RetryPolicyType.FIXED, 1, limits.answerTime().multipliedBy(4), UNUSED, UNUSED, null);
    BlobContainerClientBuilder builder =
        new BlobContainerClientBuilder()
            .containerName(container)
            .httpClient(new BoundedHttpClient(limits))
            .retryOptions(once);
    if (account instanceof ByIdentity identity) {
      return builder
          .endpoint(identity.endpoint().toString())
          .credential(identity.credential())
          .buildClient();
    }
    BlobContainerClient client;
    try {
      client = builder.connectionString(((ByConnection) account).text()).buildClient();
    } catch (RuntimeException e) {
      throw StorageAccount.unreadable();
    }
    StorageAccount.checkEncrypted(client.getAccountUrl());
    return client;
  }
}

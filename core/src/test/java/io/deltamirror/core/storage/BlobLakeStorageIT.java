package io.deltamirror.core.storage;

import io.deltamirror.core.azure.StorageAccount;
import io.deltamirror.core.azure.StorageLimits;
import io.deltamirror.core.azurite.Azurite;

class BlobLakeStorageIT extends LakeStorageContract {
  private final String container = Azurite.freshName("lake");

  @Override
  LakeStorage open() {
    StorageAccount account = new StorageAccount.ByConnection(Azurite.shared().connection());
    return new BlobLake(account, container, "one/lake").open(StorageLimits.standard(), 5);
  }
}

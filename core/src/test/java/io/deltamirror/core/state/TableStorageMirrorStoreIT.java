package io.deltamirror.core.state;

import io.deltamirror.core.azure.StorageAccount;
import io.deltamirror.core.azure.StorageLimits;
import io.deltamirror.core.azurite.Azurite;

class TableStorageMirrorStoreIT extends MirrorStoreContract {
  private final String table = Azurite.freshName("state");

  @Override
  MirrorStore open() {
    return TableStorage.open(
        new StorageAccount.ByConnection(Azurite.shared().connection()),
        table,
        StorageLimits.standard());
  }
}

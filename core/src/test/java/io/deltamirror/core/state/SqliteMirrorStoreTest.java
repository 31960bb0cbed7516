package io.deltamirror.core.state;

import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;

class SqliteMirrorStoreTest extends MirrorStoreContract {
  @TempDir private Path folder;

  @Override
  MirrorStore open() {
    return new SqliteMirrorStore(folder.resolve("state/mirror.db"));
  }
}

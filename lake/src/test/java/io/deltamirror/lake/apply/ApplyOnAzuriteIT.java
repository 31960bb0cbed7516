package io.deltamirror.lake.apply;

import io.deltamirror.core.azurite.Azurite;
import io.deltamirror.core.state.MirrorStore;
import io.deltamirror.core.state.StateAddress;
import io.deltamirror.core.storage.LakeAddress;
import io.deltamirror.core.storage.LakeStorage;
import io.deltamirror.lake.parquet.ReadPattern;
import java.io.IOException;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The same histories on Table storage and Blob storage. */
class ApplyOnAzuriteIT extends ApplyPropertyTest {
  private Map<String, String> settings;

  @Override
  @ParameterizedTest(name = "{0}, seed {1}")
  @CsvSource({"KEY, 2", "DEFERRABLE_KEY, 7", "MULTISET, 10", "INSERT_ONLY, 13"})
  void tableEqualsItsHistoryHoweverItIsDelivered(RandomHistory.Shape shape, long seed)
      throws IOException {
    super.tableEqualsItsHistoryHoweverItIsDelivered(shape, seed);
  }

  @Override
  MirroredLake open(ApplyOptions options, FaultyStorage[] storage) throws IOException {
    if (settings == null) {
      settings = Azurite.shared().settings();
    }
    MirrorStore store = StateAddress.open(settings.get(StateAddress.SETTING), settings);
    LakeStorage blobs = LakeAddress.open(settings.get(LakeAddress.SETTING), settings);
    return new MirroredLake(
        folder,
        store,
        options.withReads(ReadPattern.BLOB),
        ignored -> storage[0] = new FaultyStorage(blobs));
  }
}

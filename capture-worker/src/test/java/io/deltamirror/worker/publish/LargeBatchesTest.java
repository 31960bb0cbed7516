package io.deltamirror.worker.publish;

import static org.assertj.core.api.Assertions.assertThat;

import io.deltamirror.core.change.ChangeWriter;
import io.deltamirror.core.change.HubEvent.BatchReference;
import io.deltamirror.core.change.HubEvent.ChangeBatch;
import io.deltamirror.core.change.Position;
import io.deltamirror.core.change.RowChange;
import io.deltamirror.core.change.RowChange.Kind;
import io.deltamirror.core.schema.Column;
import io.deltamirror.core.schema.ReplicaIdentity;
import io.deltamirror.core.schema.RowCodec;
import io.deltamirror.core.schema.TableName;
import io.deltamirror.core.schema.TableSchema;
import io.deltamirror.core.storage.LocalLakeStorage;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LargeBatchesTest {
  private static final TableSchema TABLE =
      new TableSchema(
          16_400,
          new TableName("public", "t"),
          List.of(new Column(1, "id", 20, -1, "bigint", 1)),
          ReplicaIdentity.DEFAULT);

  /** Another worker's, so with another fence, and containers are never the same bytes anyway. */
  private static ChangeBatch batch(long fence) {
    ChangeWriter writer = new ChangeWriter(new RowCodec(TABLE));
    writer.add(new RowChange(Kind.INSERT, 100, 1, 7, 0, null, new Object[] {1L}, RowChange.NONE));
    return writer.finish("m", fence, Position.startOf(1));
  }

  @Test
  void whatIsSentAgainAfterACrashLeavesWhatEarlierEventsReferTo(@TempDir Path lake)
      throws IOException {
    LocalLakeStorage storage = new LocalLakeStorage(lake);
    LargeBatches large = new LargeBatches(storage);
    ChangeBatch before = batch(1);
    BatchReference sent = large.store(before);
    ChangeBatch again = batch(2);
    BatchReference sentAgain = large.store(again);
    assertThat(storage.read(sent.path())).isEqualTo(before.body());
    assertThat(storage.read(sentAgain.path())).isEqualTo(again.body());
  }

  @Test
  void whatIsStoredTwiceIsOneFile(@TempDir Path lake) throws IOException {
    LargeBatches large = new LargeBatches(new LocalLakeStorage(lake));
    ChangeBatch batch = batch(1);
    assertThat(large.store(batch)).isEqualTo(large.store(batch));
  }
}

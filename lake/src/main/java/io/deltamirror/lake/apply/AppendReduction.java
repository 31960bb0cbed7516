package io.deltamirror.lake.apply;

import io.deltamirror.core.ErrorCode;
import io.deltamirror.core.MirrorException;
import io.deltamirror.core.change.RowChange;
import io.deltamirror.core.schema.ReplicaIdentity;
import io.deltamirror.lake.delta.LiveFile;
import io.deltamirror.lake.delta.RowSet;
import io.deltamirror.lake.delta.TableVersion;
import io.deltamirror.lake.parquet.DataFileWriter;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** For tables of which the WAL shows no old rows: rows come, one by one, and go all at once. */
final class AppendReduction implements Reduction {
  private static final long OVERHEAD = 32;

  private final List<Object[]> rows = new ArrayList<>();
  private boolean truncated;
  private long weight;

  @Override
  public void add(RowChange change, ReplicaIdentity identity) {
    switch (change.kind()) {
      case INSERT -> {
        rows.add(change.row());
        weight += OVERHEAD + ValueSize.of(change.row());
      }
      case UPDATE, DELETE ->
          throw new MirrorException(
              ErrorCode.GAP_IN_STREAM, "a row changes in a table that is mirrored by inserts only");
      case TRUNCATE -> {
        rows.clear();
        weight = 0;
        truncated = true;
      }
      case RESHAPE -> {}
    }
  }

  @Override
  public boolean truncated() {
    return truncated;
  }

  @Override
  public long weight() {
    return weight;
  }

  @Override
  public Resolution resolve(TableVersion base, LakeRows lake) {
    return new Appended(rows);
  }

  private record Appended(List<Object[]> rows) implements Resolution {
    @Override
    public Map<LiveFile, RowSet> deleted() {
      return Map.of();
    }

    @Override
    public boolean addsRows() {
      return !rows.isEmpty();
    }

    @Override
    public void write(DataFileWriter out) throws IOException {
      for (Object[] row : rows) {
        out.write(row);
      }
    }
  }
}

package io.deltamirror.worker.pgoutput;

import io.deltamirror.core.schema.Column;
import io.deltamirror.core.schema.ReplicaIdentity;
import io.deltamirror.core.schema.RowCodec;
import io.deltamirror.core.schema.TableName;
import io.deltamirror.core.schema.TableSchema;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/** Writes down what a decoder says, one line for each call, values as text. */
final class HeardMessages implements PgOutputListener {
  final List<String> lines = new ArrayList<>();

  /** Valid until the next message. */
  Tuple lastRow;

  @Override
  public void begin(long commitLsn, long commitMicros, long xid) {
    lines.add("begin " + commitLsn + " " + commitMicros + " " + xid);
  }

  @Override
  public void commit(long commitLsn, long endLsn, long commitMicros) {
    lines.add("commit " + commitLsn + " " + endLsn + " " + commitMicros);
  }

  @Override
  public void relation(Relation relation) {
    lines.add("relation " + relation);
  }

  @Override
  public void insert(long relation, Tuple row) {
    lines.add("insert " + relation + " " + values(row));
  }

  @Override
  public void update(long relation, Tuple old, Tuple row) {
    lastRow = row;
    lines.add("update " + relation + " " + old(old) + " " + values(row));
  }

  @Override
  public void delete(long relation, Tuple old) {
    lines.add("delete " + relation + " " + old(old));
  }

  @Override
  public void truncate(long[] relations) {
    lines.add("truncate " + Arrays.toString(relations));
  }

  @Override
  public void message(boolean transactional, long lsn, String prefix, ByteBuffer content) {
    lines.add("message " + transactional + " " + lsn + " " + prefix + " " + content.remaining());
  }

  private static String old(Tuple tuple) {
    return tuple == null ? "null" : (tuple.isKeyOnly() ? "key " : "whole ") + values(tuple);
  }

  private static List<String> values(Tuple tuple) {
    RowCodec rows = new RowCodec(texts(tuple.size()));
    List<String> values = new ArrayList<>();
    for (int i = 0; i < tuple.size(); i++) {
      values.add(
          tuple.isUnchanged(i)
              ? "unchanged"
              : tuple.isNull(i) ? "null" : "'" + tuple.value(i, rows) + "'");
    }
    return values;
  }

  private static TableSchema texts(int columns) {
    return new TableSchema(
        1,
        new TableName("public", "t"),
        IntStream.rangeClosed(1, columns)
            .mapToObj(i -> new Column(i, "c" + i, 25, -1, "text", 0))
            .toList(),
        ReplicaIdentity.DEFAULT);
  }
}

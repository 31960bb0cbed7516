package io.deltamirror.lake.apply;

import io.deltamirror.core.change.ChangeWriter;
import io.deltamirror.core.change.EventCodec;
import io.deltamirror.core.change.HubEvent;
import io.deltamirror.core.change.HubEvent.ChangeBatch;
import io.deltamirror.core.change.Position;
import io.deltamirror.core.change.RowChange;
import io.deltamirror.core.change.RowChange.Kind;
import io.deltamirror.core.schema.Column;
import io.deltamirror.core.schema.ReplicaIdentity;
import io.deltamirror.core.schema.RowCodec;
import io.deltamirror.core.schema.TableName;
import io.deltamirror.core.schema.TableSchema;
import java.util.Arrays;
import java.util.List;
import org.apache.avro.util.Utf8;

/**
 * A table on the source, as the stream shows it: transactions of changes, cut into batches.
 * Columns: id bigint (key), note text, document text (the one that TOAST leaves out).
 */
final class SourceTable {
  static final String MIRROR = "m";
  static final long GENERATION = 7;
  static final long COMMIT_MICROS = 1_700_000_000_000_000L;

  private TableSchema schema;
  private ChangeWriter writer;
  private long commitLsn = 1_000;
  private long xid = 500;
  private long ordinal;
  private long fence = 1;
  private Position sent = Position.startOf(GENERATION);

  SourceTable(long oid, String name, ReplicaIdentity identity) {
    this(
        new TableSchema(
            oid,
            new TableName("public", name),
            List.of(
                new Column(1, "id", 20, -1, "bigint", 1),
                new Column(2, "note", 25, -1, "text", 0),
                new Column(3, "document", 25, -1, "text", 0)),
            identity));
  }

  SourceTable(TableSchema schema) {
    this.schema = schema;
    this.writer = new ChangeWriter(new RowCodec(schema));
  }

  /** What follows has another shape; what came before is sent. */
  SourceTable in(TableSchema shape) {
    if (hasUnsent()) {
      throw new IllegalStateException("changes of the earlier shape are not sent");
    }
    schema = shape;
    writer = new ChangeWriter(new RowCodec(shape));
    return this;
  }

  static SourceTable accounts() {
    return new SourceTable(16_400, "accounts", ReplicaIdentity.DEFAULT);
  }

  TableSchema schema() {
    return schema;
  }

  long oid() {
    return schema.oid();
  }

  static Object[] row(long id, String note, String document) {
    return new Object[] {
      id, note == null ? null : new Utf8(note), document == null ? null : new Utf8(document)
    };
  }

  private Object[] key(long id) {
    Object[] key = new Object[schema.columns().size()];
    key[0] = id;
    return key;
  }

  /** What is sent from here on comes from the worker of this number. */
  SourceTable fence(long number) {
    fence = number;
    return this;
  }

  /** Begins the next transaction. */
  SourceTable transaction() {
    commitLsn += 100;
    xid++;
    ordinal = 0;
    return this;
  }

  long commitLsn() {
    return commitLsn;
  }

  long xid() {
    return xid;
  }

  SourceTable insert(long id, String note, String document) {
    return add(Kind.INSERT, null, row(id, note, document), RowChange.NONE);
  }

  SourceTable update(long id, String note, String document) {
    return add(Kind.UPDATE, null, row(id, note, document), RowChange.NONE);
  }

  /** The document is TOASTed and stays. */
  SourceTable updateNote(long id, String note) {
    return add(Kind.UPDATE, null, row(id, note, null), new int[] {2});
  }

  SourceTable updateKey(long from, long to, String note, String document) {
    return add(Kind.UPDATE, key(from), row(to, note, document), RowChange.NONE);
  }

  /** Both key and note change, the document is TOASTed and stays. */
  SourceTable updateKeyAndNote(long from, long to, String note) {
    return add(Kind.UPDATE, key(from), row(to, note, null), new int[] {2});
  }

  /** An update with its whole old row, as REPLICA IDENTITY FULL has it. */
  SourceTable replace(Object[] old, Object[] row, int... unchanged) {
    return add(Kind.UPDATE, old, row, unchanged);
  }

  /** A row of any shape; texts are given as strings. */
  SourceTable insert(Object... row) {
    return add(Kind.INSERT, null, values(row), RowChange.NONE);
  }

  /** Likewise; the columns named are TOASTed and stay. */
  SourceTable update(int[] unchanged, Object... row) {
    return add(Kind.UPDATE, null, values(row), unchanged);
  }

  /** The shape alone. */
  SourceTable reshape() {
    return add(Kind.RESHAPE, null, null, RowChange.NONE);
  }

  static Object[] values(Object... row) {
    return Arrays.stream(row)
        .map(value -> value instanceof String text ? new Utf8(text) : value)
        .toArray();
  }

  SourceTable delete(long id) {
    return add(Kind.DELETE, key(id), null, RowChange.NONE);
  }

  /** A delete with its whole old row. */
  SourceTable erase(Object[] old) {
    return add(Kind.DELETE, old, null, RowChange.NONE);
  }

  SourceTable truncate() {
    return add(Kind.TRUNCATE, null, null, RowChange.NONE);
  }

  private SourceTable add(Kind kind, Object[] old, Object[] row, int[] unchanged) {
    ordinal++;
    writer.add(
        new RowChange(kind, commitLsn, ordinal, xid, COMMIT_MICROS + ordinal, old, row, unchanged));
    return this;
  }

  /** Position of the last change sent. */
  Position sent() {
    return sent;
  }

  boolean hasUnsent() {
    return !writer.isEmpty();
  }

  /** All changes since the last batch, as a batch. */
  ChangeBatch batch() {
    ChangeBatch batch = writer.finish(MIRROR, fence, sent);
    sent = batch.header().last();
    return batch;
  }

  /** The same, as the body of an event. */
  byte[] event() {
    return EventCodec.encode(batch());
  }

  byte[] seedBegin(int seed) {
    return EventCodec.encode(new HubEvent.SeedBegin(MIRROR, fence, oid(), seed, sent));
  }

  byte[] dropped() {
    return EventCodec.encode(new HubEvent.TableDropped(MIRROR, fence, oid(), sent));
  }

  byte[] seedReady(int seed) {
    return EventCodec.encode(new HubEvent.SeedReady(MIRROR, fence, oid(), seed, sent));
  }
}

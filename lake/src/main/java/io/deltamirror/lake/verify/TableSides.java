package io.deltamirror.lake.verify;

import io.delta.kernel.engine.Engine;
import io.deltamirror.core.MirrorException;
import io.deltamirror.core.schema.TableSchema;
import io.deltamirror.core.source.SourceSession;
import java.util.List;
import java.util.concurrent.Executor;

/**
 * Both sides of a table, each as of the moment when they were opened: the source first, so that the
 * mirror is not younger by more than the moment between. Not thread-safe.
 */
final class TableSides implements AutoCloseable {
  private final SourceReader source;
  private final LakeReader mirror;
  private final RowShape shape;
  private final Executor mirrorThread;
  private final VerifyListener listener;

  private TableSides(
      SourceReader source,
      LakeReader mirror,
      RowShape shape,
      Executor mirrorThread,
      VerifyListener listener) {
    this.source = source;
    this.mirror = mirror;
    this.shape = shape;
    this.mirrorThread = mirrorThread;
    this.listener = listener;
  }

  /** Opens the sides of tables. */
  record Opener(
      SourceSession session, Engine engine, Executor mirrorThread, VerifyListener listener) {

    /**
     * Opens both sides.
     *
     * @throws GoneException when the source has it no longer
     * @throws CannotTellException when there is no mirror, or it has other columns
     */
    TableSides open(TableSchema table) {
      SourceReader source = SourceReader.open(session, table);
      try {
        LakeReader mirror = LakeReader.open(engine, source.table().name());
        RowShape shape = RowShape.of(source.table(), source.types()::of, mirror.schema());
        return new TableSides(source, mirror, shape, mirrorThread, listener);
      } catch (RuntimeException e) {
        source.close();
        throw e;
      }
    }

    /** Whether the source has dropped the table; false when it cannot be asked. */
    boolean isGone(TableSchema table) {
      try (SourceReader source = SourceReader.open(session, table)) {
        return false;
      } catch (GoneException e) {
        return true;
      } catch (MirrorException e) {
        return false;
      }
    }
  }

  RowShape shape() {
    return shape;
  }

  String sourceLsn() {
    return source.lsn();
  }

  long version() {
    return mirror.version();
  }

  /** Reads every row of both; the sinks are called by different threads. */
  void readAll(RowSink sourceRows, RowSink mirrorRows) {
    new Pass(shape.table().name(), sourceRows, mirrorRows, listener)
        .run(sink -> source.scan(shape, sink), sink -> mirror.scan(shape, sink), mirrorThread);
  }

  /** Reads at least the rows with the given keys of both; otherwise as {@link #readAll}. */
  void readKeys(List<RowKey> keys, RowSink sourceRows, RowSink mirrorRows) {
    new Pass(shape.table().name(), sourceRows, mirrorRows, VerifyListener.SILENT)
        .run(
            sink -> source.lookUp(keys, shape, sink),
            sink -> mirror.scan(KeyFilter.of(keys, shape, mirror.schema()), shape, sink),
            mirrorThread);
  }

  @Override
  public void close() {
    source.close();
  }
}

package io.deltamirror.lake.delta;

import io.delta.kernel.Operation;
import io.delta.kernel.TableManager;
import io.delta.kernel.Transaction;
import io.delta.kernel.TransactionCommitResult;
import io.delta.kernel.exceptions.TableNotFoundException;
import io.delta.kernel.hook.PostCommitHook;
import io.delta.kernel.hook.PostCommitHook.PostCommitHookType;
import io.delta.kernel.internal.SnapshotImpl;
import io.delta.kernel.internal.TableConfig;
import io.delta.kernel.internal.util.Utils;
import io.delta.kernel.transaction.UpdateTableTransactionBuilder;
import io.delta.kernel.utils.CloseableIterable;
import io.deltamirror.core.ErrorCode;
import io.deltamirror.core.MirrorException;
import io.deltamirror.core.schema.TableSchema;
import io.deltamirror.core.state.SeedSnapshot;
import io.deltamirror.core.storage.LakeStorage;
import java.io.IOException;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The log of one table: loads versions and writes commits through Kernel. Stateless. */
final class DeltaLog {
  private static final Logger LOG = LoggerFactory.getLogger(DeltaLog.class);
  private static final String ENGINE_INFO = "delta-mirror";

  private final LakeStorage storage;
  private final LakeEngine engine;
  private final String path;
  private final VersionReader reader;

  DeltaLog(LakeStorage storage, LakeEngine engine, String path) {
    this.storage = storage;
    this.engine = engine;
    this.path = path;
    this.reader = new VersionReader(storage, engine, path);
  }

  /** The latest version, or empty when there is no table. */
  Optional<TableVersion> load() {
    return KernelFailures.translate(
        path,
        () -> {
          try {
            return Optional.of(reader.read(snapshot()));
          } catch (TableNotFoundException e) {
            return Optional.empty();
          }
        });
  }

  private SnapshotImpl snapshot() {
    return (SnapshotImpl)
        TableManager.loadSnapshot(LakeFileIO.kernelPath(path))
            .withCommitter(LakeCommitter.INSTANCE)
            .build(engine);
  }

  TableColumns plan(Optional<TableVersion> present, TableSchema shape, SeedSnapshot snapshot) {
    if (present.isPresent() && present.get().columns().accept(shape)) {
      return present.get().columns();
    }
    return ColumnMappings.fresh(present.map(TableVersion::snapshot), shape, snapshot);
  }

  TableVersion commit(Optional<TableVersion> present, SeedCommit seed) {
    return KernelFailures.translate(
        path,
        () -> {
          TableProperties properties =
              new TableProperties(seed.mirror(), seed.shape(), seed.seed(), seed.snapshot());
          TransactionIds ids = TransactionIds.of(seed.mirror(), seed.shape().oid());
          long counter = present.map(v -> ids.readCounter(v.snapshot(), engine)).orElse(0L) + 1;
          CommitActions actions = new CommitActions(storage, path, Map.of());
          actions.add(seed.files(), seed.columns());
          actions.position(ids, counter, seed.floor());
          SnapshotImpl committed =
              commit(
                  seedTransaction(present, seed, properties), CommitParameters.of(seed), actions);
          return new TableVersion(
              committed, properties, seed.columns(), counter, seed.floor(), actions.files());
        });
  }

  /** Kernel itself removes what a replaced table held. */
  private Transaction seedTransaction(
      Optional<TableVersion> present, SeedCommit seed, TableProperties properties) {
    var schema = ColumnMappings.schema(seed.columns());
    if (present.isPresent()) {
      return present
          .get()
          .snapshot()
          .buildReplaceTableTransaction(schema, ENGINE_INFO)
          .withTableProperties(properties.toMap())
          .withMaxRetries(0)
          .build(engine);
    }
    return TableManager.buildCreateTableTransaction(
            LakeFileIO.kernelPath(path), schema, ENGINE_INFO)
        .withTableProperties(properties.toMap())
        .withCommitter(LakeCommitter.INSTANCE)
        .withMaxRetries(0)
        .build(engine);
  }

  TableVersion commit(ChangeCommit changes) {
    return KernelFailures.translate(
        path,
        () -> {
          TableVersion base = changes.base();
          TransactionIds ids = TransactionIds.of(base.mirror(), base.shape().oid());
          long counter = base.counter() + 1;
          requireDeletionVectors(base);
          CommitActions actions = new CommitActions(storage, path, base.filesByPath());
          if (changes.truncate()) {
            actions.removeAll();
          }
          actions.delete(changes.deleted());
          actions.add(changes.added(), base.columns());
          actions.position(ids, counter, changes.position());
          Transaction transaction =
              base.snapshot()
                  .buildUpdateTableTransaction(ENGINE_INFO, Operation.STREAMING_UPDATE)
                  .withMaxRetries(0)
                  .build(engine);
          SnapshotImpl committed = commit(transaction, CommitParameters.of(changes), actions);
          return new TableVersion(
              committed,
              base.properties(),
              base.columns(),
              counter,
              changes.position(),
              actions.files());
        });
  }

  TableVersion commit(ShapeCommit change) {
    return KernelFailures.translate(
        path,
        () -> {
          TableVersion base = change.base();
          TableProperties properties = base.properties().with(change.shape());
          TransactionIds ids = TransactionIds.of(base.mirror(), base.shape().oid());
          long counter = base.counter() + 1;
          CommitActions actions = new CommitActions(storage, path, base.filesByPath());
          if (change.rewritten().isPresent()) {
            actions.removeAll();
            actions.add(change.rewritten().get(), change.columns());
          }
          actions.position(ids, counter, base.position());
          Transaction transaction =
              reshaping(base, properties)
                  .withUpdatedSchema(ColumnMappings.schema(change.columns()))
                  .build(engine);
          SnapshotImpl committed = commit(transaction, CommitParameters.of(change), actions);
          return new TableVersion(
              committed,
              properties,
              ColumnMappings.read(committed.getSchema(), properties.shape()),
              counter,
              base.position(),
              actions.files());
        });
  }

  TableVersion drop(TableVersion base, Instant at) {
    return KernelFailures.translate(
        path,
        () -> {
          TableProperties properties = base.properties().dropped(at);
          TransactionIds ids = TransactionIds.of(base.mirror(), base.shape().oid());
          long counter = base.counter() + 1;
          CommitActions actions = new CommitActions(storage, path, base.filesByPath());
          actions.removeAll();
          actions.position(ids, counter, base.position());
          SnapshotImpl committed =
              commit(
                  reshaping(base, properties).build(engine),
                  CommitParameters.ofDropped(base, at),
                  actions);
          return new TableVersion(
              committed, properties, base.columns(), counter, base.position(), actions.files());
        });
  }

  private static UpdateTableTransactionBuilder reshaping(
      TableVersion base, TableProperties properties) {
    return base.snapshot()
        .buildUpdateTableTransaction(ENGINE_INFO, Operation.MANUAL_UPDATE)
        .withTablePropertiesAdded(properties.toMap())
        .withMaxRetries(0);
  }

  /** Kernel commits deletion vectors to a table that does not allow them, too. */
  private void requireDeletionVectors(TableVersion base) {
    if (!TableConfig.DELETION_VECTORS_CREATION_ENABLED.fromMetadata(
        base.snapshot().getMetadata())) {
      throw new MirrorException(
          ErrorCode.LAKE_TABLE_FOREIGN, "deletion vectors were turned off for " + path);
    }
  }

  private SnapshotImpl commit(
      Transaction transaction, Map<String, String> parameters, CommitActions actions) {
    transaction.withCommitterProperties(() -> parameters);
    TransactionCommitResult result =
        transaction.commit(
            engine,
            CloseableIterable.inMemoryIterable(
                Utils.toCloseableIterator(actions.rows().iterator())));
    SnapshotImpl committed = (SnapshotImpl) result.getPostCommitSnapshot().orElseThrow();
    return checkpointed(committed, result.getPostCommitHooks());
  }

  /**
   * Writes a checkpoint when one is due, and a checksum with it; one with every commit would double
   * its requests. The commit stands whatever becomes of them. Kernel's own checkpoint hook would
   * first list the log again.
   *
   * @return the snapshot read anew, so that it does not go on counting from a checkpoint long past
   */
  private SnapshotImpl checkpointed(SnapshotImpl committed, List<PostCommitHook> hooks) {
    if (hooks.stream().noneMatch(hook -> hook.getType() == PostCommitHookType.CHECKPOINT)) {
      return committed;
    }
    try {
      committed.writeCheckpoint(engine);
      writeChecksum(committed, hooks);
      SnapshotImpl latest = snapshot();
      return latest.getVersion() == committed.getVersion() ? latest : committed;
    } catch (IOException | RuntimeException e) {
      LOG.warn("{}: no checkpoint at version {}", path, committed.getVersion(), e);
      return committed;
    }
  }

  /**
   * Checksums are optional. Kernel 4.4.0 cannot write one of a table in which some files have
   * deletion vectors and others have none.
   */
  private void writeChecksum(SnapshotImpl committed, List<PostCommitHook> hooks) {
    for (PostCommitHook hook : hooks) {
      if (hook.getType() != PostCommitHookType.CHECKPOINT) {
        try {
          hook.threadSafeInvoke(engine);
        } catch (IOException | RuntimeException e) {
          LOG.debug("{}: no checksum at version {}", path, committed.getVersion(), e);
        }
      }
    }
  }
}

package io.deltamirror.functions;

import io.deltamirror.core.MirrorException;
import io.deltamirror.core.control.MirrorControl;
import io.deltamirror.core.deadletter.DeadLetters;
import io.deltamirror.core.hub.HubHistory;
import io.deltamirror.core.source.PasswordSource;
import io.deltamirror.core.source.SourceSession;
import io.deltamirror.core.state.MirrorStore;
import io.deltamirror.core.state.StateAddress;
import io.deltamirror.core.storage.LakeAddress;
import io.deltamirror.core.storage.LakeStorage;
import io.deltamirror.lake.apply.ApplyOptions;
import io.deltamirror.lake.apply.ChangeApplier;
import io.deltamirror.lake.apply.DeadLetterReplay;
import io.deltamirror.lake.copy.CopyOptions;
import io.deltamirror.lake.copy.TableCopier;
import io.deltamirror.lake.delta.DeltaTables;
import io.deltamirror.lake.parquet.ReadPattern;
import java.time.Clock;
import java.util.List;
import java.util.Map;

/**
 * The services behind the functions, built once per process: the function app's composition root.
 *
 * @param store closed with this
 */
public record FunctionServices(
    MirrorStore store,
    ChangeSink changes,
    CopySink copies,
    BadTaskSink badTasks,
    MirrorControl control,
    DeadLetterDesk letters)
    implements AutoCloseable {

  /** Delta tables whose last version is kept at hand. */
  private static final int OPEN_TABLES = 64;

  /**
   * Opens state and lake and builds the services.
   *
   * @param environment of the process, where the storage account's connection string may be
   * @param passwords of the sources that are copied
   * @param history of the hub of the change batches
   * @throws MirrorException {@code INVALID_ARGUMENT} for an address of an unknown kind, {@code
   *     STATE_UNAVAILABLE} or {@code STORAGE_UNAVAILABLE} when one cannot be opened
   */
  public static FunctionServices open(
      FunctionSettings settings,
      Map<String, String> environment,
      PasswordSource passwords,
      HubHistory history) {
    LakeStorage lake = LakeAddress.open(settings.lake(), environment);
    MirrorStore store = StateAddress.open(settings.state(), environment);
    Clock clock = Clock.systemUTC();
    MirrorControl control = new MirrorControl(store, clock);
    // Shared, so that a copy's commit is known to the next one's changes without a listing.
    DeltaTables tables = new DeltaTables(lake, OPEN_TABLES);
    ReadPattern reads = LakeAddress.isLocal(settings.lake()) ? ReadPattern.DISK : ReadPattern.BLOB;
    ApplyOptions applying =
        ApplyOptions.DEFAULT.withMemoryBytes(settings.applyMemoryBytes()).withReads(reads);
    ChangeApplier applier = new ChangeApplier(lake, store, tables, applying, history, clock);
    TableCopier copier =
        new TableCopier(
            mirror ->
                new SourceSession(control.definition(mirror).source(), passwords)
                    .answeringWithin(settings.sourceTimeout()),
            lake,
            store,
            tables,
            CopyOptions.DEFAULT,
            clock);
    DeadLetters letters = new DeadLetters(lake, clock);
    DeadLetterReplay replay = new DeadLetterReplay(lake, store, tables, letters, clock);
    Standstills standstills = new Standstills(store, clock);
    return new FunctionServices(
        store,
        (partition, bodies) ->
            standstills.watch(
                store::mirrors, "apply:" + partition, () -> applier.apply(partition, bodies)),
        task ->
            standstills.watch(
                () -> List.of(task.mirror()),
                "copy:" + task.mirror() + ":" + task.oid(),
                () -> copier.copy(task)),
        letters::keep,
        control,
        new DeadLetterDesk(control, letters, replay));
  }

  @Override
  public void close() {
    store.close();
  }
}

package io.deltamirror.lake.apply;

import io.deltamirror.core.change.Position;
import io.deltamirror.core.deadletter.DeadLetter;
import io.deltamirror.core.deadletter.DeadLetters;
import io.deltamirror.core.state.MirrorDefinition;
import io.deltamirror.core.state.MirrorRun;
import io.deltamirror.core.state.MirrorState;
import io.deltamirror.core.state.MirrorStore;
import io.deltamirror.core.state.SeedSnapshot;
import io.deltamirror.core.state.SourceIdentity;
import io.deltamirror.core.state.SqliteMirrorStore;
import io.deltamirror.core.state.TableState;
import io.deltamirror.core.storage.LakePaths;
import io.deltamirror.core.storage.LakeStorage;
import io.deltamirror.core.storage.LocalLakeStorage;
import io.deltamirror.lake.delta.DeltaTables;
import io.deltamirror.lake.delta.TestTables;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;

/** A lake and a state store in a folder, with an applier on them. */
final class MirroredLake implements AutoCloseable {
  static final Instant NOW =
      Instant.ofEpochSecond(SourceTable.COMMIT_MICROS / 1_000_000).plusSeconds(5);
  static final SeedSnapshot SNAPSHOT = new SeedSnapshot("100:100:", 0);

  /** The highest fence that a worker of the mirror was given. */
  static final long FENCE = 9;

  private final Path root;
  private final LakeStorage storage;
  private final MirrorStore store;
  private final DeltaTables tables;
  private final ChangeApplier applier;
  private final RecordedHub hub = new RecordedHub();

  MirroredLake(Path folder) throws IOException {
    this(folder, ApplyOptions.DEFAULT, UnaryOperator.identity());
  }

  MirroredLake(Path folder, ApplyOptions options, UnaryOperator<LakeStorage> decorator)
      throws IOException {
    this(folder, new SqliteMirrorStore(folder.resolve("state.db")), options, decorator);
  }

  MirroredLake(
      Path folder, MirrorStore store, ApplyOptions options, UnaryOperator<LakeStorage> decorator)
      throws IOException {
    this.store = store;
    root = folder.resolve("lake");
    storage = decorator.apply(new LocalLakeStorage(root));
    define();
    tables = new DeltaTables(storage, 10);
    applier =
        new ChangeApplier(storage, store, tables, options, hub, Clock.fixed(NOW, ZoneOffset.UTC));
  }

  /** What a worker has in the store before it sends anything. */
  private void define() {
    MirrorDefinition.Source source =
        new MirrorDefinition.Source("db", 5432, "shop", "mirror", Optional.empty());
    MirrorRun run = MirrorRun.initial(NOW);
    for (int fence = 1; fence <= FENCE; fence++) {
      run = run.nextFence();
    }
    state()
        .definitions()
        .createIfAbsent(
            MirrorDefinition.DOCUMENT, new MirrorDefinition(SourceTable.MIRROR, source, List.of()));
    state().runs().createIfAbsent(MirrorRun.DOCUMENT, run);
    state()
        .identities()
        .createIfAbsent(
            SourceIdentity.DOCUMENT,
            new SourceIdentity(
                "1", 1, "slot", 4, Optional.empty(), SourceTable.GENERATION, Optional.empty()));
  }

  DeadLetters letters() {
    return new DeadLetters(storage, Clock.fixed(NOW, ZoneOffset.UTC));
  }

  List<DeadLetter> deadLetters() throws IOException {
    return letters().list(SourceTable.MIRROR, Optional.empty(), 1_000).letters();
  }

  DeadLetterReplay.Result replay(DeadLetter letter) throws IOException {
    return new DeadLetterReplay(storage, store, tables, letters(), Clock.fixed(NOW, ZoneOffset.UTC))
        .replay(SourceTable.MIRROR, letter);
  }

  MirrorStore store() {
    return store;
  }

  /** What the applier can read again. */
  RecordedHub hub() {
    return hub;
  }

  LakeStorage storage() {
    return storage;
  }

  DeltaTables tables() {
    return tables;
  }

  MirrorState state() {
    return new MirrorState(store, SourceTable.MIRROR);
  }

  TableState state(SourceTable table) {
    return state().table(table.oid()).orElseThrow();
  }

  void apply(byte[]... bodies) throws IOException {
    apply(List.of(bodies));
  }

  void apply(List<byte[]> bodies) throws IOException {
    applier.apply(3, bodies);
  }

  void update(SourceTable table, UnaryOperator<TableState> change) {
    state().tables().update(TableState.document(table.oid()), change);
  }

  /** The worker wants the table. */
  void join(SourceTable table) {
    state()
        .tables()
        .createIfAbsent(
            TableState.document(table.oid()), TableState.initial(table.schema(), "new", NOW));
  }

  /** The worker has taken a snapshot, the rows are copied and committed. */
  void copy(SourceTable table, int seed, SeedSnapshot snapshot, List<Object[]> rows)
      throws IOException {
    update(table, state -> state.copying(seed, table.schema(), snapshot, NOW));
    Position floor = state(table).floor().orElseThrow();
    TestTables.seed(tables, SourceTable.MIRROR, table.schema(), seed, snapshot, floor, rows);
    update(table, state -> state.seeded(seed, snapshot.lsn(), NOW));
  }

  /** A table that replicates, with the given content. */
  void live(SourceTable table, List<Object[]> rows) throws IOException {
    join(table);
    apply(table.seedBegin(1));
    copy(table, 1, SNAPSHOT, rows);
    apply(table.seedReady(1));
  }

  /** Rows in the Delta table as any reader sees them, by key. */
  Map<Long, List<Object>> rows(SourceTable table) throws IOException {
    fetch(LakePaths.table(table.schema().name()));
    TreeMap<Long, List<Object>> rows = new TreeMap<>();
    for (List<Object> row : TestTables.read(root, LakePaths.table(table.schema().name()))) {
      List<Object> twin = rows.put((Long) row.get(0), row);
      if (twin != null) {
        throw new AssertionError("two rows with key " + row.get(0));
      }
    }
    return rows;
  }

  /** The same whatever the key, with how often each row is there. */
  Map<List<Object>, Long> counted(SourceTable table) throws IOException {
    fetch(LakePaths.table(table.schema().name()));
    return TestTables.read(root, LakePaths.table(table.schema().name())).stream()
        .collect(Collectors.groupingBy(row -> row, HashMap::new, Collectors.counting()));
  }

  /** Kernel's own engine reads a folder: what is elsewhere is copied into it. */
  private void fetch(String path) throws IOException {
    if (storage.root().equals(root.toString())) {
      return;
    }
    for (LakeStorage.LakeFile file : storage.list(path, "")) {
      Path target = root.resolve(file.path());
      Files.createDirectories(target.getParent());
      Files.write(target, storage.read(file.path()));
    }
  }

  long version(SourceTable table) {
    return tables.of(table.schema().name()).reload().orElseThrow().version();
  }

  Position applied(SourceTable table) {
    return tables.of(table.schema().name()).reload().orElseThrow().position();
  }

  List<String> spooled(SourceTable table, int seed) throws IOException {
    return storage.list(LakePaths.spool(SourceTable.MIRROR, table.oid(), seed), "").stream()
        .map(LakeStorage.LakeFile::path)
        .toList();
  }

  @Override
  public void close() {
    store.close();
  }
}

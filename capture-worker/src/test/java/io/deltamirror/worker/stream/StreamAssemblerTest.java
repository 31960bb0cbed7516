package io.deltamirror.worker.stream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.deltamirror.core.ErrorCode;
import io.deltamirror.core.MirrorException;
import io.deltamirror.core.change.HubEvent;
import io.deltamirror.core.change.HubEvent.ChangeBatch;
import io.deltamirror.core.change.HubEvent.SeedBegin;
import io.deltamirror.core.change.HubEvent.SeedReady;
import io.deltamirror.core.change.HubEvent.Watermark;
import io.deltamirror.core.change.Position;
import io.deltamirror.core.schema.Column;
import io.deltamirror.core.schema.ReplicaIdentity;
import io.deltamirror.core.schema.RowCodec;
import io.deltamirror.core.schema.RowStorage;
import io.deltamirror.core.schema.TableName;
import io.deltamirror.core.schema.TableSchema;
import io.deltamirror.core.schema.UnfitValueException;
import io.deltamirror.core.source.Catalog.Access;
import io.deltamirror.core.source.Catalog.SourceTable;
import io.deltamirror.worker.pgoutput.MessageWriter;
import io.deltamirror.worker.pgoutput.PgOutputDecoder;
import io.deltamirror.worker.pgoutput.Relation;
import io.deltamirror.worker.pgoutput.Relation.RelationColumn;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

class StreamAssemblerTest {
  private static final long GENERATION = 7;
  private static final int BIGINT = 20;
  private static final int TEXT = 25;
  private static final StreamSettings SETTINGS =
      new StreamSettings(
          1_000,
          5_000,
          1_000_000,
          Duration.ofMillis(200),
          Duration.ofSeconds(1),
          Duration.ofSeconds(10));

  private final List<Outgoing> out = new ArrayList<>();
  private final ShapesInMemory shapes = new ShapesInMemory();
  private final PgOutputDecoder decoder = new PgOutputDecoder();
  private long nanos;
  private StreamAssembler assembler = from(StreamOffset.startOf(GENERATION, 50));

  private StreamAssembler from(StreamOffset offset) {
    return new StreamAssembler("m", 3, offset, SETTINGS, shapes, out::add, () -> nanos);
  }

  /** Every table is mirrored in the shape that is shown, unless told otherwise. */
  private static final class ShapesInMemory implements TableShapes {
    final Map<Long, TableShape> answers = new HashMap<>();
    boolean fails = true;
    Optional<TableShape> inCatalog = Optional.empty();
    Optional<TableShape> unfit = Optional.of(TableShape.withheld());
    Optional<TableShape> partial = Optional.of(TableShape.withheld());

    @Override
    public TableShape of(Relation relation, Set<Long> partitions, Transaction in, Position before) {
      return answers.getOrDefault(relation.oid(), TableShape.sent(codec(relation)));
    }

    @Override
    public Optional<TableShape> atSeed(
        long oid, int seed, Optional<Relation> relation, Optional<Transaction> in) {
      return Optional.of(
          relation.map(r -> TableShape.sent(codec(r))).orElseGet(TableShape::ignored));
    }

    @Override
    public Optional<TableShape> inCatalog(
        SourceTable table, long lsn, Position before, Optional<Relation> relation) {
      return inCatalog;
    }

    @Override
    public Optional<TableShape> unfit(
        TableSchema sent, Position at, Transaction in, UnfitValueException why) {
      return unfit;
    }

    @Override
    public Optional<TableShape> partial(Relation relation, Position at, Transaction in) {
      return partial;
    }

    @Override
    public boolean failed(long oid, Position at, Transaction in, MirrorException why) {
      return fails;
    }

    static RowCodec codec(Relation relation) {
      TableSchema nearest =
          new TableSchema(relation.oid(), new TableName("", ""), List.of(), relation.identity());
      return new RowCodec(RelationShape.schema(relation, nearest));
    }
  }

  private static Relation table(long oid) {
    return new Relation(
        oid,
        "public",
        "t" + oid,
        ReplicaIdentity.DEFAULT,
        List.of(
            new RelationColumn(true, "id", BIGINT, -1), new RelationColumn(false, "v", TEXT, -1)));
  }

  private void decode(byte[] message) {
    decoder.decode(ByteBuffer.wrap(message), assembler);
  }

  private void begin(long lsn) {
    decode(MessageWriter.begin(lsn, lsn * 1000, lsn));
  }

  private void commit(long lsn) {
    decode(MessageWriter.commit(lsn, lsn + 10, lsn * 1000));
  }

  private void insert(long oid, Object id, Object v) {
    decode(MessageWriter.insert(oid, java.util.Arrays.asList(id, v)));
  }

  private void show(long oid) {
    decode(MessageWriter.relation(table(oid)));
  }

  private void pass(Duration time) {
    nanos += time.toNanos();
    assembler.tick();
  }

  private List<HubEvent> events() {
    return out.stream().map(Outgoing::event).toList();
  }

  private ChangeBatch batch(int index) {
    return (ChangeBatch) events().get(index);
  }

  private static Position at(long lsn, long ordinal) {
    return new Position(GENERATION, lsn, ordinal);
  }

  @Test
  void changesWaitForTheLingerAndAllTablesAreCutTogether() {
    begin(100);
    show(1);
    insert(1, 1, "a");
    show(2);
    insert(2, 1, "b");
    commit(100);
    assertThat(out).isEmpty();

    pass(Duration.ofMillis(199));
    assertThat(out).isEmpty();
    pass(Duration.ofMillis(1));

    assertThat(events()).hasSize(2).allMatch(ChangeBatch.class::isInstance);
    assertThat(out.get(0).offset()).isEqualTo(StreamOffset.startOf(GENERATION, 50));
    assertThat(out.get(1).offset())
        .isEqualTo(
            new StreamOffset(
                GENERATION, 100, 110, 100_000, Map.of(1L, at(100, 1), 2L, at(100, 2))));
  }

  @Test
  void nothingInsideATransactionCarriesItsOffset() {
    begin(100);
    show(1);
    for (int i = 0; i < 100; i++) {
      insert(1, i, "x".repeat(100));
      pass(Duration.ofSeconds(1));
    }
    assertThat(out).hasSizeGreaterThan(5);
    assertThat(out).allMatch(o -> o.offset().equals(StreamOffset.startOf(GENERATION, 50)));

    commit(100);
    pass(Duration.ofSeconds(1));
    assertThat(out.get(out.size() - 1).offset().commitLsn()).isEqualTo(100);
    assertThat(out.get(out.size() - 1).event()).isInstanceOf(Watermark.class);
  }

  @Test
  void batchesOfATableFormAChain() {
    begin(100);
    show(1);
    for (int i = 0; i < 100; i++) {
      insert(1, i, "x".repeat(100));
    }
    commit(100);
    pass(Duration.ofSeconds(1));

    Position previous = Position.startOf(GENERATION);
    long changes = 0;
    for (HubEvent event : events()) {
      if (event instanceof ChangeBatch batch) {
        assertThat(batch.header().previous()).isEqualTo(previous);
        assertThat(batch.header().fence()).isEqualTo(3);
        previous = batch.header().last();
        changes += batch.header().changes();
      }
    }
    assertThat(changes).isEqualTo(100);
    assertThat(previous).isEqualTo(at(100, 100));
  }

  @Test
  void barrierIsAnsweredAtItsCommit() {
    begin(100);
    show(1);
    insert(1, 1, "a");
    decode(MessageWriter.logicalMessage(true, 90, "delta-mirror"));
    assertThat(out).isEmpty();
    commit(100);

    assertThat(events()).hasSize(2);
    assertThat(events().get(1))
        .isEqualTo(new Watermark("m", 3, Position.endOf(GENERATION, 100), 100_000));
    assertThat(out.get(1).offset().commitLsn()).isEqualTo(100);
  }

  @Test
  void messagesOfOthersAndOutsideOfTransactionsAreNoBarriers() {
    begin(100);
    decode(MessageWriter.logicalMessage(true, 90, "someone"));
    decode(MessageWriter.logicalMessage(false, 91, "delta-mirror"));
    commit(100);

    assertThat(out).isEmpty();
  }

  @Test
  void offsetMovesToWhereTheServerHasNothingMore() {
    begin(100);
    show(1);
    insert(1, 1, "a");
    commit(100);
    pass(Duration.ofSeconds(1));
    out.clear();

    nanos += Duration.ofSeconds(4).toNanos();
    assembler.quiet(500);
    assertThat(out).as("not at once").isEmpty();
    nanos += Duration.ofSeconds(1).toNanos();
    assembler.quiet(500);
    assertThat(events()).hasSize(1).allMatch(Watermark.class::isInstance);
    assertThat(out.get(0).offset())
        .isEqualTo(new StreamOffset(GENERATION, 100, 500, 100_000, Map.of(1L, at(100, 1))));

    nanos += Duration.ofSeconds(5).toNanos();
    assembler.quiet(500);
    assertThat(out).as("it is there already").hasSize(1);
  }

  @Test
  void offsetStaysWhileATransactionIsUnderWayOrWaitsForTheLinger() {
    begin(100);
    show(1);
    insert(1, 1, "a");
    nanos += Duration.ofSeconds(60).toNanos();
    assembler.quiet(500);
    assertThat(out).isEmpty();

    nanos = 0;
    commit(100);
    assembler.quiet(500);
    assertThat(out).allMatch(o -> o.offset().endLsn() <= 110);
  }

  @Test
  void offsetMovesOnBehindTransactionsOfOtherTables() {
    shapes.answers.put(1L, TableShape.ignored());
    begin(100);
    show(1);
    insert(1, 1, "a");
    commit(100);
    pass(Duration.ofSeconds(1));

    assertThat(events()).singleElement().isInstanceOf(Watermark.class);
    assertThat(out.get(0).offset())
        .isEqualTo(new StreamOffset(GENERATION, 100, 110, 100_000, Map.of()));
  }

  @Test
  void transactionsUpToTheOffsetArePassedOverButTheirShapesAreKept() {
    assembler = from(new StreamOffset(GENERATION, 100, 110, 100_000, Map.of(1L, at(100, 2))));
    begin(100);
    show(1);
    insert(1, 1, "a");
    insert(1, 2, "b");
    commit(100);
    begin(200);
    insert(1, 3, "c");
    commit(200);
    pass(Duration.ofMillis(200));

    assertThat(events()).hasSize(1);
    assertThat(batch(0).header().previous()).isEqualTo(at(100, 2));
    assertThat(batch(0).header().first()).isEqualTo(at(200, 1));
  }

  @Test
  void ordinalsCountEveryChangeOfTheTransaction() {
    shapes.answers.put(2L, TableShape.ignored());
    begin(100);
    show(1);
    show(2);
    insert(2, 1, "a");
    decode(MessageWriter.truncate(2, 1));
    insert(1, 1, "b");
    commit(100);
    pass(Duration.ofMillis(200));

    assertThat(batch(0).header().first()).isEqualTo(at(100, 3));
    assertThat(batch(0).header().last()).isEqualTo(at(100, 4));
  }

  @Test
  void aShapeCutsTheBatchBeforeIt() {
    begin(100);
    show(1);
    insert(1, 1, "a");
    decode(
        MessageWriter.relation(
            new Relation(
                1,
                "public",
                "t1",
                ReplicaIdentity.DEFAULT,
                List.of(new RelationColumn(true, "id", BIGINT, -1)))));
    decode(MessageWriter.insert(1, List.of("2")));
    commit(100);
    pass(Duration.ofMillis(200));

    assertThat(batch(0).header().table().columns().stream().map(Column::name))
        .containsExactly("id", "v");
    assertThat(batch(1).header().table().columns().stream().map(Column::name))
        .containsExactly("id");
    assertThat(out.get(0).offset().commitLsn()).isZero();
  }

  @Test
  void newSeedBeginsBetweenOldAndNewShape() {
    begin(100);
    show(1);
    insert(1, 1, "a");
    shapes.answers.put(1L, TableShape.sent(ShapesInMemory.codec(table(1))).reseeded(5));
    show(1);
    insert(1, 2, "b");
    commit(100);
    pass(Duration.ofMillis(200));

    assertThat(events().get(1)).isEqualTo(new SeedBegin("m", 3, 1, 5, at(100, 1)));
    assertThat(batch(2).header().previous()).isEqualTo(at(100, 1));
  }

  @Test
  void seedInsideATransactionHasItsFloorBehindWhatWasCollected() {
    begin(100);
    show(1);
    insert(1, 1, "a");
    assembler.marks().begin(1, 2);
    insert(1, 2, "b");
    commit(100);
    pass(Duration.ofMillis(200));

    assertThat(events()).hasSize(3);
    assertThat(batch(0).header().last()).isEqualTo(at(100, 1));
    assertThat(events().get(1)).isEqualTo(new SeedBegin("m", 3, 1, 2, at(100, 1)));
    assertThat(batch(2).header().previous()).isEqualTo(at(100, 1));
    assertThat(out.get(1).offset().commitLsn()).isZero();
  }

  @Test
  void withheldChangesLeaveAHoleUnlessASeedFollows() {
    begin(100);
    show(1);
    insert(1, 1, "a");
    insert(1, "bad", "b");
    insert(1, 3, "c");
    commit(100);
    pass(Duration.ofMillis(200));
    assertThat(events()).hasSize(1);
    assertThat(batch(0).header().last()).isEqualTo(at(100, 1));

    show(1);
    begin(200);
    insert(1, 4, "d");
    commit(200);
    pass(Duration.ofMillis(200));

    assertThat(batch(1).header().previous()).isEqualTo(at(100, 3));
  }

  @Test
  void holeIsSeenAlsoWhenNothingWasCollected() {
    shapes.answers.put(1L, TableShape.withheld());
    begin(100);
    show(1);
    insert(1, 1, "a");
    shapes.answers.clear();
    show(1);
    insert(1, 2, "b");
    commit(100);
    pass(Duration.ofMillis(200));

    assertThat(batch(0).header().previous()).isEqualTo(at(100, 1));
  }

  /** A table that failed and is resumed; PostgreSQL does not show its shape again for that. */
  @Test
  void seedReadyLetsAWithheldTableGoOnAndTellsWhatWasMissed() {
    shapes.answers.put(1L, TableShape.withheld());
    begin(100);
    show(1);
    insert(1, 1, "a");
    commit(100);
    shapes.answers.clear();

    assembler.marks().ready(1, 1);
    begin(200);
    insert(1, 2, "b");
    commit(200);
    pass(Duration.ofMillis(200));

    assertThat(events()).hasSize(2);
    assertThat(events().get(0)).isEqualTo(new SeedReady("m", 3, 1, 1, at(100, 1)));
    assertThat(batch(1).header().previous()).isEqualTo(at(100, 1));
  }

  @Test
  void badValueThatACopyCoversIsPassedOverAlone() {
    shapes.unfit = Optional.empty();
    begin(100);
    show(1);
    insert(1, "bad", "b");
    insert(1, 3, "c");
    commit(100);
    pass(Duration.ofMillis(200));

    assertThat(batch(0).header().changes()).isEqualTo(1);
    assertThat(batch(0).header().previous()).isEqualTo(Position.startOf(GENERATION));
  }

  private static SourceTable inCatalog(long oid) {
    return inCatalog(oid, 10, RowStorage.UNKNOWN);
  }

  private static SourceTable inCatalog(long oid, long rows, RowStorage storage) {
    return new SourceTable(
        ShapesInMemory.codec(table(oid)).table(),
        'r',
        'p',
        rows,
        0,
        List.of(),
        Optional.empty(),
        1,
        storage,
        Map.of(),
        Access.READABLE,
        Optional.empty());
  }

  @Test
  void shapeOfTheCatalogFollowsTheTransactionThatPassesIt() {
    shapes.inCatalog = Optional.of(TableShape.sent(ShapesInMemory.codec(table(1))));
    begin(100);
    show(1);
    insert(1, 1, "a");
    commit(100);
    pass(Duration.ofSeconds(1));
    out.clear();

    assembler.marks().reshape(inCatalog(1), 150);
    pass(Duration.ofSeconds(1));
    assertThat(out).as("the stream is not there yet").isEmpty();
    begin(200);
    commit(200);
    pass(Duration.ofSeconds(1));

    assertThat(batch(0).header().previous()).isEqualTo(at(100, 1));
    assertThat(batch(0).header().last()).isEqualTo(Position.endOf(GENERATION, 200));
    assertThat(batch(0).header().changes()).isEqualTo(1);
    StreamOffset stored = out.get(out.size() - 1).offset();
    assertThat(stored.commitLsn()).isEqualTo(200);
    assertThat(stored.sent()).containsEntry(1L, Position.endOf(GENERATION, 200));
    assertThat(out.get(0).offset().commitLsn()).isEqualTo(100);
  }

  /** A watermark has said that all up to that transaction is sent. */
  @Test
  void shapeOfTheCatalogWaitsForATransactionOfWhichNothingWasTold() {
    shapes.inCatalog = Optional.of(TableShape.sent(ShapesInMemory.codec(table(1))));
    begin(200);
    commit(200);
    pass(Duration.ofSeconds(1));
    out.clear();

    assembler.marks().reshape(inCatalog(1), 150);
    pass(Duration.ofSeconds(1));
    assertThat(out).isEmpty();
    begin(300);
    commit(300);
    assembler.marks().reshape(inCatalog(1), 160);
    pass(Duration.ofMillis(200));

    assertThat(events().stream().filter(ChangeBatch.class::isInstance)).hasSize(1);
    assertThat(batch(0).header().last()).isEqualTo(Position.endOf(GENERATION, 300));
    assertThat(out.get(out.size() - 1).offset().sent())
        .containsEntry(1L, Position.endOf(GENERATION, 300));
  }

  /** A stream that is always ten seconds behind never reaches the mark that was put last. */
  @Test
  void shapeOfTheCatalogThatIsToldAgainCountsFromWhereItWasSeenFirst() {
    shapes.inCatalog = Optional.of(TableShape.sent(ShapesInMemory.codec(table(1))));
    assembler.marks().reshape(inCatalog(1), 150);
    assembler.marks().reshape(inCatalog(1, 11, RowStorage.UNKNOWN), 250);
    begin(200);
    commit(200);
    pass(Duration.ofSeconds(1));

    assertThat(batch(0).header().last()).isEqualTo(Position.endOf(GENERATION, 200));
  }

  @Test
  void anotherShapeOfTheCatalogReplacesTheOneThatWaits() {
    shapes.inCatalog = Optional.of(TableShape.sent(ShapesInMemory.codec(table(1))));
    assembler.marks().reshape(inCatalog(1), 150);
    assembler.marks().reshape(inCatalog(1, 10, new RowStorage("2", "2", "")), 250);
    begin(200);
    commit(200);
    pass(Duration.ofSeconds(1));
    assertThat(events()).noneMatch(ChangeBatch.class::isInstance);
    begin(300);
    commit(300);
    pass(Duration.ofSeconds(1));

    List<HubEvent> batches = events().stream().filter(ChangeBatch.class::isInstance).toList();
    assertThat(batches).hasSize(1);
    assertThat(((ChangeBatch) batches.get(0)).header().last())
        .isEqualTo(Position.endOf(GENERATION, 300));
  }

  @Test
  void shapeOfTheCatalogIsOutdatedByOneThatTheStreamShowsBehindIt() {
    shapes.inCatalog = Optional.of(TableShape.sent(ShapesInMemory.codec(table(1))));
    assembler.marks().reshape(inCatalog(1), 150);
    begin(200);
    show(1);
    insert(1, 1, "a");
    commit(200);
    pass(Duration.ofSeconds(1));

    assertThat(batch(0).header().last()).isEqualTo(at(200, 1));
    assertThat(events().stream().filter(ChangeBatch.class::isInstance)).hasSize(1);
  }

  @Test
  void shapeOfTheCatalogThatNeedsASeedBeginsIt() {
    shapes.inCatalog = Optional.of(TableShape.ignored().reseeded(2));
    begin(100);
    show(1);
    insert(1, 1, "a");
    assembler.marks().reshape(inCatalog(1), 150);
    insert(1, 2, "b");
    commit(100);
    begin(200);
    commit(200);
    pass(Duration.ofSeconds(1));

    assertThat(events()).contains(new SeedBegin("m", 3, 1, 2, at(100, 2)));
  }

  @Test
  void unfitValueGoesOutInTheWiderFormBehindItsSeed() {
    Relation text =
        new Relation(
            1,
            "public",
            "t1",
            ReplicaIdentity.DEFAULT,
            List.of(
                new RelationColumn(true, "id", TEXT, -1),
                new RelationColumn(false, "v", TEXT, -1)));
    shapes.unfit = Optional.of(TableShape.sent(ShapesInMemory.codec(text)).reseeded(2));
    begin(100);
    show(1);
    insert(1, 1, "a");
    insert(1, "odd", "b");
    insert(1, 3, "c");
    commit(100);
    pass(Duration.ofSeconds(1));

    assertThat(events().get(1)).isEqualTo(new SeedBegin("m", 3, 1, 2, at(100, 1)));
    assertThat(batch(2).header().previous()).isEqualTo(at(100, 1));
    assertThat(batch(2).header().changes()).isEqualTo(2);
  }

  private static Relation full(long oid) {
    return new Relation(oid, "public", "t" + oid, ReplicaIdentity.FULL, table(oid).columns());
  }

  private void showFull(long oid) {
    decode(MessageWriter.relation(full(oid)));
  }

  private static List<Object> row(Object id, Object v) {
    return java.util.Arrays.asList(id, v);
  }

  /** The catalog was ahead of the stream: it shows FULL, the row was written before. */
  @Test
  void keyAloneWhereTheWholeOldRowShouldBeSeedsTheTableAnew() {
    shapes.partial = Optional.of(TableShape.sent(ShapesInMemory.codec(table(1))).reseeded(2));
    begin(100);
    showFull(1);
    insert(1, 1, "a");
    decode(MessageWriter.delete(1, 'K', row(1, null)));
    insert(1, 2, "b");
    commit(100);
    pass(Duration.ofSeconds(1));

    assertThat(batch(0).header().changes()).isEqualTo(1);
    assertThat(events().get(1)).isEqualTo(new SeedBegin("m", 3, 1, 2, at(100, 1)));
    assertThat(batch(2).header().table().identity()).isEqualTo(ReplicaIdentity.DEFAULT);
    assertThat(batch(2).header().previous()).isEqualTo(at(100, 1));
    assertThat(batch(2).header().changes()).isEqualTo(2);
  }

  /** A partition's identity changed; PostgreSQL tells the root's. */
  @Test
  void oldRowWithoutAnUnchangedValueIsNotWhole() {
    shapes.partial = Optional.of(TableShape.sent(ShapesInMemory.codec(table(1))).reseeded(2));
    begin(100);
    showFull(1);
    insert(1, 1, "a");
    decode(MessageWriter.update(1, 'O', row(1, null), row(2, MessageWriter.UNCHANGED)));
    commit(100);
    pass(Duration.ofSeconds(1));

    assertThat(events().get(1)).isEqualTo(new SeedBegin("m", 3, 1, 2, at(100, 1)));
  }

  @Test
  void wholeOldRowsAndKeysWhereKeysAreDueAreSent() {
    shapes.partial = Optional.of(TableShape.withheld());
    begin(100);
    showFull(1);
    decode(MessageWriter.update(1, 'O', row(1, "a"), row(2, MessageWriter.UNCHANGED)));
    decode(MessageWriter.update(1, 'O', row(2, null), row(2, "b")));
    decode(MessageWriter.delete(1, 'O', row(2, "b")));
    show(2);
    decode(MessageWriter.update(2, 'K', row(1, null), row(2, MessageWriter.UNCHANGED)));
    decode(MessageWriter.delete(2, 'K', row(2, null)));
    commit(100);
    pass(Duration.ofSeconds(1));

    assertThat(batch(0).header().changes()).isEqualTo(3);
    assertThat(batch(1).header().changes()).isEqualTo(2);
  }

  @Test
  void partialOldRowThatACopyCoversIsPassedOverAlone() {
    shapes.partial = Optional.empty();
    begin(100);
    showFull(1);
    decode(MessageWriter.delete(1, 'K', row(1, null)));
    insert(1, 3, "c");
    commit(100);
    pass(Duration.ofMillis(200));

    assertThat(batch(0).header().changes()).isEqualTo(1);
    assertThat(batch(0).header().previous()).isEqualTo(Position.startOf(GENERATION));
  }

  /** As early minor versions of PostgreSQL 14 write it when the key is TOASTed. */
  @Test
  void updateThatDoesNotTellItsKeyFailsItsTable() {
    begin(100);
    show(1);
    insert(1, 1, "a");
    decode(
        MessageWriter.update(1, 'K', null, java.util.Arrays.asList(MessageWriter.UNCHANGED, "b")));
    insert(1, 2, "c");
    commit(100);
    pass(Duration.ofSeconds(1));

    assertThat(batch(0).header().changes()).isEqualTo(1);
    assertThat(out.get(0).offset().commitLsn()).isZero();
    assertThat(events().stream().filter(ChangeBatch.class::isInstance)).hasSize(1);
  }

  @Test
  void manyTablesWithALittleEachStayWithinBounds() {
    begin(100);
    for (int oid = 1; oid <= 50; oid++) {
      show(oid);
      insert(oid, 1, "x".repeat(500));
    }

    assertThat(out).hasSizeGreaterThanOrEqualTo(40);
    assertThat(out).allMatch(o -> o.offset().commitLsn() == 0);
  }

  @Test
  void changesOutsideOfTransactionsAreRefused() {
    show(1);

    assertThatExceptionOfType(MirrorException.class)
        .isThrownBy(() -> insert(1, 1, "a"))
        .satisfies(e -> assertThat(e.code()).isEqualTo(ErrorCode.MALFORMED_EVENT));
  }

  @Test
  void whateverIsCutWhereverItStopsNothingIsLost() {
    long seed = 20261121;
    System.out.println("seed " + seed);
    Random random = new Random(seed);
    for (int round = 0; round < 200; round++) {
      history(random);
    }
  }

  /** A history of transactions, streamed with deaths: each offset that arrived may be resumed. */
  private void history(Random random) {
    List<byte[]> messages = new ArrayList<>();
    int transactions = 1 + random.nextInt(8);
    int expected = 0;
    for (int t = 1; t <= transactions; t++) {
      long lsn = 100L * t;
      messages.add(MessageWriter.begin(lsn, lsn, t));
      int changes = random.nextInt(30);
      for (int i = 0; i < changes; i++) {
        String v = "x".repeat(random.nextInt(300));
        messages.add(
            MessageWriter.insert(1 + random.nextInt(3), List.of(Long.toString(expected++), v)));
      }
      messages.add(MessageWriter.commit(lsn, lsn + 10, lsn));
    }
    List<HubEvent> arrived = new ArrayList<>();
    StreamOffset offset = StreamOffset.startOf(GENERATION, 50);
    for (int life = 0; life < 4; life++) {
      out.clear();
      assembler = from(offset);
      for (long oid = 1; oid <= 3; oid++) {
        show(oid);
      }
      messages.forEach(
          message -> {
            decode(message);
            pass(Duration.ofMillis(random.nextInt(400)));
          });
      pass(Duration.ofSeconds(2));
      int arriving = life == 3 ? out.size() : random.nextInt(out.size() + 1);
      int stored = arriving == 0 ? 0 : random.nextInt(arriving + 1);
      out.subList(0, arriving).forEach(o -> arrived.add(o.event()));
      offset = stored == 0 ? offset : out.get(stored - 1).offset();
    }
    AppliedChanges applied = AppliedChanges.of(arrived);
    int sum = 0;
    for (long oid = 1; oid <= 3; oid++) {
      sum += applied.of(oid).size();
    }
    assertThat(sum).isEqualTo(expected);
  }
}

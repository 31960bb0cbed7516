package io.deltamirror.lake.verify;

import static org.assertj.core.api.Assertions.assertThat;

import io.delta.kernel.types.IntegerType;
import io.delta.kernel.types.StringType;
import io.delta.kernel.types.StructType;
import io.deltamirror.lake.verify.MirrorProgress.Standing;
import io.deltamirror.lake.verify.RowDifference.Kind;
import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class KeylessTablesIT extends SmallTableFixture {
  private static final StructType HEAP =
      new StructType()
          .add("a", IntegerType.INTEGER)
          .add("doc", StringType.STRING)
          .add("p", StringType.STRING)
          .add("more", StringType.STRING);

  @AfterEach
  void dropTables() {
    source.run("DROP TABLE IF EXISTS public.heap CASCADE");
  }

  private MirroredTable mirrorOfHeap(Object[]... rows) {
    MirroredTable mirror = new MirroredTable(lake, "heap", HEAP);
    if (rows.length > 0) {
      mirror.append(rows);
    }
    return mirror;
  }

  private static void createHeap(String values) {
    source.run(
        "CREATE TABLE public.heap (a int, doc json, p point, more text)",
        "ALTER TABLE public.heap REPLICA IDENTITY FULL",
        "INSERT INTO public.heap VALUES " + values);
  }

  private static Object[] heap(Integer a, String more) {
    return new Object[] {a, "{\"a\":  1}", null, more};
  }

  private static String text(Integer a, String more) {
    return String.format("(%s, '{\"a\":  1}', NULL, '%s')", a, more);
  }

  @Test
  void equalRowsAreCounted() {
    createHeap(String.join(",", text(1, "x"), text(1, "x"), text(null, "x"), text(null, "x")));
    mirrorOfHeap(heap(null, "x"), heap(1, "x"), heap(null, "x"), heap(1, "x"));

    VerifyReport report = verify("heap");

    assertThat(only(report).reason()).isEmpty();
    assertThat(report.exitCode()).isZero();
    assertThat(report.rows()).isEqualTo(4);
  }

  @Test
  void oneEqualRowTooManyOrTooFewIsFound() {
    createHeap(
        String.join(
            ",",
            text(1, "x"),
            text(1, "x"),
            text(2, "y"),
            text(2, "y"),
            text(2, "y"),
            text(2, "y"),
            text(2, "y"),
            text(2, "y"),
            text(3, "z")));
    mirrorOfHeap(
        heap(1, "x"),
        heap(1, "x"),
        heap(1, "x"),
        heap(2, "y"),
        heap(2, "y"),
        heap(2, "y"),
        heap(2, "y"),
        heap(2, "y"),
        heap(3, "z"));

    TableReport report = only(verify("heap"));

    assertThat(report.outcome()).isEqualTo(Outcome.DIFFERENT);
    assertThat(report.differences()).isEqualTo(2);
    assertThat(report.first())
        .extracting(row -> row.key().get("a") + " " + row.kind())
        .containsExactlyInAnyOrder("1 EXTRA", "2 MISSING");
    assertThat(report.first()).allMatch(row -> row.columns().isEmpty());
  }

  @Test
  void aChangedRowIsMissingAndExtra() {
    String longText = "x".repeat(100);
    createHeap("(1, '{}', '(1,2)', '" + longText + "'), (NULL, NULL, NULL, NULL)");
    mirrorOfHeap(
        new Object[] {1, "{}", "(1,2)", longText + "!"}, new Object[] {null, null, null, null});

    TableReport report = only(verify("heap"));

    assertThat(report.first())
        .extracting(RowDifference::kind)
        .containsExactlyInAnyOrder(Kind.MISSING, Kind.EXTRA);
    assertThat(report.first().get(0).key())
        .containsEntry("a", "1")
        .containsEntry("doc", "{}")
        .containsEntry("p", "(1,2)")
        .hasSize(3);
  }

  @Test
  void aRowThatTheMirrorGetsLaterIsEqual() {
    createHeap(String.join(",", text(1, "x"), text(1, "x")));
    MirroredTable mirror = mirrorOfHeap(heap(1, "x"));
    ScriptedProgress progress =
        new ScriptedProgress().then(() -> {}).then(() -> mirror.append(heap(1, "x")));

    assertThat(verify(rounds(5), progress, "heap").outcome()).isEqualTo(Outcome.EQUAL);
  }

  @Test
  void manyDifferencesFitTheBudget() {
    createHeap(text(0, "x"));
    source.run(
        "INSERT INTO public.heap SELECT i / 2, '{\"a\":  1}', NULL, 'x'"
            + " FROM generate_series(2, 2001) AS i");
    mirrorOfHeap(
        IntStream.rangeClosed(0, 2001)
            .filter(i -> i == 0 || (i != 1 && i % 20 != 0))
            .mapToObj(i -> heap(i / 2, "x"))
            .toArray(Object[][]::new));
    VerifyOptions tight = new VerifyOptions(64, 250_000, 1000, 3, 4, Duration.ofSeconds(1));

    TableReport report = only(verify(tight, (oid, atMost) -> new Standing.CaughtUp(), "heap"));

    assertThat(report.differences()).isEqualTo(100);
    assertThat(report.counted()).isTrue();
  }

  @Test
  void insertOnlyTablesMayKeepWhatWasUpdatedAndDeleted() {
    insertOnlyHeap("(1, NULL, NULL, 'new'), (2, NULL, NULL, 'b')");
    mirrorOfHeap(
        new Object[] {1, null, null, "old"},
        new Object[] {2, null, null, "b"},
        new Object[] {3, null, null, "deleted"});

    VerifyReport report = verify("heap");

    assertThat(report.exitCode()).isZero();
    assertThat(report.insertOnly()).isEqualTo(1);
    assertThat(report.compared()).isZero();
    assertThat(report.differences()).isZero();
    assertThat(only(report).outcome()).isEqualTo(Outcome.INSERT_ONLY);
    assertThat(only(report).differences()).isEqualTo(3);
  }

  @Test
  void insertOnlyTablesWithoutUpdatesAreEqual() {
    insertOnlyHeap("(1, NULL, NULL, 'a')");
    mirrorOfHeap(new Object[] {1, null, null, "a"});

    VerifyReport report = verify("heap");

    assertThat(report.insertOnly()).isZero();
    assertThat(report.compared()).isEqualTo(1);
    assertThat(report.rows()).isEqualTo(1);
  }

  @Test
  void anInsertOnlyMirrorWithFewerRowsHasLostSome() {
    insertOnlyHeap("(1, NULL, NULL, 'a'), (1, NULL, NULL, 'a'), (2, NULL, NULL, 'b')");
    mirrorOfHeap(new Object[] {1, null, null, "a"}, new Object[] {2, null, null, "b"});

    VerifyReport report = verify("heap");

    assertThat(report.exitCode()).isEqualTo(1);
    assertThat(only(report).differences()).isEqualTo(1);
    assertThat(only(report).reason().orElseThrow()).contains("insert-only");
  }

  @Test
  void anInsertOnlyMirrorThatCatchesUpHasLostNothing() {
    insertOnlyHeap("(1, NULL, NULL, 'new'), (2, NULL, NULL, 'b'), (3, NULL, NULL, 'c')");
    MirroredTable mirror = mirrorOfHeap(new Object[] {1, null, null, "old"});
    ScriptedProgress progress =
        new ScriptedProgress()
            .then(() -> {})
            .then(() -> mirror.append(new Object[] {2, null, null, "b"}))
            .then(() -> {})
            .then(() -> mirror.append(new Object[] {3, null, null, "c"}));

    VerifyReport report = verify(rounds(2), progress, "heap");

    assertThat(report.exitCode()).isZero();
    assertThat(report.insertOnly()).isEqualTo(1);
  }

  private static void insertOnlyHeap(String values) {
    source.run(
        "CREATE TABLE public.heap (a int, doc json, p point, more text)",
        "INSERT INTO public.heap VALUES " + values);
  }

  @Test
  void aPartitionedTableIsReadWithItsPartitions() {
    source.run(
        "CREATE TABLE public.heap (a int, doc json, p point, more text, PRIMARY KEY (a))"
            + " PARTITION BY RANGE (a)",
        "CREATE TABLE public.heap_1 PARTITION OF public.heap FOR VALUES FROM (0) TO (10)",
        "CREATE TABLE public.heap_2 PARTITION OF public.heap FOR VALUES FROM (10) TO (20)"
            + " PARTITION BY LIST (a)",
        "CREATE TABLE public.heap_2_1 PARTITION OF public.heap_2 DEFAULT",
        "INSERT INTO public.heap SELECT i, NULL, NULL, 'x' FROM generate_series(1, 19) AS i");
    MirroredTable mirror =
        mirrorOfHeap(
            IntStream.rangeClosed(1, 18)
                .mapToObj(i -> new Object[] {i, null, null, i == 5 ? "y" : "x"})
                .toArray(Object[][]::new));

    assertThat(only(verify("heap")).first())
        .extracting(row -> row.key().get("a") + " " + row.kind())
        .containsExactlyInAnyOrder("5 DIFFERENT", "19 MISSING");

    source.run("UPDATE public.heap SET more = 'y' WHERE a = 5");
    mirror.append(new Object[] {19, null, null, "x"});
    assertThat(verify("heap").rows()).isEqualTo(19);
  }

  @Test
  void aParentIsReadWithoutWhatInheritsFromIt() {
    createHeap(text(1, "x"));
    source.run(
        "CREATE TABLE public.child () INHERITS (public.heap)",
        "INSERT INTO public.child (a) VALUES (2)");
    mirrorOfHeap(heap(1, "x"));

    assertThat(verify("heap").exitCode()).isZero();
  }

  @Test
  void aTableThatIsDroppedMeanwhileIsLeftOut() {
    createHeap(text(1, "x"));
    mirrorOfHeap(heap(2, "y"));
    insertSmall(1);
    mirrorOfSmall(row(1));
    ScriptedProgress progress =
        new ScriptedProgress().then(() -> source.run("DROP TABLE public.heap"));

    VerifyReport report = verify(rounds(2), progress, "heap", "small");

    assertThat(report.exitCode()).isZero();
    assertThat(only(report).table().name()).isEqualTo("small");
    assertThat(report.compared()).isEqualTo(1);
  }

  @Test
  void aDroppedTableThatIsNotWaitedForIsLeftOut() {
    createHeap(text(1, "x"));
    insertSmall(1);
    mirrorOfSmall(row(1));
    MirrorProgress stopped =
        new MirrorProgress() {
          private int calls;

          @Override
          public Standing catchUp(long oid, Duration atMost) {
            if (calls++ > 0) {
              return new Standing.CaughtUp();
            }
            source.run("DROP TABLE public.heap");
            return new Standing.TableNotReady("its mirror has stopped");
          }
        };

    assertThat(verify(rounds(2), stopped, "heap", "small").tables())
        .extracting(TableReport::outcome)
        .isEqualTo(List.of(Outcome.EQUAL));
  }
}

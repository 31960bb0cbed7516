package io.deltamirror.worker.stream;

import static org.assertj.core.api.Assertions.assertThat;

import io.deltamirror.core.schema.Column;
import io.deltamirror.core.schema.ReplicaIdentity;
import io.deltamirror.core.schema.RowStorage;
import io.deltamirror.core.schema.TableName;
import io.deltamirror.core.schema.TableSchema;
import io.deltamirror.core.source.Catalog.Access;
import io.deltamirror.core.source.Catalog.SourceTable;
import io.deltamirror.core.state.ShapeHistory;
import io.deltamirror.worker.pgoutput.Relation;
import io.deltamirror.worker.pgoutput.Relation.RelationColumn;
import io.deltamirror.worker.stream.ShapeStep.Anew;
import io.deltamirror.worker.stream.ShapeStep.Onward;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class ShapeDecisionTest {
  private static final int INT = 23;
  private static final int TEXT = 25;
  private static final int VARCHAR = 1043;
  private static final int NUMERIC = 1700;
  private static final RowStorage HERE = new RowStorage("files 1", "attributes 1", "");
  private static final RowStorage ELSEWHERE = new RowStorage("files 2", "attributes 2", "");
  private static final Column ID = new Column(1, "id", INT, -1, "integer", 1);
  private static final Column V = new Column(2, "v", TEXT, -1, "text", 0);

  private static TableSchema table(Column... columns) {
    return table(ReplicaIdentity.DEFAULT, columns);
  }

  private static TableSchema table(ReplicaIdentity identity, Column... columns) {
    return new TableSchema(1, new TableName("public", "t"), List.of(columns), identity);
  }

  private static SourceTable source(
      TableSchema schema, RowStorage storage, Map<Integer, String> missing) {
    return source(schema, storage, missing, 'r');
  }

  private static SourceTable source(
      TableSchema schema, RowStorage storage, Map<Integer, String> missing, char relkind) {
    return new SourceTable(
        schema,
        relkind,
        'p',
        1,
        1,
        List.of(),
        Optional.empty(),
        1,
        storage,
        missing,
        Access.READABLE,
        Optional.empty());
  }

  private static Relation shown(TableSchema schema) {
    boolean all = schema.identity() == ReplicaIdentity.FULL;
    return new Relation(
        schema.oid(),
        schema.name().schema(),
        schema.name().name(),
        schema.identity(),
        schema.columns().stream()
            .map(c -> new RelationColumn(all || c.isKey(), c.name(), c.typeOid(), c.typmod()))
            .toList());
  }

  private static ShapeDecision decision(TableSchema registered, SourceTable now) {
    return new ShapeDecision(registered, ShapeHistory.NONE.at(HERE), now);
  }

  /** With a catalog that is where the stream is. */
  private static ShapeStep step(TableSchema registered, TableSchema now) {
    return decision(registered, source(now, HERE, Map.of())).at(shown(now));
  }

  private static String why(ShapeStep step) {
    assertThat(step).isInstanceOf(Anew.class);
    return ((Anew) step).why();
  }

  private static Onward onward(ShapeStep step) {
    assertThat(step).isInstanceOf(Onward.class);
    return (Onward) step;
  }

  @Test
  void sameShapeGoesOn() {
    Onward same = onward(step(table(ID, V), table(ID, V)));

    assertThat(same.differences()).isEmpty();
    assertThat(same.schema()).isEqualTo(table(ID, V));
  }

  @Test
  void addedColumnIsNullInOldRowsThatWereKept() {
    TableSchema after = table(ID, V, new Column(3, "w", INT, -1, "integer", 0));

    Onward added = onward(step(table(ID, V), after));

    assertThat(added.schema()).isEqualTo(after);
    assertThat(added.differences()).containsExactly("column w integer is added");
  }

  @Test
  void addedColumnHasTheValueOfTheCatalogInOldRows() {
    TableSchema after = table(ID, V, new Column(3, "w", INT, -1, "integer", 0));

    Onward added =
        onward(
            decision(table(ID, V), source(after, ELSEWHERE, Map.of(3, "7", 9, "x")))
                .at(shown(after)));

    assertThat(added.schema().missing()).isEqualTo(Map.of(3, "7"));
  }

  @Test
  void addedColumnOfRewrittenRowsIsCopied() {
    TableSchema after = table(ID, V, new Column(3, "w", INT, -1, "integer", 0));
    SourceTable rewritten = source(after, ELSEWHERE, Map.of());

    assertThat(why(decision(table(ID, V), rewritten).at(shown(after)))).contains("column w");
    assertThat(
            why(
                new ShapeDecision(
                        table(ID, V),
                        ShapeHistory.NONE,
                        source(after, RowStorage.UNKNOWN, Map.of()))
                    .at(shown(after))))
        .contains("column w");
  }

  @Test
  void defaultThatDoesNotFitItsColumnIsCopied() {
    Column money = new Column(3, "w", NUMERIC, (5 << 16 | 2) + 4, "numeric(5,2)", 0);
    TableSchema after = table(ID, V, money);

    assertThat(why(decision(table(ID, V), source(after, HERE, Map.of(3, "NaN"))).at(shown(after))))
        .contains("column w");
  }

  @Test
  void renamedAndDroppedColumnsAreToldByAttnum() {
    TableSchema after = table(ID, new Column(3, "v", INT, -1, "integer", 0));

    Onward step = onward(step(table(ID, V, new Column(3, "w", INT, -1, "integer", 0)), after));

    assertThat(step.schema()).isEqualTo(after);
    assertThat(step.differences())
        .containsExactly("column v is dropped", "column w is renamed to v");
  }

  @Test
  void catalogThatIsFurtherDoesNotBendTheShapeShown() {
    TableSchema shown = table(ID, V, new Column(3, "w", INT, -1, "integer", 0));
    TableSchema later = table(ID, new Column(3, "x", INT, -1, "integer", 0));

    Onward step = onward(decision(table(ID, V), source(later, HERE, Map.of())).at(shown(shown)));

    assertThat(step.schema()).isEqualTo(shown);
  }

  @Test
  void columnThatCameAndWentIsCopied() {
    TableSchema shown = table(ID, V, new Column(3, "w", INT, -1, "integer", 0));
    TableSchema later =
        new TableSchema(1, shown.name(), List.of(ID, V), ReplicaIdentity.DEFAULT, 3, Map.of());

    assertThat(why(decision(table(ID, V), source(later, HERE, Map.of())).at(shown(shown))))
        .contains("column w");
  }

  @Test
  void typeOfTheSameFormGoesOnWhereTheRowsWereKept() {
    Column narrow = new Column(2, "v", VARCHAR, 14, "character varying(10)", 0);
    Column wide = new Column(2, "v", VARCHAR, 24, "character varying(20)", 0);

    Onward step = onward(step(table(ID, narrow), table(ID, wide)));

    assertThat(step.schema()).isEqualTo(table(ID, wide));
    assertThat(
            why(
                decision(table(ID, wide), source(table(ID, narrow), ELSEWHERE, Map.of()))
                    .at(shown(table(ID, narrow)))))
        .contains("column v");
  }

  @Test
  void typeOfAnotherFormIsCopied() {
    assertThat(why(step(table(ID, V), table(ID, new Column(2, "v", INT, -1, "integer", 0)))))
        .contains("column v became integer");
  }

  @Test
  void columnCarriedAsTextStaysSo() {
    Column number = new Column(2, "v", INT, -1, "integer", 0);
    ShapeHistory history = ShapeHistory.NONE.at(HERE).withText(2);
    TableSchema registered = history.carried(table(ID, number));

    Onward step =
        onward(
            new ShapeDecision(registered, history, source(table(ID, number), HERE, Map.of()))
                .at(shown(table(ID, number))));

    assertThat(step.differences()).isEmpty();
    assertThat(step.schema().columns().get(1).carriedAs()).isEqualTo("text");
  }

  @Test
  void identityWithTheSameKeyGoesOn() {
    assertThat(onward(step(table(ID, V), table(ReplicaIdentity.FULL, ID, V))).differences())
        .containsExactly("replica identity DEFAULT becomes FULL");
    assertThat(onward(step(table(ReplicaIdentity.FULL, ID, V), table(ID, V))).differences())
        .containsExactly("replica identity FULL becomes DEFAULT");
  }

  @Test
  void anotherKeyIsCopied() {
    TableSchema other =
        table(new Column(1, "id", INT, -1, "integer", 0), new Column(2, "v", TEXT, -1, "text", 1));
    TableSchema none = table(new Column(1, "id", INT, -1, "integer", 0), V);

    why(step(table(ID, V), other));
    why(step(table(ID, V), none));
    why(step(none, table(ID, V)));
    why(step(none, table(ReplicaIdentity.FULL, none.columns().toArray(Column[]::new))));
    why(
        decision(
                table(ReplicaIdentity.FULL, ID, V),
                source(
                    table(ReplicaIdentity.FULL, other.columns().toArray(Column[]::new)),
                    HERE,
                    Map.of()))
            .at(shown(table(ReplicaIdentity.FULL, ID, V))));
    why(decision(table(ID, V), source(other, HERE, Map.of())).toPresent());
  }

  @Test
  void catalogWithAnotherKeyDoesNotMatterWhereTheStreamShowsTheRegisteredOne() {
    TableSchema other =
        table(new Column(1, "id", INT, -1, "integer", 0), new Column(2, "v", TEXT, -1, "text", 1));

    Onward step =
        onward(decision(table(ID, V), source(other, HERE, Map.of())).at(shown(table(ID, V))));

    assertThat(step.schema()).isEqualTo(table(ID, V));
  }

  /** The primary key has a generated column, which the message does not show. */
  @Test
  void keyOfWhichTheWalLacksAColumnStaysNone() {
    TableSchema none = table(new Column(1, "id", INT, -1, "integer", 0), V);

    Onward step = onward(decision(none, source(none, HERE, Map.of())).at(shown(table(ID, V))));

    assertThat(step.differences()).isEmpty();
    assertThat(step.schema()).isEqualTo(none);
  }

  @Test
  void identityOfPartitionsIsTheCatalogs() {
    TableSchema full = table(ReplicaIdentity.FULL, ID, V);
    TableSchema none = table(new Column(1, "id", INT, -1, "integer", 0), V);

    Onward step = onward(decision(full, source(full, HERE, Map.of(), 'p')).at(shown(table(ID, V))));
    assertThat(step.schema()).isEqualTo(full);
    assertThat(step.differences()).isEmpty();
    why(decision(full, source(none, HERE, Map.of(), 'p')).at(shown(table(ID, V))));
  }

  @Test
  void renamedTableIsCopied() {
    TableSchema renamed =
        new TableSchema(1, new TableName("public", "u"), List.of(ID, V), ReplicaIdentity.DEFAULT);

    assertThat(why(step(table(ID, V), renamed))).contains("public.u");
    assertThat(why(decision(table(ID, V), source(renamed, HERE, Map.of())).toPresent()))
        .contains("public.u");
  }

  @Test
  void columnThatIsNotGeneratedAnyMoreIsCopied() {
    TableSchema before = table(ID, new Column(3, "w", INT, -1, "integer", 0));
    TableSchema after = table(ID, V, new Column(3, "w", INT, -1, "integer", 0));

    assertThat(why(decision(before, source(after, HERE, Map.of())).toPresent()))
        .contains("column v is not generated any more");
  }
}

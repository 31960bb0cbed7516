package io.deltamirror.lake.delta;

import static org.assertj.core.api.Assertions.assertThat;

import io.deltamirror.core.schema.Column;
import io.deltamirror.core.schema.ReplicaIdentity;
import io.deltamirror.core.schema.TableName;
import io.deltamirror.core.schema.TableSchema;
import io.deltamirror.core.schema.TextType;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ShapeDifferenceTest {
  private static final Column ID = new Column(1, "id", 20, -1, "bigint", 1);
  private static final Column NOTE = new Column(2, "note", 25, -1, "text", 0);
  private static final Column AMOUNT = new Column(3, "amount", 23, -1, "integer", 0);
  private static final TableSchema BEFORE = shape(ID, NOTE, AMOUNT);

  private static TableSchema shape(Column... columns) {
    return new TableSchema(
        16_400, new TableName("public", "t"), List.of(columns), ReplicaIdentity.DEFAULT);
  }

  private static ShapeDifference to(TableSchema after) {
    return ShapeDifference.between(BEFORE, after);
  }

  private static Column named(Column column, String name) {
    return new Column(
        column.attnum(),
        name,
        column.typeOid(),
        column.typmod(),
        column.typeName(),
        column.keyOrdinal(),
        column.carriedAs());
  }

  @Test
  void anotherNameOfATypeOrMoreAttnumsAreNoDifference() {
    Column called = new Column(2, "note", 25, -1, "type 25", 0);
    TableSchema same =
        new TableSchema(
            16_400,
            BEFORE.name(),
            List.of(ID, called, AMOUNT),
            ReplicaIdentity.DEFAULT,
            7,
            Map.of(7, "x"));
    assertThat(to(same).isNone()).isTrue();
    assertThat(to(same).obstacle()).isEmpty();
  }

  @Test
  void columnsAreAddedDroppedAndRenamed() {
    Column late = new Column(4, "note", 1043, 14, "character varying(10)", 0);
    ShapeDifference difference = to(shape(named(ID, "key"), named(NOTE, "amount"), late));

    assertThat(difference.obstacle()).isEmpty();
    assertThat(difference.added()).containsExactly(late);
    assertThat(difference.sentences())
        .containsExactly(
            "column id is renamed to key",
            "column note is renamed to amount",
            "column note is added",
            "column amount is dropped");
  }

  @Test
  void aTypeThatIsCarriedAlikeIsFollowed() {
    Column longer = new Column(2, "note", 1043, 24, "character varying(20)", 0);
    ShapeDifference difference = to(shape(ID, longer, AMOUNT));

    assertThat(difference.obstacle()).isEmpty();
    assertThat(difference.text()).isEqualTo("column note is now of type character varying(20)");
  }

  @Test
  void anotherFormPrevents() {
    assertThat(to(shape(ID, NOTE, AMOUNT.carriedAs(new TextType()))).obstacle())
        .contains("column amount is now carried as text");
  }

  @Test
  void anotherKeyPrevents() {
    Column second = new Column(2, "note", 25, -1, "text", 2);
    assertThat(to(shape(ID, second, AMOUNT)).obstacle()).isPresent();
    assertThat(to(shape(NOTE, AMOUNT)).obstacle()).contains("column id is dropped from the key");
    Column added = new Column(4, "more", 20, -1, "bigint", 2);
    assertThat(to(shape(ID, NOTE, AMOUNT, added)).obstacle()).isPresent();
  }

  @Test
  void anotherTableOrAnotherNameOfItPrevents() {
    TableSchema other =
        new TableSchema(16_401, BEFORE.name(), BEFORE.columns(), ReplicaIdentity.DEFAULT);
    assertThat(to(other).obstacle()).isPresent();
    TableSchema renamed =
        new TableSchema(
            16_400, new TableName("public", "u"), BEFORE.columns(), ReplicaIdentity.DEFAULT);
    assertThat(to(renamed).obstacle()).isPresent();
  }

  @Test
  void identityIsFollowedWhileTheSameRowsAreKnown() {
    TableSchema full =
        new TableSchema(16_400, BEFORE.name(), BEFORE.columns(), ReplicaIdentity.FULL);
    assertThat(to(full).sentences()).hasSize(1);
    assertThat(to(full).obstacle()).isEmpty();
    Column keyless = new Column(1, "id", 20, -1, "bigint", 0);
    TableSchema inserts = shape(keyless, NOTE);
    TableSchema multiset =
        new TableSchema(16_400, BEFORE.name(), inserts.columns(), ReplicaIdentity.FULL);
    assertThat(ShapeDifference.between(inserts, multiset).obstacle()).isPresent();
  }

  @Test
  void anOlderShapeIsNeverGoneBackTo() {
    TableSchema later = shape(ID, NOTE, AMOUNT, new Column(4, "more", 25, -1, "text", 0));
    assertThat(ShapeDifference.between(later, BEFORE).obstacle()).isPresent();
    TableSchema without =
        new TableSchema(
            16_400, BEFORE.name(), List.of(ID, NOTE), ReplicaIdentity.DEFAULT, 3, Map.of());
    assertThat(ShapeDifference.between(without, BEFORE).obstacle())
        .contains("column amount appears, which was there before");
  }

  @Test
  void namesMayBeSwapped() {
    List<Column> swapped = new ArrayList<>(List.of(ID, named(NOTE, "amount")));
    swapped.add(named(AMOUNT, "note"));
    assertThat(to(BEFORE.withColumns(swapped)).obstacle()).isEmpty();
  }
}

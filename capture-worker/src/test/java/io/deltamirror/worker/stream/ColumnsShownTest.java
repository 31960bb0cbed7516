package io.deltamirror.worker.stream;

import static org.assertj.core.api.Assertions.assertThat;

import io.deltamirror.core.schema.Column;
import io.deltamirror.core.schema.ReplicaIdentity;
import io.deltamirror.core.schema.TableName;
import io.deltamirror.core.schema.TableSchema;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;

class ColumnsShownTest {
  private static final int INT = 23;

  private static TableSchema table(int attnums, Object... attnumsAndNames) {
    List<Column> columns = new ArrayList<>();
    for (int i = 0; i < attnumsAndNames.length; i += 2) {
      columns.add(
          new Column(
              (Integer) attnumsAndNames[i],
              (String) attnumsAndNames[i + 1],
              INT,
              -1,
              "integer",
              0));
    }
    return new TableSchema(
        1, new TableName("public", "t"), columns, ReplicaIdentity.DEFAULT, attnums, Map.of());
  }

  @Test
  void renameKeepsItsColumn() {
    assertThat(
            ColumnsShown.of(
                table(2, 1, "id", 2, "a"), table(2, 1, "id", 2, "b"), List.of("id", "b")))
        .contains(List.of(1, 2));
  }

  @Test
  void addedColumnIsKnownBeforeAndBehindItsAddition() {
    TableSchema before = table(2, 1, "id", 2, "a");
    TableSchema after = table(3, 1, "id", 2, "a", 3, "b");

    assertThat(ColumnsShown.of(before, after, List.of("id", "a"))).contains(List.of(1, 2));
    assertThat(ColumnsShown.of(before, after, List.of("id", "a", "b"))).contains(List.of(1, 2, 3));
  }

  @Test
  void droppedColumnIsKnownBeforeAndBehindItsDrop() {
    TableSchema before = table(3, 1, "id", 2, "a", 3, "b");
    TableSchema after = table(3, 1, "id", 3, "b");

    assertThat(ColumnsShown.of(before, after, List.of("id", "a", "b"))).contains(List.of(1, 2, 3));
    assertThat(ColumnsShown.of(before, after, List.of("id", "b"))).contains(List.of(1, 3));
  }

  @Test
  void columnThatMadeWayForAnotherOfItsNameIsNotCertain() {
    TableSchema before = table(2, 1, "id", 2, "a");
    TableSchema after = table(3, 1, "id", 3, "a");

    assertThat(ColumnsShown.of(before, after, List.of("id", "a"))).isEmpty();
  }

  @Test
  void columnThatIsNotGeneratedAnyMoreIsNotTakenForANewOne() {
    TableSchema before = table(3, 1, "id", 3, "b");
    TableSchema after = table(4, 1, "id", 2, "a", 3, "b", 4, "c");

    assertThat(ColumnsShown.of(before, after, List.of("id", "a", "b"))).isEmpty();
  }

  @Test
  void columnThatWasInSightForAWhileIsNotTakenForANewOne() {
    TableSchema before = table(3, 1, "id", 3, "b");
    TableSchema after = table(4, 1, "id", 3, "b", 4, "c");

    assertThat(ColumnsShown.of(before, after, List.of("id", "a", "b"))).isEmpty();
  }

  /**
   * The table as PostgreSQL has it. Columns that are generated at first have names of their own.
   */
  private static final class Model {
    final List<String> names = new ArrayList<>();
    final List<Boolean> alive = new ArrayList<>();
    final List<Boolean> hidden = new ArrayList<>();
    private final Random random;
    private int used;

    Model(Random random) {
      this.random = random;
      int columns = 1 + random.nextInt(4);
      for (int i = 0; i < columns; i++) {
        add(random.nextInt(6) == 0);
      }
      for (int i = random.nextInt(3); i > 0; i--) {
        change();
      }
    }

    private void add(boolean generated) {
      names.add(generated ? "g" + used++ : name());
      alive.add(true);
      hidden.add(generated);
    }

    /** Often one that another column had. */
    private String name() {
      String name = random.nextInt(3) == 0 ? "c" + random.nextInt(used + 1) : "c" + used++;
      for (int i = 0; i < names.size(); i++) {
        if (alive.get(i) && names.get(i).equals(name)) {
          return "c" + used++;
        }
      }
      return name;
    }

    void change() {
      int column = random.nextInt(names.size());
      switch (random.nextInt(5)) {
        case 0 -> add(random.nextInt(8) == 0);
        case 1 -> alive.set(column, false);
        case 2 -> {
          if (alive.get(column)) {
            names.set(column, names.get(column).startsWith("g") ? "g" + used++ : name());
          }
        }
        case 3 -> hidden.set(column, false);
        default -> {
          // A change of something else.
        }
      }
    }

    List<Integer> shown() {
      List<Integer> attnums = new ArrayList<>();
      for (int i = 0; i < names.size(); i++) {
        if (alive.get(i) && !hidden.get(i)) {
          attnums.add(i + 1);
        }
      }
      return attnums;
    }

    TableSchema schema() {
      List<Object> columns = new ArrayList<>();
      for (int attnum : shown()) {
        columns.add(attnum);
        columns.add(names.get(attnum - 1));
      }
      return table(names.size(), columns.toArray());
    }
  }

  @Test
  void whateverIsCertainIsTrue() {
    long seed = 20261121;
    System.out.println("seed " + seed);
    Random random = new Random(seed);
    int certain = 0;
    int rounds = 200_000;
    for (int round = 0; round < rounds; round++) {
      Model model = new Model(random);
      TableSchema before = model.schema();
      change(model, random.nextInt(4));
      List<Integer> shown = model.shown();
      List<String> names = shown.stream().map(attnum -> model.names.get(attnum - 1)).toList();
      change(model, random.nextInt(4));
      TableSchema after = model.schema();

      Optional<List<Integer>> answer = ColumnsShown.of(before, after, names);
      if (answer.isPresent()) {
        certain++;
        assertThat(answer.get())
            .as("round %d: %s, then %s, then %s", round, before, names, after)
            .isEqualTo(shown);
      }
    }
    assertThat(certain).as("certain answers of " + rounds).isGreaterThan(rounds / 2);
  }

  private static void change(Model model, int times) {
    for (int i = 0; i < times; i++) {
      model.change();
    }
  }
}

package io.deltamirror.local.types;

import static org.assertj.core.api.Assertions.assertThat;

import io.deltamirror.core.schema.Column;
import io.deltamirror.core.schema.TableName;
import io.deltamirror.core.state.TableState;
import io.deltamirror.lake.verify.Outcome;
import io.deltamirror.lake.verify.TableReport;
import io.deltamirror.lake.verify.VerifyReport;
import io.deltamirror.local.faults.MirrorStack;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;

/** What came of tables in the mirror, and how it differs from what should have come. */
final class MirroredTypes {
  private final Path lake;
  private final Map<TableName, TableReport> verified;
  private final Map<TableName, TableState> states;

  private MirroredTypes(MirrorStack stack, Path lake, VerifyReport report) {
    this.lake = lake;
    this.verified =
        report.tables().stream().collect(Collectors.toMap(TableReport::table, Function.identity()));
    this.states =
        stack.state().tables().list(TableState.PREFIX).stream()
            .collect(Collectors.toMap(TableState::name, Function.identity(), (a, b) -> b));
  }

  /** Compares the source with the lake. */
  static MirroredTypes verified(MirrorStack stack, Path lake) throws InterruptedException {
    return new MirroredTypes(stack, lake, stack.verify());
  }

  /** What is wrong with tables; empty when nothing is. Prints what each type came to. */
  List<String> faults(List<TypeTable> tables) throws IOException {
    List<String> faults = new ArrayList<>();
    for (TypeTable table : tables) {
      List<String> ofTable = notEqual(table.name());
      if (ofTable.isEmpty()) {
        ofTable = faults(table, states.get(table.name()));
      }
      for (TypeColumn column : table.columns()) {
        System.out.printf(
            Locale.ROOT,
            "  %-8s %-40s %2d values as %s, %s%n",
            table.name().schema(),
            column.type(),
            column.values().size(),
            carriedAs(table.name(), column),
            ofTable.isEmpty() ? "equal" : "NOT equal");
      }
      faults.addAll(ofTable);
    }
    return faults;
  }

  private List<String> faults(TypeTable table, TableState state) throws IOException {
    List<String> faults = new ArrayList<>();
    if (!table.unfit() && state.seed() != 1) {
      faults.add(table.name() + " was copied again: " + state.reason());
    }
    String form = carriedAs(table.name(), table.columns().get(0));
    if (table.unfit() && !form.equals("text")) {
      faults.add(table.name() + " has values that need text, but is " + form);
    }
    DeltaRows rows = DeltaRows.read(lake, table.name());
    for (TypeColumn column : table.columns()) {
      faults.addAll(ways(table, column, rows));
    }
    return faults;
  }

  /** Why a table is not known to be equal; empty when it is. */
  List<String> notEqual(TableName name) {
    TableReport report = verified.get(name);
    if (report == null) {
      return List.of(name + " was not verified: " + states.get(name));
    }
    if (report.outcome() != Outcome.EQUAL || report.differences() != 0) {
      String fault = states.get(name).fault().map(Object::toString).orElse("");
      return List.of(
          name
              + " is "
              + report.outcome()
              + ": "
              + report.reason().orElse("")
              + report.first()
              + fault);
    }
    return List.of();
  }

  private String carriedAs(TableName table, TypeColumn column) {
    return Optional.ofNullable(states.get(table)).flatMap(TableState::schema).stream()
        .flatMap(schema -> schema.columns().stream())
        .filter(found -> found.name().equals(column.name()))
        .map(Column::carriedAs)
        .findFirst()
        .orElse("nothing");
  }

  /** Values that came on one way and are others on another one. */
  private static List<String> ways(TypeTable table, TypeColumn column, DeltaRows rows) {
    Map<Integer, Object> byKey = new HashMap<>();
    int key = rows.index("k");
    int value = rows.index(column.name());
    rows.rows().forEach(row -> byKey.put((Integer) row.get(key), row.get(value)));
    assertThat(byKey).as("rows of %s", table.name()).hasSize(TypeTable.WAYS * table.rows());
    List<String> faults = new ArrayList<>();
    Object absent = byKey.get(table.rows() - 1);
    if (column.absent().equals("NULL") && absent != null) {
      faults.add(table.name() + "." + column.name() + ": NULL is " + absent);
    }
    for (int i = 0; i < table.rows(); i++) {
      for (int way = 1; way < TypeTable.WAYS; way++) {
        Object changed = byKey.get(way * TypeTable.STEP + i);
        if (!Objects.equals(byKey.get(i), changed)) {
          faults.add(
              table.name() + ": " + table.value(column, i) + " on way " + way + " is " + changed);
        }
      }
    }
    return faults;
  }
}

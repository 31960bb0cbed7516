package io.deltamirror.local.types;

import static org.assertj.core.api.Assertions.assertThat;

import io.deltamirror.local.faults.MirrorStack;
import io.deltamirror.local.faults.PostgresVersion;
import io.deltamirror.local.faults.StackFolders;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Every built-in type, and those that people make, with values at their edges, arrays of them and
 * keys of them: what comes by the copy, by INSERT, by UPDATE and by an UPDATE that leaves it alone
 * is the same, and is what the source has. The database's and the role's own settings are as
 * hostile as can be.
 */
@Timeout(600)
class EveryTypeIT {
  private static final Duration PATIENCE = Duration.ofMinutes(3);

  /** Types that PostgreSQL does not let anybody put in; for its own catalogs. */
  private static final List<String> WITHOUT_INPUT =
      List.of(
          "pg_node_tree",
          "pg_ndistinct",
          "pg_dependencies",
          "pg_mcv_list",
          "pg_brin_bloom_summary",
          "pg_brin_minmax_multi_summary",
          "gtsvector");

  /** Types of whose arrays some have other dimensions than declared. */
  private static final List<String> BENT =
      List.of("integer", "text", "numeric(10,2)", "timestamp with time zone", "hostile.mood");

  private static final int COLUMNS = 12;

  /** Keys that change into others which PostgreSQL holds for equal. */
  private static final List<String> SAME_TO_POSTGRES =
      List.of(
          "UPDATE keys.citext SET v = 'mIxEd' WHERE v::text = 'MiXeD'",
          "UPDATE keys.interval SET v = '24:00:00' WHERE v = '1 day'",
          "UPDATE keys.numeric SET v = '1.1000' WHERE v = '1.10'",
          "UPDATE keys.jsonb SET v = '1.100' WHERE v = '1.1'",
          "UPDATE keys.numrange SET v = '[1.1,2.2)' WHERE v = '[1.10,2.200)'",
          "UPDATE keys.real SET v = (-v::float8)::real WHERE v = 0",
          "UPDATE keys.double_precision SET v = -v WHERE v = 0");

  /** All tables, unless a run is to be about some. */
  private static final String MIRRORED = System.getProperty("types.tables", "*.*");

  @TempDir private Path folder;

  @ParameterizedTest
  @EnumSource(PostgresVersion.class)
  void valuesOfEveryTypeAreTheSameByCopyAndByWal(PostgresVersion version) throws Exception {
    try (HostileSource source = HostileSource.start(folder.resolve("postgresql"), version)) {
      List<TypeValues> types = source.known(TypeValues.all());
      assertThat(source.missing(types))
          .as("types of PostgreSQL without values here")
          .isSubsetOf(WITHOUT_INPUT);
      List<TypeTable> tables = tables(types);
      for (String schema : List.of("plain", "unfit", "arrays", "bent", "squares")) {
        source.run("CREATE SCHEMA " + schema);
      }
      for (TypeTable table : tables) {
        source.run(table.create());
        source.run(table.before());
      }
      try (MirrorStack stack =
          MirrorStack.start(StackFolders.in(folder), source.server().source(), MIRRORED)) {
        stack.awaitCaughtUp(PATIENCE);
        for (TypeTable table : tables) {
          source.run(table.after());
        }
        stack.awaitCaughtUp(PATIENCE);
        MirroredTypes mirrored = MirroredTypes.verified(stack, folder.resolve("lake"));
        System.out.printf(Locale.ROOT, "types on %s:%n", version);
        List<String> faults = mirrored.faults(tables);
        System.out.printf(Locale.ROOT, "types on %s: %d faults%n", version, faults.size());
        assertThat(faults).isEmpty();
      }
    }
  }

  @Test
  void keysOfEveryTypeFindTheirRows() throws Exception {
    try (HostileSource source =
        HostileSource.start(folder.resolve("postgresql"), PostgresVersion.V18)) {
      source.run("CREATE SCHEMA keys");
      List<KeyTable> keys = new ArrayList<>();
      for (TypeValues type : source.known(TypeValues.all())) {
        KeyTable.create(type, source).ifPresent(keys::add);
      }
      assertThat(keys).hasSizeGreaterThan(60);
      try (MirrorStack stack =
          MirrorStack.start(StackFolders.in(folder), source.server().source(), MIRRORED)) {
        stack.awaitCaughtUp(PATIENCE);
        source.run(SAME_TO_POSTGRES);
        List<String> unmoved = new ArrayList<>();
        for (KeyTable key : keys) {
          if (key.change(source) == 0 && key.hasSeveralKeys()) {
            unmoved.add(key.type().type());
          }
        }
        assertThat(unmoved).as("types of which no key was changed").isEmpty();
        stack.awaitCaughtUp(PATIENCE);
        MirroredTypes mirrored = MirroredTypes.verified(stack, folder.resolve("lake"));
        List<String> faults = new ArrayList<>();
        keys.forEach(key -> faults.addAll(mirrored.notEqual(key.name())));
        System.out.printf(Locale.ROOT, "keys of %d types: %d faults%n", keys.size(), faults.size());
        assertThat(faults).isEmpty();
      }
    }
  }

  private static List<TypeTable> tables(List<TypeValues> types) {
    List<TypeTable> tables = new ArrayList<>();
    tables.addAll(TypeTable.groups("plain", types, TypeColumn::fitting, COLUMNS));
    tables.addAll(TypeTable.groups("arrays", types, TypeColumn::arrays, COLUMNS));
    List<TypeValues> bent = types.stream().filter(type -> BENT.contains(type.type())).toList();
    tables.addAll(TypeTable.groups("squares", bent, TypeColumn::squares, COLUMNS));
    bent.forEach(type -> tables.add(TypeTable.of("bent", TypeColumn.bentArrays(type), true)));
    for (TypeValues type : types) {
      if (!type.unfit().isEmpty()) {
        tables.add(TypeTable.of("unfit", TypeColumn.whole(type), true));
      }
    }
    return tables;
  }
}
